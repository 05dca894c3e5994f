package dev.zspool.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What a client wants to be told before it sends its body: the header `Expect`.
final class Expectation {

    private static final String CONTINUE = "100-continue";

    private Expectation() {}

    /// Whether the client sends its body only after `100 Continue`; older ones do not know that.
    static boolean waitsForContinue(HttpServerRequest request) {
        return request.headers().contains(HttpHeaders.EXPECT)
                && request.version() == HttpVersion.HTTP_1_1
                && of(request).contains(CONTINUE);
    }

    /// The problem with an expectation that nobody here can meet.
    static @Nullable ProblemException check(HttpServerRequest request) {
        if (!request.headers().contains(HttpHeaders.EXPECT)
                || of(request).stream().allMatch(CONTINUE::equals)) {
            return null;
        }
        return new ProblemException(
                ProblemCode.EXPECTATION_FAILED, "Expect may be " + CONTINUE + " only.");
    }

    private static List<String> of(HttpServerRequest request) {
        return request.headers().getAll(HttpHeaders.EXPECT).stream()
                .flatMap(line -> Arrays.stream(line.split(",", -1)))
                .map(each -> each.strip().toLowerCase(Locale.ROOT))
                .filter(each -> !each.isEmpty())
                .toList();
    }
}
