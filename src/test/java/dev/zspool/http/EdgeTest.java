package dev.zspool.http;

import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.blob.BlobPool;
import dev.zspool.blob.BlobStore;
import io.restassured.RestAssured;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/// What every test of the edge has: the service, raw connections to it, and a look at the pool.
///
/// After each test no write may be left open, whatever the clients did, and the pool is sound.
abstract class EdgeTest {

    static final String BLOBS = "/v1/pools/default/blobs";
    static final String PATH = BLOBS + "/a";

    @Inject BlobPool pool;
    @Inject BlobStore store;

    @BeforeEach
    void forgetTheBlobsOfOtherTests() {
        for (String handle : List.of("a", "b", "c")) {
            given().delete(BLOBS + "/" + handle);
        }
    }

    @AfterEach
    void nothingIsLeftOver() {
        assertTrue(eventually(() -> store.host().bodyBytes() == 0), "a write was left open");
        assertEquals(List.of(), pool.check());
    }

    RawHttp connect() throws IOException {
        return new RawHttp(URI.create("http://localhost:" + RestAssured.port));
    }

    void store(String handle, byte[] content) throws IOException {
        try (RawHttp http = connect()) {
            String put = head("PUT", BLOBS + "/" + handle, "Content-Length: " + content.length);
            assertTrue(http.send(put).send(content).answer().status() / 100 == 2);
        }
    }

    byte[] content(String handle) throws IOException {
        try (RawHttp http = connect()) {
            RawHttp.Answer answer = http.send(head("GET", BLOBS + "/" + handle)).answer();
            assertEquals(200, answer.status());
            return answer.bytes();
        }
    }

    static boolean isStored(String handle) {
        return given().head(BLOBS + "/" + handle).statusCode() == 200;
    }

    static String head(String method, String path, String... headers) {
        StringBuilder head = new StringBuilder(method + " " + path + " HTTP/1.1\r\n");
        head.append("Host: localhost\r\n");
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        return head.append("\r\n").toString();
    }

    static void assertProblem(RawHttp.Answer answer, int status, String code) {
        assertEquals(status, answer.status(), answer.body());
        assertTrue(answer.hasHeader("content-type: application/problem+json"), answer.head());
        assertTrue(answer.body().contains("\"code\":\"" + code + "\""), answer.body());
    }

    /// The same bytes for the same seed; they do not compress.
    static byte[] bytes(int length, long seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    static boolean eventually(BooleanSupplier condition) {
        Instant deadline = Instant.now().plus(Duration.ofSeconds(5));
        while (!condition.getAsBoolean() && Instant.now().isBefore(deadline)) {
            Thread.onSpinWait();
        }
        return condition.getAsBoolean();
    }
}
