package dev.zspool.http;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/// The first thing that sees a request of the main port, whatever its path: refuses what is
/// ambiguous or comes from where it must not.
@Singleton
final class EdgeGuard {

    /// Before every other filter and route.
    private static final int PRIORITY = 10_000;

    private final CallerCheck callers;
    private final RouterProblems problems;

    EdgeGuard(HttpOptions options, RouterProblems problems) {
        this.callers = new CallerCheck(options.allowedHosts());
        this.problems = problems;
    }

    void register(@Observes Filters filters) {
        filters.register(this::check, PRIORITY);
    }

    private void check(RoutingContext context) {
        HttpServerRequest request = context.request();
        UnreadBody.watch(context);
        ProblemException problem = ambiguity(request);
        if (problem == null) {
            problem = callers.check(request);
        }
        if (problem == null) {
            context.next();
        } else {
            problems.answer(context, problem);
        }
    }

    /// What two readers of the same request could understand differently.
    private static @Nullable ProblemException ambiguity(HttpServerRequest request) {
        if (request.version() == null) {
            return new ProblemException(
                    ProblemCode.UNSUPPORTED_HTTP_VERSION, "HTTP/1.0 and HTTP/1.1 are spoken.");
        }
        if (request.headers().getAll(HttpHeaders.HOST).size() > 1) {
            return new ProblemException(
                    ProblemCode.BAD_REQUEST, "There is more than one Host header.");
        }
        String coding = request.getHeader(HttpHeaders.TRANSFER_ENCODING);
        if (coding != null && !coding.equalsIgnoreCase("chunked")) {
            return new ProblemException(
                    ProblemCode.UNSUPPORTED_TRANSFER_CODING, "The only one known is chunked.");
        }
        String path = request.path();
        if (path == null || !PlainPath.isPlain(path)) {
            return new ProblemException(
                    ProblemCode.BAD_PATH,
                    "Empty and dot segments, a slash at the end, semicolons, backslashes and broken"
                            + " escapes are refused.");
        }
        return null;
    }
}
