package dev.zspool.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// `Expect`: who asks before sending a body is answered from the headers alone.
@QuarkusTest
class ExpectationTest extends EdgeTest {

    private static final String ASKS = "Expect: 100-continue";
    private static final String CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n";

    /// The first thing that comes is the refusal, and no body was sent for it.
    private void assertRefusedUnasked(String request, int status, String code) throws IOException {
        try (RawHttp http = connect()) {
            RawHttp.Answer answer = http.send(request).answer();
            assertProblem(answer, status, code);
            assertTrue(answer.hasHeader("connection: close"), answer.head());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/v1/pools/default/blobs/a   | Content-Length: 67108865 | 413 | BLOB_TOO_LARGE",
                "/v1/pools/default/blobs/a   | If-Match: *              | 412 | PRECONDITION_FAILED",
                "/v1/pools/default/blobs/a   | If-Match: \"0-0\"        | 412 | PRECONDITION_FAILED",
                "/v1/pools/default/blobs/a   | If-Match: nonsense       | 400 | BAD_HEADER",
                "/v1/pools/default/blobs/a   | Origin: http://elsewhere | 403 | CROSS_SITE_REQUEST",
                "/v1/pools/default/blobs/a%20 | X: y                    | 400 | BAD_HANDLE",
                "/v1/pools/none/blobs/a      | X: y                     | 404 | POOL_NOT_FOUND",
                "/v1/pools/default/blobs/a   | Expect: miracles         | 417 | EXPECTATION_FAILED",
            })
    void refusedFromTheHeaders(String path, String header, int status, String code)
            throws IOException {
        String length = header.startsWith("Content-Length") ? "X: y" : "Content-Length: 100000";
        assertRefusedUnasked(head("PUT", path, ASKS, length, header), status, code);
        assertFalse(isStored("a"));
    }

    @Test
    void whatIsThereAlreadyIsKnownBeforeTheBody() throws IOException {
        store("a", new byte[1]);
        String create = "If-None-Match: *";
        assertRefusedUnasked(
                head("PUT", PATH, ASKS, "Content-Length: 5", create), 412, "PRECONDITION_FAILED");
        assertRefusedUnasked(
                head("PUT", PATH, ASKS, "Transfer-Encoding: chunked", create),
                412,
                "PRECONDITION_FAILED");
        assertRefusedUnasked(
                head("PUT", PATH, "Content-Length: 100000", create), 412, "PRECONDITION_FAILED");
    }

    /// Between the look at the headers and the end of the body somebody else creates the blob.
    @Test
    void theConditionIsDecidedAtTheEndOnceMore() throws IOException {
        try (RawHttp slow = connect()) {
            slow.send(head("PUT", PATH, ASKS, "Content-Length: 3", "If-None-Match: *"));
            assertEquals(CONTINUE, text(slow.readBytes(CONTINUE.length())));
            store("a", "first".getBytes(StandardCharsets.US_ASCII));
            assertProblem(slow.send("new").answer(), 412, "PRECONDITION_FAILED");
        }
        assertEquals("first", text(content("a")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "100-continue",
                "100-Continue",
                " , 100-continue,",
                "100-continue,100-continue"
            })
    void whoMayGoOnIsTold(String expectation) throws IOException {
        try (RawHttp http = connect()) {
            http.send(head("PUT", PATH, "Expect: " + expectation, "Content-Length: 3"));
            assertEquals(CONTINUE, text(http.readBytes(CONTINUE.length())));
            assertEquals(201, http.send("abc").answer().status());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ","})
    void whoExpectsNothingIsNotTold(String expectation) throws IOException {
        try (RawHttp http = connect()) {
            http.send(head("PUT", PATH, "Expect: " + expectation, "Content-Length: 3") + "abc");
            assertEquals(201, http.answer().status());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "DELETE", "PUT", "POST"})
    void otherExpectationsAreRefused(String method) throws IOException {
        store("a", new byte[1]);
        String path = method.equals("POST") ? BLOBS : PATH;
        try (RawHttp http = connect()) {
            String request = head(method, path, "Expect: 102-processing", "Content-Length: 0");
            RawHttp.Answer answer =
                    method.equals("HEAD")
                            ? http.send(request).answerToHead()
                            : http.send(request).answer();
            assertEquals(417, answer.status(), answer.head());
            assertEquals(200, http.send(head("GET", PATH)).answer().status());
        }
    }

    /// The answer says that it is the last one, so what its sender wrote behind the body before it
    /// had read that must not count.
    @ParameterizedTest
    @ValueSource(ints = {3, 100, 65_537, 300_000})
    void aRequestBehindTheLastAnswerIsNotExecuted(int length) throws IOException {
        store("b", new byte[1]);
        String refused = head("PUT", "/v1/pools/none/blobs/a", ASKS, "Content-Length: " + length);
        String behind = head("PUT", PATH, "Content-Length: 1") + "x" + head("DELETE", BLOBS + "/b");
        try (RawHttp http = connect()) {
            http.send(refused + "y".repeat(length) + behind);
            RawHttp.Answer answer = http.answer();
            assertProblem(answer, 404, "POOL_NOT_FOUND");
            if (answer.hasHeader("connection: close")) {
                assertTrue(http.endsWithin(10_000));
                assertFalse(isStored("a"));
                assertTrue(isStored("b"));
            } else {
                // The body had come already, so the connection goes on.
                assertEquals(201, http.answer().status());
                assertEquals(204, http.answer().status());
            }
        }
    }

    @Test
    void aRequestBehindOneThatEndsTheConnectionIsNotExecuted() throws IOException {
        String last = head("GET", PATH, "Connection: close");
        try (RawHttp http = connect()) {
            http.send(last + head("PUT", PATH, "Content-Length: 1") + "x");
            RawHttp.Answer answer = http.answer();
            assertProblem(answer, 404, "BLOB_NOT_FOUND");
            assertTrue(http.endsWithin(10_000));
        }
        assertFalse(isStored("a"));
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.US_ASCII);
    }
}
