package dev.zspool.http;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;

/// Bounds how many requests a client has under way on one connection: sent without waiting for the
/// answers before, or with answers that it does not take.
///
/// The framework decodes and queues them without a bound, whoever sends them. From a few on no more
/// are read; those that had come with them are kept up to a bound, and beyond it the connection is
/// cut. Between the codec and the framework; all on the connection's event loop.
final class PipelineBound extends ChannelDuplexHandler {
    /// No more is read as long as there are more than these.
    static final int ENOUGH = 16;

    /// All connections together must not fill the heap with some 600 bytes for each.
    static final int MOST = 128;

    private final Runnable pause;
    private final Runnable resume;
    private int underWay;
    private int notTaken;
    private boolean isPaused;
    private boolean isCut;

    /// @param pause ends reading from the connection
    /// @param resume begins it anew
    PipelineBound(Runnable pause, Runnable resume) {
        this.pause = pause;
        this.resume = resume;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpRequest && ++underWay + notTaken > MOST) {
            isCut = true;
            var _ = context.close();
        }
        if (isCut) {
            ReferenceCountUtil.release(message);
            return;
        }
        context.fireChannelRead(message);
        if (!mayRead(context)) {
            isPaused = true;
            // Each time: the framework may have begun to read for its own reasons.
            pause.run();
        }
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        boolean isLast = message instanceof LastHttpContent && !isInterim(message);
        var _ = context.write(message, promise);
        if (isLast && underWay > 0) {
            underWay--;
            notTaken += context.channel().isWritable() ? 0 : 1;
        }
        resumeIfPossible(context);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        context.fireChannelWritabilityChanged();
        if (context.channel().isWritable()) {
            notTaken = 0;
        }
        resumeIfPossible(context);
    }

    private void resumeIfPossible(ChannelHandlerContext context) {
        if (isPaused && mayRead(context)) {
            isPaused = false;
            resume.run();
        }
    }

    private boolean mayRead(ChannelHandlerContext context) {
        return underWay <= ENOUGH && context.channel().isWritable();
    }

    private static boolean isInterim(Object message) {
        return message instanceof HttpResponse response
                && response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
    }
}
