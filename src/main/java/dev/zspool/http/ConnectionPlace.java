package dev.zspool.http;

import dev.zspool.identity.ClientNetwork;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.AttributeKey;
import io.vertx.core.net.impl.VertxHandler;
import java.net.InetSocketAddress;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// A connection's place in a {@link ConnectionTable}: whose it is, and what it waits for.
///
/// Changed on the connection's event loop, read by all.
final class ConnectionPlace extends ChannelInboundHandlerAdapter {
    private static final AttributeKey<ConnectionPlace> KEY =
            AttributeKey.valueOf(ConnectionPlace.class, "place");

    private static final long NOTHING_CAME = Long.MIN_VALUE;

    /// The framework's name of its own handler.
    private static final String FRAMEWORK = "handler";

    private final Channel channel;
    private final String client;
    private final LongSupplier millis;

    /// Whether a request is under way, from its head on to the end of its answer.
    private volatile boolean isBusy;

    /// Whether it had a request at all.
    private volatile boolean isProven;

    /// Since when it waits for a request, or for its rest.
    private volatile long waitsSinceMillis;

    /// When the first byte of the request came whose head is not complete.
    private volatile long headSinceMillis = NOTHING_CAME;

    /// Only of its event loop.
    private boolean isBounded;

    ConnectionPlace(Channel channel, LongSupplier millis) {
        this.channel = channel;
        this.client = clientOf(channel);
        this.millis = millis;
        this.waitsSinceMillis = millis.getAsLong();
        channel.attr(KEY).set(this);
    }

    /// That of a connection; none when nobody watches its port.
    static @Nullable ConnectionPlace of(Channel channel) {
        return channel.attr(KEY).get();
    }

    private static String clientOf(Channel channel) {
        return channel.remoteAddress() instanceof InetSocketAddress address
                        && address.getAddress() != null
                ? ClientNetwork.of(String.valueOf(address.getAddress().getHostAddress()))
                : "";
    }

    Channel channel() {
        return channel;
    }

    /// Tells clients apart.
    String client() {
        return client;
    }

    boolean isBusy() {
        return isBusy;
    }

    boolean isProven() {
        return isProven;
    }

    long waitsSinceMillis() {
        return waitsSinceMillis;
    }

    /// Whether a head has been under way since before this moment.
    boolean hasHeadSince(long beforeMillis) {
        long since = headSinceMillis;
        return !isBusy && since != NOTHING_CAME && since < beforeMillis;
    }

    /// A request has begun.
    void begin() {
        isBusy = true;
        isProven = true;
        headSinceMillis = NOTHING_CAME;
    }

    /// All requests that had begun have their answers.
    void end() {
        waitsSinceMillis = millis.getAsLong();
        isBusy = false;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!isBusy && headSinceMillis == NOTHING_CAME) {
            headSinceMillis = millis.getAsLong();
        }
        if (!isBounded) {
            boundPipeline();
        }
        context.fireChannelRead(message);
    }

    /// Behind the codec, which is there when nothing but HTTP is left to be agreed on.
    private void boundPipeline() {
        if (channel.pipeline().get(FRAMEWORK) instanceof VertxHandler<?> handler) {
            isBounded = true;
            channel.pipeline()
                    .addBefore(
                            FRAMEWORK,
                            "pipelineBound",
                            new PipelineBound(
                                    () -> handler.getConnection().doPause(),
                                    () -> handler.getConnection().doResume()));
        }
    }
}
