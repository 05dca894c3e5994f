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
/// the client sees an answer that is too short; a client that goes away ends it.
final class PacedAnswer {

    private static final Logger LOG = Logger.getLogger(PacedAnswer.class);

    private final Step step;
    private final HttpServerResponse response;
    private final ResteasyReactiveRequestContext request;
    private final Context loop;
    private boolean waiting;
    private boolean ended;

    /// What makes the answer.
    interface Step {
        /// Writes some more; the last one also ends the response.
        ///
        /// @return whether there is more to come
        /// @throws ProblemException when what is sent is there no more
        boolean write(HttpServerResponse response) throws Exception;

        /// Gives back what it holds: there will be no other step. Called once.
        void release();
    }

    private PacedAnswer(
            Step step, HttpServerResponse response, ResteasyReactiveRequestContext request) {
        this.step = step;
        this.response = response;
        this.request = request;
        this.loop = Objects.requireNonNull(Vertx.currentContext(), "not on an event loop");
    }

    /// Begins with the next step; the head of the answer may be gone already.
    static void start(
            Step step, HttpServerResponse response, ResteasyReactiveRequestContext request) {
        PacedAnswer answer = new PacedAnswer(step, response, request);
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
            if (step.write(response)) {
                goOn();
            } else {
                end();
            }
        } catch (ProblemException expected) {
            LOG.warnf("%s, connection reset", expected.detail());
            reset();
        } catch (Exception | OutOfMemoryError failure) {
            LOG.error("an answer ends before its end", failure);
            reset();
        }
    }

    private void reset() {
        response.reset();
        end();
    }

    private void end() {
        if (!ended) {
            ended = true;
            step.release();
            request.resume();
        }
    }
}
