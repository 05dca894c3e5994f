package dev.zspool.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// What is not quite HTTP: refused with a 4xx (or 501, 505), or by closing; never a 500, never a
/// blob.
@QuarkusTest
class MalformedHttpTest extends EdgeTest {

    static Stream<Arguments> malformed() {
        return Stream.of(
                bad("chunk size is no number", 0, put("Transfer-Encoding: chunked") + "zz\r\nabc"),
                bad(
                        "negative chunk",
                        0,
                        put("Transfer-Encoding: chunked") + "-1\r\na\r\n0\r\n\r\n"),
                bad(
                        "huge chunk",
                        0,
                        put("Transfer-Encoding: chunked")
                                + "FFFFFFFFFFFFFFFFF\r\nabc\r\n0\r\n\r\n"),
                bad(
                        "chunk longer than said",
                        0,
                        put("Transfer-Encoding: chunked") + "2\r\nabcde\r\n0\r\n\r\n"),
                bad("other coding", 400, put("Transfer-Encoding: xchunked") + "0\r\n\r\n"),
                bad("two codings", 501, put("Transfer-Encoding: gzip, chunked") + "0\r\n\r\n"),
                bad(
                        "length and chunks",
                        400,
                        put("Transfer-Encoding: chunked", "Content-Length: 3") + "0\r\n\r\n"),
                bad("two lengths", 400, put("Content-Length: 3", "Content-Length: 4") + "abcd"),
                bad(
                        "same length twice",
                        400,
                        put("Content-Length: 3", "Content-Length: 3") + "abc"),
                bad("list of lengths", 400, put("Content-Length: 3, 3") + "abc"),
                bad("negative length", 400, put("Content-Length: -3") + "abc"),
                bad("signed length", 400, put("Content-Length: +3") + "abc"),
                bad("length in words", 400, put("Content-Length: three") + "abc"),
                bad("length over 64 bits", 400, put("Content-Length: 99999999999999999999") + "a"),
                bad("length of 63 bits", 413, put("Content-Length: 9223372036854775807") + "abc"),
                bad("header over 20 KiB", 431, put("X-Long: " + "y".repeat(30_000))),
                bad("10,000 headers", 431, put(manyHeaders(10_000))),
                bad("target too long", 414, head("GET", PATH + "?" + "x".repeat(9_000))),
                bad("space before colon", 400, put("X : y", "Content-Length: 0")),
                bad("NUL in a header", 400, put("X: a\0b", "Content-Length: 0")),
                bad("no Host", 400, "GET " + PATH + " HTTP/1.1\r\n\r\n"),
                bad("two Hosts", 400, head("GET", PATH, "Host: localhost")),
                bad("Host that is none", 400, "GET " + PATH + " HTTP/1.1\r\nHost: a b\r\n\r\n"),
                bad(
                        "Host with user",
                        400,
                        "GET " + PATH + " HTTP/1.1\r\nHost: x@localhost\r\n\r\n"),
                bad("unknown version", 505, "GET " + PATH + " HTTP/9.9\r\nHost: localhost\r\n\r\n"),
                bad("HTTP/2 in clear text", 400, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
                bad("TLS", 400, "\u0016\u0003\u0001\0\u00ff\u00ff\r\n\r\n"),
                bad("broken escape", 400, head("GET", BLOBS + "/%zz")),
                bad("cut escape", 400, head("GET", BLOBS + "/a%4")),
                bad("backslash", 400, head("GET", BLOBS + "/a\\b")),
                bad("no target", 400, "GET HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    }

    private static Arguments bad(String what, int status, String request) {
        return Arguments.of(what, status, request);
    }

    private static String put(String... headers) {
        return head("PUT", PATH, headers);
    }

    private static String[] manyHeaders(int count) {
        return IntStream.range(0, count)
                .mapToObj(each -> "X-" + each + ": y")
                .toArray(String[]::new);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void malformed(String what, int status, String request) throws IOException {
        try (RawHttp http = connect()) {
            RawHttp.Answer answer = http.send(request).answer();
            assertEquals(status, answer.status(), what + ": " + answer.head() + answer.body());
        }
        assertFalse(isStored("a"), what);
    }

    @Test
    void manyHeadersAreNoReasonByThemselves() throws IOException {
        store("a", new byte[1]);
        try (RawHttp http = connect()) {
            assertEquals(200, http.send(head("GET", PATH, manyHeaders(1_000))).answer().status());
        }
    }

    @Test
    void pipelinedRequestsWaitUntilTheAnswersBeforeAreTaken() throws IOException {
        byte[] content = bytes(1 << 20, 7);
        store("a", content);
        int count = 40;
        try (RawHttp http = connect()) {
            for (int each = 0; each < count; each++) {
                http.send(head("GET", PATH));
            }
            // Nothing is read until the service cannot write any more and goes on with others.
            assertArrayEquals(content, content("a"));
            http.send(put("Content-Length: 3") + "abc");
            for (int each = 0; each < count; each++) {
                assertArrayEquals(content, http.answer().bytes(), "answer " + each);
            }
            assertEquals(204, http.answer().status());
        }
        assertArrayEquals("abc".getBytes(StandardCharsets.US_ASCII), content("a"));
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrder() throws IOException {
        String requests =
                IntStream.range(0, 20)
                        .mapToObj(each ->
                                head("PUT", BLOBS + "/" + each, "Content-Length: 3")
                                        + "abc"
                                        + head("DELETE", BLOBS + "/" + each))
                        .collect(Collectors.joining());
        try (RawHttp http = connect()) {
            http.send(requests);
            for (int each = 0; each < 20; each++) {
                assertEquals(201, http.answer().status());
                assertEquals(204, http.answer().status());
            }
        }
    }

    @Test
    void aBodyOnAReadIsThrownAway() throws IOException {
        store("a", new byte[1]);
        try (RawHttp http = connect()) {
            String get = head("GET", PATH, "Content-Length: 3") + "abc";
            assertEquals(200, http.send(get + get).answer().status());
            assertEquals(200, http.answer().status());
        }
    }

    @Test
    void anUpgradeToHttp2IsIgnored() throws IOException {
        store("a", new byte[1]);
        try (RawHttp http = connect()) {
            RawHttp.Answer answer =
                    http.send(
                                    head(
                                            "GET",
                                            PATH,
                                            "Connection: Upgrade, HTTP2-Settings",
                                            "Upgrade: h2c",
                                            "HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA"))
                            .answer();
            assertEquals(200, answer.status());
        }
    }
}
