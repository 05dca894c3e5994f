package dev.zspool.observe;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import jakarta.inject.Singleton;
import java.util.List;

/// Makes a request's span say which operation it is as a log line does: `zspool.pool`, and
/// `zspool.handle` with a hash. What the framework put into it of the request's target is taken
/// out: a handle may be a secret of its client. The route is in the span's name.
@Singleton
final class RequestSpans implements SpanProcessor {
    private static final AttributeKey<String> POOL = AttributeKey.stringKey("zspool.pool");
    private static final AttributeKey<String> HANDLE = AttributeKey.stringKey("zspool.handle");
    private static final AttributeKey<String> PATH = AttributeKey.stringKey("url.path");

    /// As the conventions of OpenTelemetry want it said.
    private static final String REDACTED = "REDACTED";

    private static final List<AttributeKey<String>> TARGETS =
            List.of(
                    PATH,
                    AttributeKey.stringKey("url.query"),
                    AttributeKey.stringKey("url.full"),
                    AttributeKey.stringKey("http.target"),
                    AttributeKey.stringKey("http.url"));

    private final OperationNames names;

    RequestSpans(OperationNames names) {
        this.names = names;
    }

    @Override
    public void onStart(Context parent, ReadWriteSpan span) {
        String path = span.getAttribute(PATH);
        set(span, POOL, OperationNames.poolOf(path));
        set(span, HANDLE, names.handleOf(path));
        for (AttributeKey<String> target : TARGETS) {
            if (span.getAttribute(target) != null) {
                span.setAttribute(target, REDACTED);
            }
        }
    }

    private static void set(ReadWriteSpan span, AttributeKey<String> key, String value) {
        if (!value.isEmpty()) {
            span.setAttribute(key, value);
        }
    }

    @Override
    public boolean isStartRequired() {
        return true;
    }

    @Override
    public void onEnd(ReadableSpan span) {
        // Who sends it on is another one.
    }

    @Override
    public boolean isEndRequired() {
        return false;
    }
}
