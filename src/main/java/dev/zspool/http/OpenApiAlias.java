package dev.zspool.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Set;

/// Serves the contract under its usual second name too, and to those only who want to read it: the
/// framework would answer any method with it.
@Singleton
final class OpenApiAlias {

    private static final String PATH = "/openapi";
    private static final String ALIAS = "/q/openapi";

    /// Behind the edge's guard, before the framework's own route.
    private static final int ORDER = -9_000;

    private static final Set<HttpMethod> METHODS = Set.of(HttpMethod.GET, HttpMethod.HEAD);

    private static final String ALLOWED = "GET, HEAD, OPTIONS";

    private final RouterProblems problems;

    OpenApiAlias(RouterProblems problems) {
        this.problems = problems;
    }

    void register(@Observes Router router) {
        router.route(PATH).order(ORDER).handler(this::checkMethod);
        router.route(ALIAS).order(ORDER).handler(context -> context.reroute(PATH));
    }

    private void checkMethod(RoutingContext context) {
        HttpMethod method = context.request().method();
        if (METHODS.contains(method)) {
            context.next();
            return;
        }
        if (method.equals(HttpMethod.OPTIONS)) {
            context.response().putHeader(HttpHeaders.ALLOW, ALLOWED).end();
            return;
        }
        problems.answer(
                context,
                new ProblemException(
                        ProblemCode.METHOD_NOT_ALLOWED,
                        method + " " + PATH + ": the contract can only be read.",
                        Map.of(HttpHeaders.ALLOW.toString(), ALLOWED)));
    }
}
