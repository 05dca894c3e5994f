package dev.zspool.http;

import dev.zspool.blob.BlobWrite;
import dev.zspool.blob.PutResult;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Carries one request body into a write, piece by piece, never holding more than the pieces that
/// have arrived while the source was being paused.
///
/// Everything but the answer of the commit runs on the event loop of the request. A client that
/// goes away is noticed twice, as an error of the request and as cancellation of the answer; the
/// first one aborts the write. A paused client's leaving shows only after the pause.
final class BlobUpload {

    /// Windows in a row that a source may be paused.
    static final int MAX_PAUSED_WINDOWS = 3;

    private static final long NO_TIMER = -1;

    private static final int SCRATCH_BYTES = 64 * 1024;

    /// Between the network's buffer and the write; used and left within one call.
    private static final ThreadLocal<byte[]> SCRATCH =
            ThreadLocal.withInitial(() -> new byte[SCRATCH_BYTES]);

    private enum State {
        RECEIVING,
        COMMITTING,
        ENDED
    }

    private final HttpServerRequest request;
    private final BlobWrite write;
    private final HttpOptions options;
    private final UniEmitter<? super PutResult> emitter;
    private final Context context;
    private final long declaredBytes;

    private State state = State.RECEIVING;
    private boolean reading;
    private boolean paused;
    private boolean pausedInWindow;
    private long receivedBytes;
    private long timer = NO_TIMER;
    private long windowBytes;
    private int pausedWindows;

    /// What a write answers once the body has arrived.
    ///
    /// @param begin starts the write, when somebody waits for the answer
    static Uni<PutResult> receive(
            HttpServerRequest request, Supplier<BlobWrite> begin, HttpOptions options) {
        return Uni.createFrom()
                .emitter(emitter -> {
                    BlobUpload upload = new BlobUpload(request, begin.get(), options, emitter);
                    emitter.onTermination(upload::cancelled);
                    upload.begin();
                });
    }

    private BlobUpload(
            HttpServerRequest request,
            BlobWrite write,
            HttpOptions options,
            UniEmitter<? super PutResult> emitter) {
        this.request = request;
        this.write = write;
        this.options = options;
        this.emitter = emitter;
        this.context = Objects.requireNonNull(Vertx.currentContext(), "not on an event loop");
        this.declaredBytes = UploadHeaders.declaredBytes(request);
    }

    private void begin() {
        try {
            request.exceptionHandler(this::broken);
            switch (write.begin(() -> context.runOnContext(now -> resume()))) {
                case READY -> read();
                case PAUSE -> pause();
                case REFUSED -> commit();
            }
        } catch (RuntimeException | OutOfMemoryError failure) {
            fail(failure);
        }
    }

    /// A client that waits to be asked for its body is asked when there is room for it.
    private void read() {
        reading = true;
        request.handler(this::received);
        request.endHandler(end -> commit());
        if (Expectation.waitsForContinue(request)) {
            request.response().writeContinue();
        }
        request.resume();
    }

    private void received(Buffer piece) {
        if (state != State.RECEIVING) {
            return;
        }
        receivedBytes += piece.length();
        windowBytes += piece.length();
        try {
            append(piece);
            if (receivedBytes != declaredBytes) {
                watchPace();
            }
        } catch (RuntimeException | OutOfMemoryError failure) {
            fail(failure);
        }
    }

    private void append(Buffer piece) {
        int length = piece.length();
        byte[] bytes = length <= SCRATCH_BYTES ? SCRATCH.get() : new byte[length];
        piece.getBytes(0, length, bytes);
        switch (write.append(bytes, 0, length)) {
            case READY -> {}
            case PAUSE -> pause();
            case REFUSED -> {
                request.pause();
                commit();
            }
        }
    }

    private void pause() {
        paused = true;
        pausedInWindow = true;
        request.pause();
        listen(false);
        watchPace();
    }

    /// Lets the connection go on reading or stops it. A request that is only paused still queues
    /// eight pieces of up to 64 KiB on the heap, which no budget counts.
    private void listen(boolean on) {
        if (request.connection() instanceof ConnectionBase connection) {
            connection.channel().config().setAutoRead(on);
        }
    }

    private void resume() {
        if (state != State.RECEIVING || !paused) {
            return;
        }
        paused = false;
        listen(true);
        if (reading) {
            request.resume();
        } else {
            read();
        }
    }

    private void commit() {
        if (state != State.RECEIVING) {
            return;
        }
        leave(State.COMMITTING);
        try {
            write.commit(LoopAnswer.to(emitter));
        } catch (RuntimeException | OutOfMemoryError failure) {
            fail(failure);
        }
    }

    /// A body that comes in one piece needs no watching, and one that never begins is cut off by
    /// the idle timeout of the connection.
    private void watchPace() {
        if (timer == NO_TIMER && state == State.RECEIVING) {
            timer =
                    context.owner()
                            .setPeriodic(options.uploadWindowMillis(), window -> checkPace());
        }
    }

    /// A source that is slow by itself is not waited for; nor is room for its bytes, for ever.
    private void checkPace() {
        pausedWindows = paused && windowBytes == 0 ? pausedWindows + 1 : 0;
        if (pausedWindows == MAX_PAUSED_WINDOWS) {
            fail(
                    new ProblemException(
                            ProblemCode.OUT_OF_MEMORY, "No room for the body became free."));
        } else if (windowBytes < options.uploadWindowBytes() && !pausedInWindow) {
            fail(UploadHeaders.tooSlow(options));
        }
        windowBytes = 0;
        pausedInWindow = paused;
    }

    /// The connection is gone, or what came is not HTTP.
    private void broken(@Nullable Throwable cause) {
        if (state == State.RECEIVING) {
            fail(
                    new ProblemException(
                            ProblemCode.BAD_REQUEST, "The body ended before it was complete."));
        }
    }

    private void cancelled() {
        if (state == State.RECEIVING) {
            leave(State.ENDED);
            write.abort();
        }
    }

    private void fail(Throwable failure) {
        leave(State.ENDED);
        write.abort();
        emitter.fail(failure);
    }

    private void leave(State next) {
        state = next;
        if (timer != NO_TIMER) {
            context.owner().cancelTimer(timer);
        }
        if (paused) {
            paused = false;
            listen(true);
        }
    }
}
