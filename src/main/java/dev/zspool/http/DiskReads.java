package dev.zspool.http;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.core.ResteasyReactiveRequestContext;

/// Reads what may be on the disk only, on other threads, for answers that are written on an event
/// loop. Thread-safe.
public final class DiskReads {

    private static final Logger LOG = Logger.getLogger(DiskReads.class);

    private final Executor readers;

    /// @param readers run what waits for the disk; bounded by whoever made them
    public DiskReads(Executor readers) {
        this.readers = readers;
    }

    /// What waits for the disk.
    interface Read {
        void run() throws Exception;
    }

    /// An answer of which nothing exists before something was read.
    interface Answer {
        /// Reads it, on another thread.
        ///
        /// @throws ProblemException when that is what the client gets
        void read() throws Exception;

        /// Writes what was read, on the event loop.
        ///
        /// @return whether the answer is complete; if not, who goes on with it resumes the request
        boolean write();

        /// Gives back what was read: the client has left.
        void release();
    }

    /// Reads, and goes on on the event loop on which it is called.
    ///
    /// @param then runs when it was read
    /// @param failed gets what it threw
    void run(Read read, Runnable then, Consumer<Throwable> failed) {
        Context loop = Objects.requireNonNull(Vertx.currentContext(), "not on an event loop");
        try {
            readers.execute(() -> {
                Runnable next;
                try {
                    read.run();
                    next = then;
                } catch (Exception | Error failure) {
                    next = () -> failed.accept(failure);
                }
                Runnable last = next;
                loop.runOnContext(now -> last.run());
            });
        } catch (RejectedExecutionException stopping) {
            failed.accept(BlobProblems.unreadable());
        }
    }

    /// Answers a request with what has to be read first. A failure until the head is written is a
    /// clean problem.
    void answer(
            Answer answer, HttpServerResponse response, ResteasyReactiveRequestContext request) {
        request.suspend();
        run(
                () -> {
                    // Who is gone already is not read for.
                    if (!response.closed()) {
                        answer.read();
                    }
                },
                () -> write(answer, response, request),
                request::resume);
    }

    private static void write(
            Answer answer, HttpServerResponse response, ResteasyReactiveRequestContext request) {
        if (response.closed()) {
            answer.release();
            request.resume();
            return;
        }
        try {
            if (answer.write()) {
                request.resume();
            }
        } catch (RuntimeException | OutOfMemoryError failure) {
            if (response.headWritten()) {
                LOG.error("an answer ends before its end", failure);
                response.reset();
                request.resume();
            } else {
                request.resume(failure);
            }
        }
    }
}
