package dev.zspool.http;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.upkeep.EventFeed;
import dev.zspool.upkeep.EventKind;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Compaction, defragmentation and their events over HTTP.
@QuarkusTest
@TestProfile(CompactionResourceTest.OnDemand.class)
class CompactionResourceTest extends EdgeTest {
    private static final String COMPACTION = "/v1/pools/default/compaction";
    private static final String DEFRAGMENTATION = "/v1/memory/defragmentation";
    private static final int BLOBS_STORED = 2_000;
    private static final int KEPT_EACH = 5;

    @Inject EventFeed feed;

    /// Nothing starts by itself, so that the numbers are known.
    public static final class OnDemand implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("zspool.upkeep.background", "false", "zspool.arena.warm", "0");
        }
    }

    private void fillAndThin() throws IOException {
        for (int i = 0; i < BLOBS_STORED; i++) {
            PlainHttp.put(BLOBS + "/n" + i, bytes(900 + i % 7 * 300, i));
        }
        for (int i = 0; i < BLOBS_STORED; i++) {
            if (i % KEPT_EACH != 0) {
                PlainHttp.delete(BLOBS + "/n" + i);
            }
        }
    }

    private void verifyAndClear() throws IOException {
        for (int i = 0; i < BLOBS_STORED; i += KEPT_EACH) {
            assertArrayEquals(bytes(900 + i % 7 * 300, i), PlainHttp.get(BLOBS + "/n" + i));
            PlainHttp.delete(BLOBS + "/n" + i);
        }
    }

    @Test
    void theDryRunSaysWhatTheRunFrees() throws IOException {
        fillAndThin();
        JsonPath preview = given().get(COMPACTION).then().statusCode(200).extract().jsonPath();
        long reclaimable = preview.getLong("reclaimablePages");
        assertTrue(reclaimable > 0);
        assertEquals(reclaimable * 4096, preview.getLong("reclaimableBytes"));
        given().post(COMPACTION)
                .then()
                .statusCode(200)
                .body("pool", equalTo("default"))
                .body("outcome", equalTo("DONE"))
                .body("freedPages", equalTo((int) reclaimable))
                .body("movedObjects", greaterThan(0))
                .body("givenBackBytes", greaterThan(0));
        given().get(COMPACTION)
                .then()
                .statusCode(200)
                .body("reclaimablePages", equalTo(0))
                .body("running", equalTo(false));
        JsonPath defragmented =
                given().post(DEFRAGMENTATION).then().statusCode(200).extract().jsonPath();
        assertEquals("DONE", defragmented.getString("outcome"));
        given().get(DEFRAGMENTATION).then().statusCode(200).body("sparePageblocks", equalTo(0));
        verifyAndClear();
    }

    @Test
    void nothingRunsNothingToEnd() {
        given().delete(COMPACTION)
                .then()
                .statusCode(404)
                .body("code", equalTo("COMPACTION_NOT_RUNNING"));
        given().delete(DEFRAGMENTATION)
                .then()
                .statusCode(404)
                .body("code", equalTo("DEFRAGMENTATION_NOT_RUNNING"));
        given().post("/v1/pools/none/compaction")
                .then()
                .statusCode(404)
                .body("code", equalTo("POOL_NOT_FOUND"));
    }

    @ParameterizedTest
    @CsvSource({
        COMPACTION + ",COMPACTION_STARTED,COMPACTION_RUNNING",
        DEFRAGMENTATION + ",DEFRAGMENTATION_STARTED,DEFRAGMENTATION_RUNNING"
    })
    void whatRunsIsAloneAndCanBeEnded(String path, EventKind started, String code)
            throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch mayGoOn = new CountDownLatch(1);
        Thread runner = Thread.ofPlatform().unstarted(() -> given().post(path));
        // The job has begun when it tells so, and goes on when everyone has heard it.
        try (EventFeed.Subscription _ =
                feed.subscribe(
                        Long.MAX_VALUE,
                        event -> {
                            if (event.kind() == started) {
                                begun.countDown();
                                awaitPatiently(mayGoOn);
                            }
                        })) {
            try {
                runner.start();
                assertTrue(awaitPatiently(begun));
                given().get(path).then().statusCode(200).body("running", equalTo(true));
                given().post(path).then().statusCode(409).body("code", equalTo(code));
                given().delete(path).then().statusCode(202);
            } finally {
                mayGoOn.countDown();
                runner.join();
            }
        }
        given().get(path).then().statusCode(200).body("running", equalTo(false));
    }

    private static boolean awaitPatiently(CountDownLatch latch) {
        try {
            return latch.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Test
    void eventsTellOfIt() throws IOException {
        try (RawHttp http = connect()) {
            http.send(head("GET", "/v1/events", "Accept: text/event-stream"));
            assertTrue(http.readUntil("\r\n\r\n").startsWith("HTTP/1.1 200"));
            given().post(COMPACTION).then().statusCode(200);
            String text = http.readUntil("COMPACTION_FINISHED");
            assertTrue(text.contains("event:compaction"), text);
            assertTrue(text.contains("data:{\"kind\":\"COMPACTION_STARTED\",\"at\":\""), text);
            assertFalse(text.contains("content-type"), text);
        }
    }

    @Test
    void otherSitesCannotStartIt() {
        given().header("Sec-Fetch-Site", "cross-site")
                .post(COMPACTION)
                .then()
                .statusCode(403)
                .body("code", equalTo("CROSS_SITE_REQUEST"));
    }
}
