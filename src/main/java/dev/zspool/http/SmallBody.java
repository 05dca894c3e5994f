package dev.zspool.http;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.Objects;

/// The body of a request that is a document: read into memory up to a limit, at the pace that
/// uploads must have.
///
/// Everything runs on the event loop of the request.
final class SmallBody {

    /// More than any document needs.
    static final int MAX_BYTES = 1024 * 1024;

    private final HttpServerRequest request;
    private final HttpOptions options;
    private final SmallBodies all;
    private final UniEmitter<? super byte[]> emitter;
    private final Context context;
    private final Buffer body = Buffer.buffer();
    private int windowStart;
    private long timer;
    private boolean ended;

    private SmallBody(
            HttpServerRequest request,
            HttpOptions options,
            SmallBodies all,
            UniEmitter<? super byte[]> emitter) {
        this.request = request;
        this.options = options;
        this.all = all;
        this.emitter = emitter;
        this.context = Objects.requireNonNull(Vertx.currentContext(), "not on an event loop");
    }

    /// The whole body.
    ///
    /// @param all what it and others may take together
    static Uni<byte[]> receive(HttpServerRequest request, HttpOptions options, SmallBodies all) {
        if (UploadHeaders.declaredBytes(request) > MAX_BYTES) {
            throw tooLarge();
        }
        return Uni.createFrom()
                .emitter(emitter -> new SmallBody(request, options, all, emitter).begin());
    }

    private static ProblemException tooLarge() {
        return new ProblemException(
                ProblemCode.BODY_TOO_LARGE,
                "The body of this request has at most " + MAX_BYTES + " bytes.");
    }

    private void begin() {
        timer = context.owner().setPeriodic(options.uploadWindowMillis(), window -> checkPace());
        emitter.onTermination(this::end);
        request.exceptionHandler(failure ->
                fail(
                        new ProblemException(
                                ProblemCode.BAD_REQUEST,
                                "The body ended before it was complete.")));
        request.handler(this::received);
        request.endHandler(end -> complete());
        if (Expectation.waitsForContinue(request)) {
            request.response().writeContinue();
        }
        request.resume();
    }

    private void received(Buffer piece) {
        if (ended) {
            return;
        }
        if (body.length() + piece.length() > MAX_BYTES) {
            request.pause();
            fail(tooLarge());
        } else if (all.take(piece.length())) {
            body.appendBuffer(piece);
        } else {
            request.pause();
            fail(SmallBodies.tooMany());
        }
    }

    private void complete() {
        if (!ended) {
            end();
            emitter.complete(body.getBytes());
        }
    }

    private void checkPace() {
        if (body.length() - windowStart < options.uploadWindowBytes()) {
            fail(UploadHeaders.tooSlow(options));
        }
        windowStart = body.length();
    }

    private void fail(ProblemException problem) {
        if (!ended) {
            end();
            emitter.fail(problem);
        }
    }

    private void end() {
        if (!ended) {
            ended = true;
            all.giveBack(body.length());
            context.owner().cancelTimer(timer);
        }
    }
}
