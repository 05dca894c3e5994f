package dev.zspool.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Serves the contract as it lies in the repository, under both its usual names: as YAML, or as
/// JSON for those who ask for that.
///
/// Not by the framework, which reads it into a model and writes it out again, twice, at every
/// start: a fifth of the processor's time until readiness.
@Singleton
final class ApiDocument {

    private static final String PATH = "/openapi";
    private static final String ALIAS = "/q/openapi";
    private static final String RESOURCE = "META-INF/openapi.yaml";
    private static final String YAML = "application/yaml;charset=UTF-8";
    private static final String JSON = "application/json;charset=UTF-8";

    /// Behind the edge's guard, which lets only those through who are known.
    private static final int ORDER = -9_000;

    private static final Set<HttpMethod> METHODS = Set.of(HttpMethod.GET, HttpMethod.HEAD);

    private static final String ALLOWED = "GET, HEAD, OPTIONS";

    private final RouterProblems problems;

    /// Read when somebody asks for them, and kept: many may read at once, and slowly.
    private volatile @Nullable Buffer yaml;

    private volatile @Nullable Buffer json;

    ApiDocument(RouterProblems problems) {
        this.problems = problems;
    }

    void register(@Observes Router router) {
        router.route(PATH).order(ORDER).handler(this::answer);
        router.route(ALIAS).order(ORDER).handler(context -> context.reroute(PATH));
    }

    private void answer(RoutingContext context) {
        HttpMethod method = context.request().method();
        if (METHODS.contains(method)) {
            serve(context);
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

    private void serve(RoutingContext context) {
        boolean isJson = wantsJson(context);
        Buffer known = isJson ? json : yaml;
        if (known != null) {
            answer(context, known, isJson);
            return;
        }
        // To make JSON of it takes longer than an event loop may be held up.
        context.vertx()
                .executeBlocking(() -> isJson ? readJson() : readYaml())
                .onSuccess(document -> answer(context, document, isJson))
                .onFailure(context::fail);
    }

    private static boolean wantsJson(RoutingContext context) {
        String format = context.request().getParam("format");
        if (format != null) {
            return format.toLowerCase(Locale.ROOT).equals("json");
        }
        String accept = context.request().getHeader(HttpHeaders.ACCEPT);
        return accept != null && accept.startsWith("application/json");
    }

    private static void answer(RoutingContext context, Buffer document, boolean isJson) {
        HttpServerResponse response = context.response();
        response.putHeader(HttpHeaders.CONTENT_TYPE, isJson ? JSON : YAML);
        response.putHeader(HttpHeaders.VARY, "Accept");
        if (context.request().method().equals(HttpMethod.HEAD)) {
            response.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(document.length()));
            response.end();
        } else {
            response.end(document);
        }
    }

    private Buffer readYaml() throws IOException {
        ClassLoader loader = Thread.currentThread().getContextClassLoader();
        try (InputStream in = loader.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IOException(RESOURCE + " is missing");
            }
            Buffer read = Buffer.buffer(in.readAllBytes());
            yaml = read;
            return read;
        }
    }

    private Buffer readJson() throws IOException {
        Object document =
                new ObjectMapper(new YAMLFactory()).readValue(readYaml().getBytes(), Object.class);
        Buffer made = Buffer.buffer(new ObjectMapper().writeValueAsBytes(document));
        json = made;
        return made;
    }
}
