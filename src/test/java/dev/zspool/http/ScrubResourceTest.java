package dev.zspool.http;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.upkeep.Event;
import dev.zspool.upkeep.EventFeed;
import dev.zspool.upkeep.EventKind;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Scrubbing over HTTP.
@QuarkusTest
class ScrubResourceTest extends EdgeTest {
    private static final String POOL = "/v1/pools/scrubbed";
    private static final String SCRUB = POOL + "/scrub";
    private static final int BLOBS_STORED = 20;
    private static final int SIZE = 1_000;

    @Inject EventFeed feed;

    @BeforeEach
    void make() {
        make("async");
    }

    private static void make(String durability) {
        given().contentType(ContentType.JSON)
                .body("{\"durability\": \"" + durability + "\"}")
                .put(POOL)
                .then()
                .statusCode(201);
        for (int i = 0; i < BLOBS_STORED; i++) {
            given().contentType(ContentType.BINARY)
                    .body(bytes(SIZE, i))
                    .put(POOL + "/blobs/b" + i)
                    .then()
                    .statusCode(201);
        }
    }

    @AfterEach
    void remove() {
        given().delete(POOL + "?force=true").then().statusCode(204);
    }

    private static JsonPath run() {
        return given().post(SCRUB)
                .then()
                .statusCode(200)
                .body("pool", equalTo("scrubbed"))
                .body("durationMillis", greaterThanOrEqualTo(0))
                .extract()
                .jsonPath();
    }

    @Test
    void readsEveryBlobAndTellsSo() {
        Queue<Event> told = new ConcurrentLinkedQueue<>();
        try (EventFeed.Subscription _ =
                feed.subscribe(
                        Long.MAX_VALUE,
                        event -> {
                            if (event.kind().topic().equals("scrub")) {
                                told.add(event);
                            }
                        })) {
            JsonPath report = run();
            assertEquals("DONE", report.getString("outcome"));
            assertEquals(BLOBS_STORED, report.getInt("blobs"));
            assertEquals(BLOBS_STORED * SIZE, report.getInt("bytes"));
            assertEquals(0, report.getInt("repairedBlobs"));
            assertEquals(0, report.getInt("corruptedBlobs"));
        }
        assertEquals(EventKind.SCRUB_STARTED, told.element().kind());
        assertTrue(told.stream().anyMatch(event -> event.kind() == EventKind.SCRUB_FINISHED));
    }

    @Test
    void aPoolInMemoryOnly() {
        remove();
        make("none");
        given().post(SCRUB).then().statusCode(409).body("code", equalTo("NOT_DURABLE"));
        given().get(SCRUB).then().statusCode(404).body("code", equalTo("SCRUB_NOT_RUNNING"));
    }

    @Test
    void nothingRunsNothingToEnd() {
        given().get(SCRUB).then().statusCode(404).body("code", equalTo("SCRUB_NOT_RUNNING"));
        given().delete(SCRUB).then().statusCode(404).body("code", equalTo("SCRUB_NOT_RUNNING"));
    }

    @Test
    void whatRunsIsAloneAndCanBeEnded() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch mayGoOn = new CountDownLatch(1);
        String[] outcome = {""};
        Thread runner =
                Thread.ofPlatform().unstarted(() -> outcome[0] = run().getString("outcome"));
        // The job has begun when it tells so, and goes on when everyone has heard it.
        try (EventFeed.Subscription _ =
                feed.subscribe(
                        Long.MAX_VALUE,
                        event -> {
                            if (event.kind() == EventKind.SCRUB_STARTED) {
                                begun.countDown();
                                awaitPatiently(mayGoOn);
                            }
                        })) {
            try {
                runner.start();
                assertTrue(awaitPatiently(begun));
                given().get(SCRUB)
                        .then()
                        .statusCode(200)
                        .body("pool", equalTo("scrubbed"))
                        .body("blobs", equalTo(0));
                given().post(SCRUB).then().statusCode(409).body("code", equalTo("SCRUB_RUNNING"));
                given().delete(SCRUB).then().statusCode(202);
            } finally {
                mayGoOn.countDown();
                runner.join();
            }
        }
        assertEquals("STOPPED", outcome[0]);
    }

    private static boolean awaitPatiently(CountDownLatch latch) {
        try {
            return latch.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
