package dev.zspool.http;

import io.netty.util.AttributeKey;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.RoutingContext;

/// What becomes of a connection whose request was answered before its body was read.
///
/// A short rest is read and thrown away by the framework, and the connection goes on. With a long
/// or unknown rest, or when the client still waits for `100 Continue`, nobody can tell where the
/// next request would start, so the answer says `Connection: close`. Closing at once would make the
/// system reset the connection, and the reset can destroy the answer on its way; so the rest is
/// thrown away for a moment first. A request behind such an answer is not executed.
final class UnreadBody {

    private static final long SHORT_BYTES = 64 * 1024;
    private static final long LINGER_MILLIS = 2_000;

    private static final AttributeKey<Boolean> LAST_ANSWERED =
            AttributeKey.valueOf(UnreadBody.class, "lastAnswered");

    private UnreadBody() {}

    /// Looks after the body of a request, if it has one.
    static void watch(RoutingContext context) {
        HttpServerRequest request = context.request();
        if (hasLongBody(request) || Expectation.waitsForContinue(request)) {
            context.addHeadersEndHandler(head -> {
                if (!request.isEnded()) {
                    markLast(request);
                    context.response().headers().set(HttpHeaders.CONNECTION, "close");
                    context.vertx()
                            .getOrCreateContext()
                            .runOnContext(answered -> discardThenClose(context));
                }
            });
        }
    }

    /// Whether an earlier answer said that it is the last one of the connection. What comes behind
    /// it was not meant to be executed by anybody: its sender sends it again.
    static boolean isBehindTheLast(HttpServerRequest request) {
        return request.connection() instanceof ConnectionBase connection
                && connection.channel().hasAttr(LAST_ANSWERED);
    }

    private static void markLast(HttpServerRequest request) {
        if (request.connection() instanceof ConnectionBase connection) {
            connection.channel().attr(LAST_ANSWERED).set(true);
        }
    }

    private static boolean hasLongBody(HttpServerRequest request) {
        if (request.headers().contains(HttpHeaders.TRANSFER_ENCODING)) {
            return true;
        }
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return length != null && Long.parseLong(length) > SHORT_BYTES;
    }

    private static void discardThenClose(RoutingContext context) {
        HttpServerRequest request = context.request();
        if (request.isEnded()) {
            request.connection().close();
            return;
        }
        long timer = context.vertx().setTimer(LINGER_MILLIS, late -> request.connection().close());
        request.handler(rest -> {});
        request.endHandler(end -> {
            context.vertx().cancelTimer(timer);
            request.connection().close();
        });
        request.resume();
    }
}
