package dev.zspool.http;

import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Singleton;
import java.util.concurrent.atomic.AtomicLong;

/// The documents under way, which together take a bounded part of the heap: many clients that send
/// slowly must not fill it.
///
/// One that finds no room is refused, where the body of a blob would wait: whoever waits would keep
/// what has come of it.
@Singleton
final class SmallBodies {

    /// Enough for sixteen of the longest, and for thousands of the usual length.
    static final long MAX_BYTES = 16L * SmallBody.MAX_BYTES;

    private final HttpOptions options;
    private final AtomicLong takenBytes = new AtomicLong();

    SmallBodies(HttpOptions options) {
        this.options = options;
    }

    /// The whole body. It counts until it is given out, on the event loop of the request; read it
    /// there.
    Uni<byte[]> receive(HttpServerRequest request) {
        return SmallBody.receive(request, options, this);
    }

    /// Whether there is room for some more bytes, which it takes.
    boolean take(int bytes) {
        if (takenBytes.addAndGet(bytes) <= MAX_BYTES) {
            return true;
        }
        takenBytes.addAndGet(-bytes);
        return false;
    }

    void giveBack(int bytes) {
        takenBytes.addAndGet(-bytes);
    }

    long takenBytes() {
        return takenBytes.get();
    }

    /// The problem with a document that there is no room for.
    static ProblemException tooMany() {
        return new ProblemException(
                ProblemCode.OUT_OF_MEMORY, "Too many request documents arrive at once.");
    }
}
