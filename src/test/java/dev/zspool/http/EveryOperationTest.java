package dev.zspool.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.contract.Contract;
import dev.zspool.contract.Operation;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What any operation answers to a bad request of a kind that has nothing to do with it.
@QuarkusTest
class EveryOperationTest extends EdgeTest {

    /// What the guard in front of every operation says, so that every one must document it.
    private static final List<Bad> ALWAYS =
            List.of(
                    new Bad("400 BAD_REQUEST", "Host: localhost\r\nHost: localhost"),
                    new Bad("403 HOST_NOT_ALLOWED", "Host: evil.example"),
                    new Bad("403 CROSS_SITE_REQUEST", "Host: localhost\r\nOrigin: null"),
                    new Bad(
                            "501 UNSUPPORTED_TRANSFER_CODING",
                            "Host: localhost\r\nTransfer-Encoding: gzip, chunked"),
                    new Bad("505 UNSUPPORTED_HTTP_VERSION", "Host: localhost"));

    private static final List<Bad> WHERE_DOCUMENTED =
            List.of(
                    new Bad("406 NOT_ACCEPTABLE", "Host: localhost\r\nAccept: image/png"),
                    new Bad("400 BAD_PATH", "Host: localhost"),
                    new Bad("404 POOL_NOT_FOUND", "Host: localhost"));

    /// A request that must get this answer.
    private record Bad(String answer, String headers) {

        String request(Operation operation) {
            String pool = is("POOL_NOT_FOUND") ? "none" : is("BAD_PATH") ? "a;b" : "default";
            String version = is("UNSUPPORTED_HTTP_VERSION") ? "9.9" : "1.1";
            String line = operation.method() + " " + operation.pathIn(pool) + " HTTP/" + version;
            return line + "\r\n" + headers + "\r\n\r\n";
        }

        private boolean is(String code) {
            return answer.endsWith(code);
        }

        /// Whether the operation documents it; one without a parameter in its path has no bad one.
        boolean isFor(Operation operation) {
            boolean isPossible = !is("BAD_PATH") || operation.template().contains("{pool}");
            return isPossible
                    && Contract.contract().answers(operation).stream()
                            .anyMatch(documented ->
                                    documented.equals(answer)
                                            || documented.equals(answer.substring(0, 3)));
        }
    }

    static Stream<Operation> operations() {
        return Contract.contract().operations().stream();
    }

    @ParameterizedTest
    @MethodSource("operations")
    void refusesWhatNoneTakes(Operation operation) throws IOException {
        for (Bad bad : ALWAYS) {
            assertTrue(bad.isFor(operation), operation + " does not document " + bad.answer());
            assertEquals(bad.answer(), answer(operation, bad), operation.id());
        }
        for (Bad bad : WHERE_DOCUMENTED) {
            if (bad.isFor(operation)) {
                assertEquals(bad.answer(), answer(operation, bad), operation.id());
            }
        }
    }

    private String answer(Operation operation, Bad bad) throws IOException {
        try (RawHttp http = connect()) {
            http.send(bad.request(operation));
            if (operation.method().equals("HEAD")) {
                // What the code was is not said.
                String status = "" + http.answerToHead().status();
                return bad.answer().startsWith(status) ? bad.answer() : status;
            }
            RawHttp.Answer answer = http.answer();
            String code = answer.body().replaceFirst("(?s).*\"code\":\"(\\w+)\".*", "$1");
            return answer.status() + " " + code;
        }
    }
}
