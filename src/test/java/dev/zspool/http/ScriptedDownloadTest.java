package dev.zspool.http;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Bodies on their way out, when readers are slow or leave, and blobs change while they are read.
@QuarkusTest
class ScriptedDownloadTest extends EdgeTest {

    private static final String PATH = ScriptedResource.PATH + "/a";

    @Inject ScriptedBlobs blobs;

    @BeforeEach
    void resetScript() {
        blobs.reset();
    }

    private static final int LONG = 8 << 20;

    @Test
    void aSlowReaderHoldsAFewBlocksOnly() throws IOException, InterruptedException {
        AtomicInteger furthest = new AtomicInteger();
        blobs.beforeBlock = (handle, block) -> furthest.accumulateAndGet(block, Math::max);
        blobs.store("a", bytes(64 << 20, 1));
        try (RawHttp http = connect()) {
            http.send(head("GET", PATH)).readBytes(100_000);
            // What was read ahead lies in the buffers of the system.
            int reached = settled(furthest);
            assertTrue(reached < 200, "read ahead to block " + reached);
        }
    }

    @Test
    void aReaderThatLeavesIsForgotten() throws IOException, InterruptedException {
        AtomicInteger blocks = new AtomicInteger();
        blobs.beforeBlock = (handle, block) -> blocks.incrementAndGet();
        blobs.store("a", bytes(64 << 20, 1));
        try (RawHttp http = connect()) {
            http.send(head("GET", PATH)).readBytes(100_000);
            http.abandon();
        }
        int read = settled(blocks);
        assertTrue(read < 500, read + " blocks read");
    }

    /// The count once it no longer grows.
    static int settled(AtomicInteger count) throws InterruptedException {
        int before;
        do {
            before = count.get();
            Thread.sleep(200);
        } while (count.get() != before);
        return before;
    }

    @Test
    void aShortBodyIsOfOneVersionEvenIfReplacedMeanwhile() {
        byte[] newer = bytes(900_000, 2);
        AtomicInteger replaced = new AtomicInteger();
        blobs.store("a", bytes(1_000_000, 1));
        blobs.beforeBlock =
                (handle, block) -> {
                    if (block == 9 && replaced.getAndIncrement() < 3) {
                        blobs.store("a", newer);
                    }
                };
        byte[] got =
                given().get(PATH)
                        .then()
                        .statusCode(200)
                        .header("Content-Length", "900000")
                        .extract()
                        .asByteArray();
        assertArrayEquals(newer, got);
        assertEquals(4, replaced.get());
    }

    @Test
    void aBlobThatIsGoneBeforeTheFirstByteIsMissing() {
        blobs.store("a", bytes(1_000_000, 1));
        blobs.beforeBlock = (handle, block) -> blobs.delete("a");
        given().get(PATH)
                .then()
                .statusCode(404)
                .header("ETag", nullValue())
                .body("code", equalTo("BLOB_NOT_FOUND"));
    }

    @Test
    void aBlobThatNeverStandsStillIsGivenUp() {
        blobs.store("a", bytes(1000, 1));
        blobs.beforeBlock = (handle, block) -> blobs.store("a", bytes(1000, 2));
        given().get(PATH)
                .then()
                .statusCode(503)
                .header("Retry-After", "1")
                .body("code", equalTo("BLOB_CHANGING"));
    }

    @Test
    void damageBeforeTheFirstByteIsAProblem() {
        blobs.store("a", bytes(1000, 1));
        blobs.store("b", bytes(LONG, 1));
        blobs.damage("a");
        blobs.damage("b");
        for (String handle : new String[] {"a", "b"}) {
            given().get(ScriptedResource.PATH + "/" + handle)
                    .then()
                    .statusCode(500)
                    .contentType("application/problem+json")
                    .header("ETag", nullValue())
                    .header("Last-Modified", nullValue())
                    .body("code", equalTo("CORRUPTED"))
                    .body("instance", equalTo(ScriptedResource.PATH + "/" + handle));
        }
    }

    @Test
    void replacedInMidBodyResetsTheConnection() throws IOException {
        blobs.store("a", bytes(LONG, 1));
        blobs.beforeBlock =
                (handle, block) -> {
                    if (block == 20) {
                        blobs.store("a", bytes(LONG, 2));
                    }
                };
        assertTooShort(20);
    }

    @Test
    void damageInMidBodyResetsTheConnection() throws IOException {
        blobs.store("a", bytes(LONG, 1));
        blobs.beforeBlock =
                (handle, block) -> {
                    if (block == 20) {
                        blobs.damage("a");
                    }
                };
        assertTooShort(20);
    }

    @Test
    void aFailureInMidBodyResetsTheConnection() throws IOException {
        blobs.store("a", bytes(LONG, 1));
        blobs.beforeBlock =
                (handle, block) -> {
                    if (block == 20) {
                        throw new IllegalStateException("secret internals");
                    }
                };
        assertTooShort(20);
    }

    /// The client was told the full length, got at most these blocks of the old version, and was
    /// then cut off.
    private void assertTooShort(int blocks) throws IOException {
        byte[] old = bytes(LONG, 1);
        try (RawHttp http = connect()) {
            RawHttp.Answer answer = http.send(head("GET", PATH)).answer();
            assertTrue(answer.hasHeader("content-length: " + LONG));
            assertTrue(http.endsWithin(5_000));
            byte[] body = answer.body().getBytes(StandardCharsets.ISO_8859_1);
            assertTrue(body.length <= blocks * (64 << 10), body.length + " bytes");
            assertArrayEquals(Arrays.copyOf(old, body.length), body);
        }
        given().get(ScriptedResource.PATH + "/none").then().statusCode(404);
    }
}
