package dev.zspool.observe;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpServerRequest;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jboss.logging.MDC;
import org.jspecify.annotations.Nullable;

/// Says in every log line of a request which operation it is: `pool`, `handle` and `trace` beside
/// the message of a JSON line, ` [PUT pool=... handle=... trace=...]` at the end of a line of text.
///
/// A handle may be a secret of its client, so that its place is taken by a hash with a key of this
/// process: the same handle is the same hash until the next start, and nothing leads back. Nothing
/// is computed before a line is written.
@Singleton
final class OperationNames {

    /// Before all that may write a line.
    private static final int PRIORITY = 20_000;

    private static final Pattern PATH =
            Pattern.compile(
                    "/v1/pools/([A-Za-z0-9][A-Za-z0-9._~-]{0,63})(?:/blobs/([A-Za-z0-9._~-]{1,128}))?(?:[/:].*)?");
    private static final Pattern METHOD = Pattern.compile("[A-Z]{1,10}");
    private static final Pattern TRACE_PARENT =
            Pattern.compile("00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}");

    private final HandleHash hash;

    OperationNames(HandleHash hash) {
        this.hash = hash;
    }

    void register(@Observes Filters filters) {
        filters.register(
                context -> {
                    begin(context.request());
                    context.next();
                },
                PRIORITY);
    }

    private void begin(HttpServerRequest request) {
        MDC.put("operation", new Part(() -> text(request)));
        MDC.put("pool", new Part(() -> poolOf(request.path())));
        MDC.put("handle", new Part(() -> handleOf(request.path())));
        MDC.put("trace", new Part(() -> traceOf(request.getHeader("traceparent"))));
    }

    private String text(HttpServerRequest request) {
        String method = request.method().name();
        StringBuilder text = new StringBuilder(" [");
        text.append(METHOD.matcher(method).matches() ? method : "OTHER");
        append(text, "pool", poolOf(request.path()));
        append(text, "handle", handleOf(request.path()));
        append(text, "trace", traceOf(request.getHeader("traceparent")));
        return text.append(']').toString();
    }

    private static void append(StringBuilder text, String name, String value) {
        if (!value.isEmpty()) {
            text.append(' ').append(name).append('=').append(value);
        }
    }

    /// The pool of a path; empty when it has none that could be one.
    static String poolOf(@Nullable String path) {
        Matcher matcher = PATH.matcher(String.valueOf(path));
        return matcher.matches() ? matcher.group(1) : "";
    }

    /// The hash of the handle of a path; empty when it has none that could be one.
    String handleOf(@Nullable String path) {
        Matcher matcher = PATH.matcher(String.valueOf(path));
        String handle = matcher.matches() ? matcher.group(2) : null;
        return handle == null ? "" : hash.of(String.valueOf(matcher.group(1)), handle);
    }

    /// The trace that a caller says the request belongs to, if it is one.
    static String traceOf(@Nullable String parent) {
        Matcher matcher = TRACE_PARENT.matcher(String.valueOf(parent));
        return matcher.matches() ? matcher.group(1) : "";
    }

    /// Text that is made when it is asked for.
    private record Part(Supplier<String> text) {
        @Override
        public String toString() {
            return text.get();
        }
    }
}
