package dev.zspool.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/// The operator's console: the page at `/` and its files below `/console/`. They hold nothing about
/// this service, so anybody may read them; what they show comes from the API, which asks who one
/// is.
@Singleton
final class ConsoleFiles {
    private static final String INDEX = "/";
    private static final String FOLDER = "/console/";

    /// Made of the configuration.
    private static final String SETTINGS = "settings.json";

    private static final Pattern NAME =
            Pattern.compile("[a-zA-Z0-9./-]{1,100}\\.(html|css|js|svg)");
    private static final int NOT_MODIFIED = 304;
    private static final String ALLOWED = "GET, HEAD, OPTIONS";

    private final ConsoleOptions options;
    private final RouterProblems problems;
    private final ObjectMapper json;
    private final CharSequence policy;
    private final Map<String, ConsoleFile> files = new ConcurrentHashMap<>();

    ConsoleFiles(ConsoleOptions options, RouterProblems problems, ObjectMapper json) {
        this.options = options;
        this.problems = problems;
        this.json = json;
        this.policy = HttpHeaders.createOptimized(policy(options));
    }

    /// What a browser may do with the console's page: only what comes from here, and to sign in
    /// where it is configured. Charts place their parts by script, which needs no exception.
    private static String policy(ConsoleOptions options) {
        Set<String> reachable = new TreeSet<>(options.origins());
        options.signIn().ifPresent(server -> reachable.add(origin(server.issuer())));
        return "default-src 'none'; script-src 'self'; worker-src 'none'; style-src 'self'; img-src 'self';"
                + String.join(" ", " connect-src 'self'", String.join(" ", reachable))
                        .stripTrailing()
                + "; base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
                + " require-trusted-types-for 'script'; trusted-types lit-html";
    }

    private static String origin(String address) {
        URI uri = URI.create(address);
        return uri.getScheme() + "://" + uri.getAuthority();
    }

    /// Whether a path is the console's. A link on another site may lead to it.
    boolean has(HttpServerRequest request) {
        String path = String.valueOf(request.path());
        return options.isOffered() && (path.equals(INDEX) || path.startsWith(FOLDER));
    }

    /// Answers a request for such a path.
    void answer(RoutingContext context) {
        HttpMethod method = context.request().method();
        if (method.equals(HttpMethod.OPTIONS)) {
            context.response().putHeader(HttpHeaders.ALLOW, ALLOWED).end();
            return;
        }
        String path = String.valueOf(context.request().path());
        if (!method.equals(HttpMethod.GET) && !method.equals(HttpMethod.HEAD)) {
            problems.answer(
                    context,
                    new ProblemException(
                            ProblemCode.METHOD_NOT_ALLOWED,
                            method + " " + path + ": the console's files can only be read.",
                            Map.of(HttpHeaders.ALLOW.toString(), ALLOWED)));
            return;
        }
        String name = path.equals(INDEX) ? "index.html" : path.substring(FOLDER.length());
        ConsoleFile known = files.get(name);
        if (known != null) {
            send(context, known);
            return;
        }
        context.vertx()
                .executeBlocking(() -> load(name))
                .onSuccess(file ->
                        file.ifPresentOrElse(
                                found -> send(context, found),
                                () ->
                                        problems.answer(
                                                context,
                                                new ProblemException(
                                                        ProblemCode.ROUTE_NOT_FOUND,
                                                        "The console has no such file."))))
                .onFailure(context::fail);
    }

    private Optional<ConsoleFile> load(String name) throws IOException {
        if (name.equals(SETTINGS)) {
            return Optional.of(keep(name, settings()));
        }
        if (!NAME.matcher(name).matches()) {
            return Optional.empty();
        }
        ClassLoader loader = Thread.currentThread().getContextClassLoader();
        try (InputStream in = loader.getResourceAsStream("console/" + name)) {
            return in == null ? Optional.empty() : Optional.of(keep(name, in.readAllBytes()));
        }
    }

    private ConsoleFile keep(String name, byte[] bytes) {
        ConsoleFile file = ConsoleFile.of(name, bytes);
        files.put(name, file);
        return file;
    }

    private byte[] settings() throws JsonProcessingException {
        Object signIn =
                options.signIn()
                        .map(server ->
                                Map.of(
                                        "issuer", server.issuer(),
                                        "clientId", server.clientId(),
                                        "scope", server.scope()))
                        .orElse(Map.of());
        return json.writeValueAsBytes(Map.of("signIn", signIn));
    }

    private void send(RoutingContext context, ConsoleFile file) {
        HttpServerRequest request = context.request();
        HttpServerResponse response = context.response();
        boolean isGzipped = takesGzip(request.getHeader(HttpHeaders.ACCEPT_ENCODING));
        String tag = file.entityTag(isGzipped);
        MultiMap headers = response.headers();
        headers.set("Content-Security-Policy", policy);
        headers.set("Referrer-Policy", "no-referrer");
        headers.set("Cross-Origin-Opener-Policy", "same-origin");
        headers.set("Cross-Origin-Resource-Policy", "same-origin");
        headers.set(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
        headers.set(HttpHeaders.ETAG, tag);
        // Asked for again after each upgrade; a 304 costs next to nothing.
        headers.set(HttpHeaders.CACHE_CONTROL, "no-cache");
        if (tag.equals(request.getHeader(HttpHeaders.IF_NONE_MATCH))) {
            response.setStatusCode(NOT_MODIFIED).end();
            return;
        }
        headers.set(HttpHeaders.CONTENT_TYPE, file.type());
        if (isGzipped) {
            headers.set(HttpHeaders.CONTENT_ENCODING, "gzip");
        }
        byte[] body = isGzipped ? file.gzipped() : file.plain();
        if (request.method().equals(HttpMethod.HEAD)) {
            headers.set(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length));
            response.end();
        } else {
            response.end(Buffer.buffer(body));
        }
    }

    private static boolean takesGzip(String accepted) {
        if (accepted == null) {
            return false;
        }
        for (String coding : accepted.toLowerCase(Locale.ROOT).split(",", -1)) {
            String plain = coding.replace(" ", "");
            if (plain.equals("gzip") || plain.startsWith("gzip;q=0.") || plain.equals("gzip;q=1")) {
                return !plain.matches("gzip;q=0\\.0*");
            }
        }
        return false;
    }
}
