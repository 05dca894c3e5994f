package dev.zspool.http;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import java.util.Objects;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.core.ResteasyReactiveRequestContext;

/// A long answer, one step at a time as fast as the client takes it.
///
/// Between two steps the event loop serves others. A step that fails resets the connection, so that
/// the client sees an answer that is too short; a client that goes away ends it. What a step needs
/// from the disk is read by another thread.
final class PacedAnswer {

    private static final Logger LOG = Logger.getLogger(PacedAnswer.class);

    private final Step step;
    private final HttpServerResponse response;
    private final ResteasyReactiveRequestContext request;
    private final DiskReads disk;
    private final Context loop;
    private boolean waiting;
    private boolean isDiskRead;
    private boolean ended;

    /// How far an answer is.
    enum Progress {
        /// There is more to come.
        MORE,
        /// What comes next has to be read from the disk; nothing was written.
        NEEDS_DISK,
        /// It is complete.
        DONE
    }

    /// What makes the answer. One thread at a time calls it.
    interface Step {
        /// Writes some more; the last one also ends the response. On the event loop.
        ///
        /// @throws ProblemException when what is sent is there no more
        Progress write(HttpServerResponse response) throws Exception;

        /// Reads what the next write needs, on another thread.
        ///
        /// @throws ProblemException as for {@link #write}
        void read() throws Exception;

        /// Gives back what it holds: there will be no other step. Called once.
        void release();
    }

    private PacedAnswer(
            Step step,
            HttpServerResponse response,
            ResteasyReactiveRequestContext request,
            DiskReads disk) {
        this.step = step;
        this.response = response;
        this.request = request;
        this.disk = disk;
        this.loop = Objects.requireNonNull(Vertx.currentContext(), "not on an event loop");
    }

    /// Begins with the next step; the head of the answer may be gone already.
    static void start(
            Step step,
            HttpServerResponse response,
            ResteasyReactiveRequestContext request,
            DiskReads disk) {
        PacedAnswer answer = new PacedAnswer(step, response, request, disk);
        request.suspend();
        response.closeHandler(closed -> answer.end());
        response.exceptionHandler(failure -> answer.end());
        response.drainHandler(drained -> answer.drained());
        answer.goOn();
    }

    /// The network also calls this from within a write that it was just given.
    private void drained() {
        if (waiting) {
            waiting = false;
            goOn();
        }
    }

    private void goOn() {
        if (ended) {
            return;
        }
        if (response.writeQueueFull()) {
            waiting = true;
        } else {
            loop.runOnContext(now -> writeNext());
        }
    }

    private void writeNext() {
        if (ended) {
            return;
        }
        try {
            switch (step.write(response)) {
                case MORE -> goOn();
                case NEEDS_DISK -> read();
                case DONE -> end();
            }
        } catch (Exception | OutOfMemoryError failure) {
            fail(failure);
        }
    }

    private void read() {
        isDiskRead = true;
        disk.run(step::read, () -> diskReadEnded(this::writeNext), this::diskReadFailed);
    }

    private void diskReadFailed(Throwable failure) {
        diskReadEnded(() -> fail(failure));
    }

    private void diskReadEnded(Runnable goOn) {
        isDiskRead = false;
        if (ended) {
            step.release();
        } else {
            goOn.run();
        }
    }

    private void fail(Throwable failure) {
        if (failure instanceof ProblemException expected) {
            LOG.warnf("%s, connection reset", expected.detail());
        } else {
            LOG.error("an answer ends before its end", failure);
        }
        response.reset();
        end();
    }

    /// A step that is reading gives back what it holds when it has read.
    private void end() {
        if (!ended) {
            ended = true;
            if (!isDiskRead) {
                step.release();
            }
            request.resume();
        }
    }
}
