package dev.zspool.http;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.upkeep.EventFeed;
import dev.zspool.upkeep.EventKind;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Eviction over HTTP.
@QuarkusTest
class EvictionResourceTest extends EdgeTest {
    private static final String POOL = "/v1/pools/evicted";
    private static final String EVICTION = POOL + "/eviction";
    private static final int BLOBS_STORED = 500;

    @Inject EventFeed feed;

    @BeforeEach
    void makeCache() {
        make("{\"durability\": \"none\", \"full\": \"evict\"}");
    }

    private static void make(String settings) {
        given().contentType(ContentType.JSON).body(settings).put(POOL).then().statusCode(201);
    }

    @AfterEach
    void remove() {
        given().delete(POOL + "?force=true").then().statusCode(204);
    }

    private static void fill() {
        for (int i = 0; i < BLOBS_STORED; i++) {
            given().contentType(ContentType.BINARY)
                    .body(bytes(1_000, i))
                    .put(POOL + "/blobs/b" + i)
                    .then()
                    .statusCode(201);
        }
    }

    private static JsonPath run(String body) {
        return given().contentType(ContentType.JSON)
                .body(body)
                .post(EVICTION)
                .then()
                .statusCode(200)
                .body("pool", equalTo("evicted"))
                .extract()
                .jsonPath();
    }

    @Test
    void theDryRunSaysWhatTheRunDoes() {
        fill();
        JsonPath preview =
                given().get(EVICTION + "?releaseBytes=100000")
                        .then()
                        .statusCode(200)
                        .body("deletesBlobs", equalTo(true))
                        .body("running", equalTo(false))
                        .body("evictedBlobs", greaterThan(50))
                        .extract()
                        .jsonPath();
        assertEquals("TARGET_REACHED", preview.getString("outcome"));
        JsonPath report = run("{\"releaseBytes\": 100000}");
        assertEquals("TARGET_REACHED", report.getString("outcome"));
        assertEquals(true, report.getBoolean("deletedBlobs"));
        assertTrue(report.getLong("freedBytes") >= 100_000);
        assertEquals(report.getLong("freedPages") * 4096, report.getLong("freedBytes"));
        int evicted = report.getInt("evictedBlobs");
        assertEquals(preview.getInt("evictedBlobs"), evicted);
        assertEquals(1_000 * evicted, report.getInt("evictedLogicalBytes"));
        given().get(POOL)
                .then()
                .body("blobs", equalTo(BLOBS_STORED - evicted))
                .body("evicted_blobs", equalTo(evicted));
        assertEquals("TARGET_REACHED", run("{\"targetBytes\": 0}").getString("outcome"));
        given().get(POOL).then().body("blobs", equalTo(0)).body("mem_used_total", equalTo(0));
        assertEquals("NOTHING_LEFT", run("{\"releaseBytes\": 1}").getString("outcome"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"targetBytes\": 1, \"releaseBytes\": 1}",
                "{\"targetBytes\": -1}",
                "{\"targetBytes\": 1.5}",
                "{\"targetBytes\": \"1\"}",
                "{\"targetBytes\": 99999999999999999999}",
                "[]",
                ""
            })
    void badBodies(String body) {
        given().contentType(ContentType.JSON)
                .body(body)
                .post(EVICTION)
                .then()
                .statusCode(400)
                .body("code", equalTo("BAD_BODY"));
    }

    @ParameterizedTest
    @CsvSource({
        "'',targetBytes",
        "?targetBytes=1&releaseBytes=1,targetBytes",
        "?targetBytes=-1,targetBytes",
        "?releaseBytes=x,releaseBytes",
        "?releaseBytes=99999999999999999999,releaseBytes",
        "?releaseBytes=1&releaseBytes=2,releaseBytes"
    })
    void badParameters(String query, String field) {
        given().get(EVICTION + query)
                .then()
                .statusCode(400)
                .body("code", equalTo("BAD_PARAMETER"))
                .body("errors[0].field", equalTo(field))
                .body("detail", containsString(field));
    }

    @Test
    void aPoolThatKeepsWhatItHas() {
        remove();
        make("{\"durability\": \"none\", \"full\": \"reject\"}");
        given().get(EVICTION + "?targetBytes=0")
                .then()
                .statusCode(409)
                .body("code", equalTo("NOT_EVICTABLE"));
        given().contentType(ContentType.JSON)
                .body("{\"targetBytes\": 0}")
                .post(EVICTION)
                .then()
                .statusCode(409)
                .body("code", equalTo("NOT_EVICTABLE"));
    }

    @Test
    void nothingRunsNothingToEnd() {
        given().delete(EVICTION)
                .then()
                .statusCode(404)
                .body("code", equalTo("EVICTION_NOT_RUNNING"));
    }

    @Test
    void whatRunsIsAloneAndCanBeEnded() throws InterruptedException {
        fill();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch mayGoOn = new CountDownLatch(1);
        String[] outcome = {""};
        Thread runner =
                Thread.ofPlatform()
                        .unstarted(() ->
                                outcome[0] = run("{\"targetBytes\": 0}").getString("outcome"));
        // The job has begun when it tells so, and goes on when everyone has heard it.
        try (EventFeed.Subscription _ =
                feed.subscribe(
                        Long.MAX_VALUE,
                        event -> {
                            if (event.kind() == EventKind.EVICTION_STARTED) {
                                begun.countDown();
                                awaitPatiently(mayGoOn);
                            }
                        })) {
            try {
                runner.start();
                assertTrue(awaitPatiently(begun));
                given().get(EVICTION + "?targetBytes=0")
                        .then()
                        .statusCode(200)
                        .body("running", equalTo(true));
                given().contentType(ContentType.JSON)
                        .body("{\"targetBytes\": 0}")
                        .post(EVICTION)
                        .then()
                        .statusCode(409)
                        .body("code", equalTo("EVICTION_RUNNING"));
                given().delete(EVICTION).then().statusCode(202);
            } finally {
                mayGoOn.countDown();
                runner.join();
            }
        }
        assertEquals("STOPPED", outcome[0]);
        given().get(POOL).then().body("blobs", equalTo(BLOBS_STORED));
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
