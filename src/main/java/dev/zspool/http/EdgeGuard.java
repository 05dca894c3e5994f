package dev.zspool.http;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The first thing that may refuse a request of the main port, whatever its path: what is
/// ambiguous, comes from where it must not, or from nobody who is known. Only what merely notes
/// that there is a request comes before it.
@Singleton
final class EdgeGuard {

    /// Before every filter and route that answers.
    private static final int PRIORITY = 10_000;

    private final CallerCheck callers;
    private final CallerIdentity identities;
    private final ConsoleFiles console;
    private final RouterProblems problems;
    private final ResponseDate date;

    EdgeGuard(
            HttpOptions options,
            CallerIdentity identities,
            ConsoleFiles console,
            RouterProblems problems,
            ResponseDate date) {
        this.identities = identities;
        this.console = console;
        this.callers = new CallerCheck(options.allowedHosts());
        this.problems = problems;
        this.date = date;
    }

    void register(@Observes Filters filters) {
        filters.register(this::admit, PRIORITY);
    }

    /// A request is looked at when the client has taken most of the answers before. One that sends
    /// many at once and reads none would else have all its answers made and kept.
    private void admit(RoutingContext context) {
        HttpServerResponse response = context.response();
        if (response.writeQueueFull()) {
            response.drainHandler(drained -> {
                response.drainHandler(null);
                check(context);
            });
        } else {
            check(context);
        }
    }

    private void check(RoutingContext context) {
        HttpServerRequest request = context.request();
        if (UnreadBody.isBehindTheLast(request)) {
            return;
        }
        date.stamp(context);
        SafeHeaders.set(context);
        UnreadBody.watch(context);
        ProblemException problem = ambiguity(request);
        boolean isConsole = console.has(request);
        if (problem == null) {
            problem = isConsole ? callers.checkHost(request) : callers.check(request);
        }
        if (problem == null && isConsole) {
            console.answer(context);
        } else if (problem == null) {
            identities.find(
                    context, () -> goOn(context), refusal -> problems.answer(context, refusal));
        } else {
            problems.answer(context, problem);
        }
    }

    private void goOn(RoutingContext context) {
        ProblemException problem = Expectation.check(context.request());
        if (problem != null) {
            problems.answer(context, problem);
        } else if (!answeredOptions(context)) {
            context.next();
        }
    }

    /// The framework would name the methods of the whole resource, not those of the path.
    private static boolean answeredOptions(RoutingContext context) {
        if (!context.request().method().equals(HttpMethod.OPTIONS)) {
            return false;
        }
        Set<String> allowed = AllowedMethods.at(String.valueOf(context.request().path()));
        if (allowed.isEmpty()) {
            return false;
        }
        context.response().putHeader(HttpHeaders.ALLOW, String.join(", ", allowed));
        context.response().end();
        return true;
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
