package dev.zspool.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.time.InstantSource;

/// The `Date` of answers (RFC 9110, section 6.6.1), by which others tell how old one is and whether
/// a `Last-Modified` is exact.
@Singleton
final class ResponseDate {

    private static final long MILLIS_PER_SECOND = 1000;

    private final InstantSource clock;

    /// Of the second in which somebody last asked for it.
    private volatile Second last = new Second(Long.MIN_VALUE, "");

    private record Second(long epochSecond, String text) {}

    ResponseDate(InstantSource clock) {
        this.clock = clock;
    }

    /// Sees to it that the answer of a request has one. A read is answered at once; others may take
    /// as long as their bodies.
    void stamp(RoutingContext context) {
        HttpMethod method = context.request().method();
        if (method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD)) {
            set(context.response());
        } else {
            context.addHeadersEndHandler(head -> set(context.response()));
        }
    }

    /// Gives an answer the time now.
    void set(HttpServerResponse response) {
        response.headers().set(HttpHeaders.DATE, now());
    }

    private String now() {
        long second = Math.floorDiv(clock.millis(), MILLIS_PER_SECOND);
        Second known = last;
        if (known.epochSecond != second) {
            known = new Second(second, HttpDate.format(second));
            last = known;
        }
        return known.text;
    }
}
