package dev.zspool.http;

import static dev.zspool.http.JsonNumber.moreThan;
import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.aMapWithSize;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasItem;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.observe.MemoryPressure;
import dev.zspool.pressure.ShrinkReport;
import dev.zspool.pressure.ShrinkTarget;
import dev.zspool.upkeep.EventFeed;
import dev.zspool.upkeep.EventKind;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Shrinking over HTTP.
///
/// The budget grows back within half a minute only, so the pools are filled once, before the first
/// shrink, and the tests that need what is in them come first.
@QuarkusTest
@TestProfile(ShrinkResourceTest.OwnArena.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ShrinkResourceTest extends EdgeTest {
    private static final String SHRINK = "/v1/memory/shrink";
    private static final String PRESSURE = "/v1/memory/pressure";
    private static final String DURABLE = "/v1/pools/durable";
    private static final String CACHE = "/v1/pools/cache";
    private static final String KEPT = "/v1/pools/kept";
    private static final int MIB = 1 << 20;
    private static final int BLOBS_STORED = 160;
    private static final int BLOB_BYTES = 100_000;

    private static boolean isFilled;

    @Inject EventFeed feed;
    @Inject MemoryPressure pressure;

    /// An arena of 64 MiB of its own: what is held back here must not concern other tests.
    public static final class OwnArena implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("zspool.arena.size", "64M");
        }
    }

    @BeforeEach
    void fillOnce() {
        if (!isFilled) {
            isFilled = true;
            fill(DURABLE, "{\"durability\": \"async\"}");
            fill(CACHE, "{\"durability\": \"none\", \"full\": \"evict\"}");
            fill(KEPT, "{\"durability\": \"none\", \"full\": \"reject\"}");
        }
    }

    /// 16 MB that do not compress.
    private static void fill(String pool, String settings) {
        given().contentType(ContentType.JSON).body(settings).put(pool).then().statusCode(201);
        for (int i = 0; i < BLOBS_STORED; i++) {
            PlainHttp.put(pool + "/blobs/b" + i, bytes(BLOB_BYTES, i));
        }
    }

    private static void assertAllAreThere(String pool) {
        for (int i = 0; i < BLOBS_STORED; i++) {
            assertArrayEquals(bytes(BLOB_BYTES, i), PlainHttp.get(pool + "/blobs/b" + i));
        }
    }

    private static ValidatableResponse shrink(String body) {
        return given().contentType(ContentType.JSON).body(body).post(SHRINK).then();
    }

    private static JsonPath preview(String query) {
        return given().get(SHRINK + query)
                .then()
                .statusCode(200)
                .body("$", aMapWithSize(8))
                .extract()
                .jsonPath();
    }

    @Test
    @Order(1)
    void whatIsOnTheDiskGoesFirstAndStaysReadable() {
        JsonPath preview = preview("?releaseBytes=" + 10 * MIB);
        assertEquals(0, preview.getLong("missingBytes"));
        assertEquals(10 * MIB, preview.getLong("releasedBytes"));
        assertEquals(0, preview.getLong("cacheEvictionBytes"));
        assertTrue(preview.getLong("evictionBytes") > 0);
        JsonPath done =
                shrink("{\"releaseBytes\": " + 10 * MIB + ", \"holdSeconds\": 0}")
                        .statusCode(200)
                        .body("outcome", equalTo("REACHED"))
                        .body("missingBytes", equalTo(0))
                        .body("heldSeconds", equalTo(0))
                        .body("workingSetBytes", moreThan(MIB))
                        .body("steps.step", hasItem("EVICTION"))
                        .body("steps.runs", everyItem(moreThan(0)))
                        .extract()
                        .jsonPath();
        assertTrue(done.getLong("releasedBytes") >= preview.getLong("releasedBytes"));
        given().get(PRESSURE).then().body("steps.step", hasItem("EVICTION"));
        assertTrue(given().get(DURABLE).jsonPath().getInt("bd_count") > 0);
        assertAllAreThere(DURABLE);
        assertAllAreThere(CACHE);
        assertAllAreThere(KEPT);
    }

    @Test
    @Order(2)
    void whatIsReachedIsHeldForAWhile() {
        JsonPath done =
                shrink("{\"releaseBytes\": " + 2 * MIB + ", \"holdSeconds\": 1}")
                        .statusCode(200)
                        .body("outcome", equalTo("REACHED"))
                        .body("heldSeconds", equalTo(1))
                        .extract()
                        .jsonPath();
        assertTrue(done.getLong("frameBudgetBytes") < 64 * MIB);
        assertTrue(
                eventually(() -> given().get(PRESSURE).jsonPath().get("budget.heldBytes") == null));
    }

    @Test
    @Order(3)
    void aCacheLosesBlobsWhenTheOthersAreOnTheDisk() {
        JsonPath all = preview("?releaseBytes=" + 1_000L * MIB);
        // 4 MiB more than what is lost by nobody.
        long wanted = all.getLong("releasedBytes") - all.getLong("cacheEvictionBytes") + 4 * MIB;
        assertTrue(preview("?releaseBytes=" + wanted).getLong("cacheEvictionBytes") > 0);
        shrink("{\"releaseBytes\": " + wanted + ", \"holdSeconds\": 0}")
                .statusCode(200)
                .body("outcome", equalTo("REACHED"));
        int left = given().get(CACHE).jsonPath().getInt("blobs");
        assertTrue(left < BLOBS_STORED, "left " + left);
        for (int i = 0; i < BLOBS_STORED; i++) {
            int status = given().get(CACHE + "/blobs/b" + i).statusCode();
            assertTrue(status == 200 || status == 404, "status " + status);
        }
        assertAllAreThere(DURABLE);
        assertAllAreThere(KEPT);
    }

    @Test
    @Order(4)
    void whatIsInMemoryOnlyStaysAndIsMissing() {
        long wanted = 1L << 30;
        JsonPath preview = preview("?releaseBytes=" + wanted);
        assertEquals(wanted, preview.getLong("releasedBytes") + preview.getLong("missingBytes"));
        JsonPath done =
                shrink("{\"releaseBytes\": " + wanted + "}")
                        .statusCode(200)
                        .body("outcome", equalTo("NOTHING_LEFT"))
                        .body("heldSeconds", equalTo(0))
                        .extract()
                        .jsonPath();
        assertEquals(wanted, done.getLong("releasedBytes") + done.getLong("missingBytes"));
        assertTrue(done.getLong("missingBytes") > wanted - 48 * MIB);
        assertTrue(done.getLong("durationMillis") > 0);
        assertAllAreThere(DURABLE);
        assertAllAreThere(KEPT);
    }

    @Test
    void aTargetThatIsReachedAlready() {
        long much = 1L << 60;
        JsonPath preview = preview("?targetBytes=" + much);
        assertEquals(0, preview.getLong("releasedBytes"));
        assertEquals(0, preview.getLong("missingBytes"));
        shrink("{\"targetBytes\": " + much + ", \"holdSeconds\": 0}")
                .statusCode(200)
                .body("outcome", equalTo("REACHED"))
                .body("missingBytes", equalTo(0));
        shrink("{\"releaseBytes\": 0, \"holdSeconds\": 0}")
                .statusCode(200)
                .body("outcome", equalTo("REACHED"))
                .body("releasedBytes", equalTo(0));
    }

    @Test
    void aTargetThatCannotBe() {
        assertTrue(preview("?targetBytes=0").getLong("missingBytes") > 0);
        shrink("{\"targetBytes\": 0}")
                .statusCode(200)
                .body("outcome", equalTo("NOTHING_LEFT"))
                .body("missingBytes", moreThan(0));
    }

    @Test
    void thereIsOneAtATime() throws InterruptedException {
        CountDownLatch isHeld = new CountDownLatch(1);
        CountDownLatch mayGoOn = new CountDownLatch(1);
        CompletionStage<ShrinkReport> first;
        // Whoever is told of the balloon holds up the thread that would end the first one.
        try (EventFeed.Subscription _ =
                feed.subscribe(
                        Long.MAX_VALUE,
                        event -> {
                            if (event.kind() == EventKind.BALLOON_CHANGED) {
                                isHeld.countDown();
                                awaitPatiently(mayGoOn);
                            }
                        })) {
            try {
                given().contentType(ContentType.JSON)
                        .body("{\"bytes\": 4096}")
                        .post("/v1/memory/balloon")
                        .then()
                        .statusCode(200);
                assertTrue(awaitPatiently(isHeld));
                first = pressure.shrink(ShrinkTarget.releaseBytes(0), Duration.ZERO);
                shrink("{\"releaseBytes\": 0}")
                        .statusCode(409)
                        .body("code", equalTo("SHRINK_RUNNING"));
            } finally {
                mayGoOn.countDown();
            }
        }
        assertEquals(ShrinkReport.Outcome.REACHED, first.toCompletableFuture().join().outcome());
    }

    private static boolean awaitPatiently(CountDownLatch latch) {
        try {
            return latch.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}                                              | targetBytes",
                "{\"holdSeconds\": 1}                            | targetBytes",
                "{\"targetBytes\": 1, \"releaseBytes\": 1}       | targetBytes",
                "{\"targetBytes\": -1}                           | targetBytes",
                "{\"targetBytes\": 1.5}                          | targetBytes",
                "{\"targetBytes\": \"1\"}                        | targetBytes",
                "{\"releaseBytes\": -1}                          | releaseBytes",
                "{\"releaseBytes\": true}                        | releaseBytes",
                "{\"releaseBytes\": 99999999999999999999}        | releaseBytes",
                "{\"releaseBytes\": 1, \"holdSeconds\": -1}      | holdSeconds",
                "{\"releaseBytes\": 1, \"holdSeconds\": 3601}    | holdSeconds",
                "{\"releaseBytes\": 1, \"holdSeconds\": \"9\"}   | holdSeconds",
                "{\"releaseBytes\": 1, \"holdSeconds\": 9999999999} | holdSeconds",
                "{\"releaseBytes\": 1, \"other\": 1}             | other"
            })
    void badFields(String body, String field) {
        shrink(body)
                .statusCode(400)
                .body("code", equalTo("BAD_BODY"))
                .body("errors[0].field", equalTo(field))
                .body("detail", containsString(field));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "null", "{\"releaseBytes\": 1"})
    void badBodies(String body) {
        shrink(body).statusCode(400).body("code", equalTo("BAD_BODY"));
    }

    @Test
    void otherTypes() {
        given().contentType(ContentType.TEXT)
                .body("{\"releaseBytes\": 1}")
                .post(SHRINK)
                .then()
                .statusCode(415)
                .body("code", equalTo("UNSUPPORTED_MEDIA_TYPE"));
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
        given().get(SHRINK + query)
                .then()
                .statusCode(400)
                .body("code", equalTo("BAD_PARAMETER"))
                .body("errors[0].field", equalTo(field))
                .body("detail", containsString(field));
    }
}
