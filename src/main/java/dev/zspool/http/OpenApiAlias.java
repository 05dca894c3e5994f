package dev.zspool.http;

import io.vertx.ext.web.Router;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/// Serves the contract under its usual second name too.
@Singleton
final class OpenApiAlias {

    private static final String PATH = "/openapi";
    private static final String ALIAS = "/q/openapi";

    void register(@Observes Router router) {
        router.get(ALIAS).order(0).handler(context -> context.reroute(PATH));
    }
}
