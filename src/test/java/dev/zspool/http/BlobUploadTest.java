package dev.zspool.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.junit.QuarkusTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Bodies on their way in: sizes, framing, backpressure, limits, and clients that go away.
@QuarkusTest
class BlobUploadTest extends EdgeTest {

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 8191, 65_536, 65_537, 1_000_000, 64 << 20})
    void everySizeArrivesWithALength(int size) throws IOException {
        byte[] content = bytes(size, size);
        try (RawHttp http = connect()) {
            http.send(head("PUT", PATH, "Content-Length: " + size)).send(content);
            assertEquals(201, http.answer().status());
        }
        assertArrayEquals(content, content("a"));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 8191, 65_536, 65_537, 1_000_000, 64 << 20})
    void everySizeArrivesInChunks(int size) throws IOException {
        byte[] content = bytes(size, size);
        try (RawHttp http = connect()) {
            http.send(head("PUT", PATH, "Transfer-Encoding: chunked")).send(chunked(content));
            assertEquals(201, http.answer().status());
        }
        assertArrayEquals(content, content("a"));
    }

    @Test
    void aDeclaredLengthOverTheLimitIsRefusedUnread() throws IOException {
        try (RawHttp http = connect()) {
            RawHttp.Answer answer =
                    http.send(head("PUT", PATH, "Content-Length: " + ((64 << 20) + 1))).answer();
            assertProblem(answer, 413, "BLOB_TOO_LARGE");
            assertTrue(answer.hasHeader("connection: close"), answer.head());
            assertTrue(http.endsWithin(5_000));
        }
    }

    @Test
    void aClientThatAsksFirstNeedNotSend() throws IOException {
        try (RawHttp http = connect()) {
            RawHttp.Answer answer =
                    http.send(
                                    head(
                                            "PUT",
                                            PATH,
                                            "Expect: 100-continue",
                                            "Content-Length: " + ((64 << 20) + 1)))
                            .answer();
            assertProblem(answer, 413, "BLOB_TOO_LARGE");
            assertTrue(answer.hasHeader("connection: close"), answer.head());
        }
        try (RawHttp http = connect()) {
            RawHttp.Answer answer =
                    http.send(
                                    head(
                                            "PUT",
                                            "/v1/pools/none/blobs/a",
                                            "Expect: 100-continue",
                                            "Content-Length: 3"))
                            .answer();
            assertProblem(answer, 404, "POOL_NOT_FOUND");
            assertTrue(answer.hasHeader("connection: close"), answer.head());
        }
    }

    @Test
    void aClientThatAsksIsToldToGoOn() throws IOException {
        try (RawHttp http = connect()) {
            http.send(head("PUT", PATH, "Expect: 100-continue", "Content-Length: 3"));
            assertEquals("HTTP/1.1 100 Continue\r\n\r\n", text(http.readBytes(25)));
            assertEquals(201, http.send("abc").answer().status());
        }
        try (RawHttp http = connect()) {
            RawHttp.Answer old =
                    http.send("PUT " + PATH + " HTTP/1.0\r\nHost: localhost\r\n")
                            .send("Expect: 100-continue\r\nContent-Length: 3\r\n\r\nabc")
                            .answer();
            assertEquals(204, old.status(), "HTTP/1.0 does not know 100");
        }
    }

    @Test
    void chunksOverTheLimitAreRefusedOnTheWay() throws IOException {
        try (RawHttp http = connect()) {
            http.send(head("PUT", PATH, "Transfer-Encoding: chunked"));
            byte[] chunk = chunk(new byte[1 << 20]);
            for (int sent = 0; sent < 66; sent++) {
                http.send(chunk);
            }
            RawHttp.Answer answer = http.answer();
            assertProblem(answer, 413, "BLOB_TOO_LARGE");
            assertTrue(answer.hasHeader("connection: close"), answer.head());
        }
        assertFalse(isStored("a"));
    }

    @Test
    void aShortUnreadBodyDoesNotEndTheConnection() throws IOException {
        try (RawHttp http = connect()) {
            http.send(head("PUT", "/v1/pools/none/blobs/a", "Content-Length: 3") + "abc");
            assertProblem(http.answer(), 404, "POOL_NOT_FOUND");
            assertProblem(http.send(head("GET", "/v1/pools/none")).answer(), 404, "POOL_NOT_FOUND");
        }
    }

    @Test
    void aTruncatedBodyIsNotABlob() throws IOException {
        try (RawHttp http = connect()) {
            http.send(head("PUT", PATH, "Content-Length: 30") + "abc").endOfInput();
            assertEquals("", http.answer().head());
        }
        try (RawHttp http = connect()) {
            http.send(head("PUT", PATH, "Transfer-Encoding: chunked") + "5\r\nab").endOfInput();
            assertEquals("", http.answer().head());
        }
        assertFalse(isStored("a"));
    }

    private static byte[] chunked(byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int length;
        for (int at = 0, turn = 0; at < content.length; at += length, turn++) {
            length = Math.min(content.length - at, 1 + turn * 7919 % 200_000);
            out.writeBytes(chunk(Arrays.copyOfRange(content, at, at + length)));
        }
        out.writeBytes("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        return out.toByteArray();
    }

    private static byte[] chunk(byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(
                (Integer.toHexString(content.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(content);
        out.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
        return out.toByteArray();
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.US_ASCII);
    }
}
