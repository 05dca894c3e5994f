package dev.zspool.http;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.blob.AppendOutcome;
import dev.zspool.blob.PutResult;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Bodies on their way in, when the write behind them pauses, refuses, fails, or is left alone.
@QuarkusTest
class ScriptedUploadTest extends EdgeTest {

    private static final String PATH = ScriptedResource.PATH + "/a";

    @Inject ScriptedBlobs blobs;

    @BeforeEach
    void resetScript() {
        blobs.reset();
    }

    @AfterEach
    void noWriteIsLeftOpen() {
        assertTrue(eventually(() -> blobs.openWrites.get() == 0));
    }

    @Test
    void aPausedSourceWaits() throws IOException {
        blobs.pauseEvery = 2;
        byte[] content = bytes(3_000_000, 3);
        try (RawHttp http = connect()) {
            http.send(head("PUT", PATH, "Content-Length: " + content.length)).send(content);
            assertEquals(204, http.answer().status());
        }
        assertArrayEquals(content, blobs.content("a"));
    }

    @Test
    void aPausedSourceIsNotReadAhead() throws IOException {
        blobs.pauseEvery = 1;
        blobs.holdPaused = true;
        try (RawHttp http = connect()) {
            http.send(head("PUT", PATH, "Content-Length: " + (64 << 20)));
            byte[] piece = new byte[65_536];
            Thread sender =
                    Thread.ofPlatform()
                            .start(() -> {
                                try {
                                    for (int sent = 0; sent < 1024; sent++) {
                                        http.send(piece);
                                    }
                                } catch (IOException closed) {
                                    Thread.currentThread().interrupt();
                                }
                            });
            assertFalse(joins(sender, 3 * ImpatientEdge.WINDOW_MILLIS / 2));
            http.abandon();
            assertTrue(joins(sender, 5_000));
        }
        // A paused client's leaving shows when the pool lets it go on.
        assertEquals(1, blobs.openWrites.get());
        blobs.resumePaused();
        assertTrue(eventually(() -> blobs.aborts.get() == 1));
    }

    @Test
    void anAnswerBeforeTheEndReachesAClientThatIsStillSending() throws IOException {
        blobs.refuseAfter = 100_000;
        try (RawHttp http = connect()) {
            http.send(head("PUT", PATH, "Content-Length: " + (8 << 20))).send(new byte[4 << 20]);
            RawHttp.Answer answer = http.answer();
            assertProblem(answer, 507, "POOL_FULL");
            assertTrue(http.endsWithin(5_000));
        }
    }

    @Test
    void aClientThatLeavesFreesItsWrite() throws IOException {
        try (RawHttp http = connect()) {
            http.send(head("PUT", PATH, "Content-Length: 1000000")).send(new byte[500_000]);
            assertTrue(eventually(() -> blobs.openWrites.get() == 1));
            http.abandon();
        }
        assertTrue(eventually(() -> blobs.aborts.get() == 1 && blobs.openWrites.get() == 0));
        assertFalse(blobs.has("a"));
    }

    @Test
    void aDrippingBodyIsCutOff() throws IOException {
        try (RawHttp http = connect()) {
            http.send(head("PUT", PATH, "Content-Length: 1000000"));
            Instant start = Instant.now();
            while (!http.send("x").endsWithin(100) && blobs.aborts.get() == 0) {
                assertTrue(Instant.now().isBefore(start.plusSeconds(10)));
            }
        }
        assertTrue(eventually(() -> blobs.aborts.get() == 1));
    }

    @Test
    void aStalledBodyIsToldSo() throws IOException {
        try (RawHttp http = connect()) {
            http.send(head("PUT", PATH, "Content-Length: 1000000") + "abc");
            assertProblem(http.answer(), 408, "UPLOAD_TOO_SLOW");
        }
    }

    @Test
    void aFullPoolKeepsTheOldBlob() {
        blobs.store("a", new byte[] {1});
        blobs.refuseAfter = 10_000;
        given().body(new byte[20_000])
                .put(PATH)
                .then()
                .statusCode(507)
                .contentType("application/problem+json")
                .body("code", equalTo("POOL_FULL"));
        assertArrayEquals(new byte[] {1}, blobs.content("a"));

        blobs.refusal = new PutResult.OutOfMemory();
        given().body(new byte[20_000])
                .put(PATH)
                .then()
                .statusCode(503)
                .header("Retry-After", "1")
                .body("code", equalTo("OUT_OF_MEMORY"));
    }

    @Test
    void aWriteThatMustWaitAsksForTheBodyLater() throws IOException {
        blobs.beginning = AppendOutcome.PAUSE;
        blobs.holdPaused = true;
        try (RawHttp http = connect()) {
            http.send(head("PUT", PATH, "Expect: 100-continue", "Content-Length: 3"));
            assertFalse(http.endsWithin(300));
            blobs.resumePaused();
            assertEquals(100, http.answerToHead().status());
            assertEquals(204, http.send("abc").answer().status());
        }
        assertArrayEquals(new byte[] {'a', 'b', 'c'}, blobs.content("a"));
    }

    @Test
    void roomIsWaitedForOnlySoLong() throws IOException {
        blobs.pauseEvery = 1;
        blobs.holdPaused = true;
        try (RawHttp http = connect()) {
            http.send(head("PUT", PATH, "Content-Length: 1000000") + "abc");
            RawHttp.Answer answer = http.answer();
            assertProblem(answer, 503, "OUT_OF_MEMORY");
            assertTrue(answer.hasHeader("retry-after: 1"), answer.head());
        }
        assertEquals(1, blobs.aborts.get());
    }

    @Test
    void aWriteThatIsRefusedAtOnceSaysWhy() throws IOException {
        blobs.beginning = AppendOutcome.REFUSED;
        blobs.refusal = new PutResult.TooLarge(7);
        try (RawHttp http = connect()) {
            http.send(head("PUT", PATH, "Expect: 100-continue", "Content-Length: 3"));
            RawHttp.Answer answer = http.answer();
            assertProblem(answer, 413, "BLOB_TOO_LARGE");
            assertTrue(answer.hasHeader("connection: close"), answer.head());
        }
    }

    @Test
    void aWriteThatFailsIsAborted() {
        blobs.failing = true;
        given().body("abc")
                .put(PATH)
                .then()
                .statusCode(500)
                .body("code", equalTo("INTERNAL_ERROR"))
                .body(not(containsString("secret")));
        assertEquals(1, blobs.aborts.get());
    }

    private static boolean joins(Thread thread, long millis) {
        try {
            return thread.join(Duration.ofMillis(millis));
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
