package dev.zspool.http;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.notNullValue;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.blob.BlobPool;
import dev.zspool.blob.OpenResult;
import dev.zspool.persist.JournalState;
import dev.zspool.testkit.HeapJournal;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A durable pool that is smaller than its blobs, and a disk that is slow, full, or fails.
@QuarkusTest
@TestProfile(DurableEdge.Profile.class)
class DurablePoolTest extends EdgeTest {

    private static final String SMALL = "/v1/pools/small";
    private static final String SMALL_BLOBS = SMALL + "/blobs/";
    private static final String PATH_OF_DEFAULT = "/v1/pools/default/blobs/";
    private static final int COUNT = 150;
    private static final int BLOB_BYTES = 16_000;

    @Inject HeapJournal journal;

    @TestHTTPResource(value = "/health/group/writes", management = true)
    URI writes = URI.create("");

    @TestHTTPResource(value = "/health/ready", management = true)
    URI ready = URI.create("");

    @TestHTTPResource(value = "/metrics", management = true)
    URI metrics = URI.create("");

    @BeforeEach
    void makeSmallPool() {
        given().contentType("application/json")
                .body("{\"limitBytes\":1048576}")
                .put(SMALL)
                .then()
                .statusCode(201)
                .body("durability", equalTo("sync"));
    }

    @AfterEach
    void destroySmallPool() {
        journal.faults().release();
        journal.faults().setUnreadable(false);
        journal.faults().beforeReads(() -> {});
        journal.setState(JournalState.OPEN);
        given().delete(SMALL + "?force=true").then().statusCode(204);
        assertEquals(List.of(), journal.violations());
    }

    private static String handle(int nth) {
        return "blob-" + nth;
    }

    private BlobPool small() {
        return store.pool("small").orElseThrow();
    }

    /// Stores more than fits, and says which are not in memory.
    private List<String> fill() {
        for (int nth = 0; nth < COUNT; nth++) {
            put(handle(nth), bytes(BLOB_BYTES, nth)).then().statusCode(201);
        }
        return absent();
    }

    private List<String> absent() {
        List<String> absent =
                IntStream.range(0, COUNT)
                        .mapToObj(DurablePoolTest::handle)
                        .filter(handle -> small().open(handle) instanceof OpenResult.NotInMemory)
                        .toList();
        assertTrue(absent.size() > COUNT / 4, absent.size() + " left memory");
        return absent;
    }

    private static byte[] contentOf(String handle) {
        return bytes(BLOB_BYTES, Long.parseLong(handle.substring(5)));
    }

    private static Response put(String handle, byte[] content) {
        return given().body(content).put(SMALL_BLOBS + handle);
    }

    private static void assertDiskFailed(Response response) {
        response.then()
                .statusCode(503)
                .header("Retry-After", "1")
                .contentType("application/problem+json")
                .body("code", equalTo("DISK_FAILED"));
    }

    @Test
    void whatLeftMemoryIsReadAsBefore() throws IOException {
        List<String> absent = fill();
        for (int nth = 0; nth < COUNT; nth++) {
            assertArrayEquals(
                    contentOf(handle(nth)), given().get(SMALL_BLOBS + handle(nth)).asByteArray());
        }
        String handle = absent.getFirst();
        Response head = given().head(SMALL_BLOBS + handle);
        head.then().statusCode(200).header("Content-Length", "" + BLOB_BYTES);
        String tag = head.header("ETag");
        given().header("If-None-Match", tag).get(SMALL_BLOBS + handle).then().statusCode(304);
        byte[] range =
                given().header("Range", "bytes=100-199")
                        .header("If-Range", tag)
                        .get(SMALL_BLOBS + handle)
                        .then()
                        .statusCode(206)
                        .extract()
                        .asByteArray();
        assertArrayEquals(Arrays.copyOfRange(contentOf(handle), 100, 200), range);
    }

    @Test
    void longBodiesComeFromTheJournal() throws IOException {
        given().contentType("application/json")
                .body("{\"limitBytes\":16777216}")
                .put(SMALL)
                .then()
                .statusCode(200);
        for (int nth = 0; nth < 8; nth++) {
            put(handle(nth), bytes(3 << 20, nth)).then().statusCode(201);
        }
        for (int round = 0; round < 2; round++) {
            for (int nth = 0; nth < 8; nth++) {
                assertArrayEquals(
                        bytes(3 << 20, nth), given().get(SMALL_BLOBS + handle(nth)).asByteArray());
                byte[] range =
                        given().header("Range", "bytes=1000000-2999999")
                                .get(SMALL_BLOBS + handle(nth))
                                .asByteArray();
                assertArrayEquals(
                        Arrays.copyOfRange(bytes(3 << 20, nth), 1_000_000, 3_000_000), range);
            }
        }
    }

    @Test
    void allAreListed() {
        fill();
        List<String> handles = new ArrayList<>();
        String after = "";
        do {
            Response page = given().get(SMALL + "/blobs?limit=40" + after);
            handles.addAll(page.jsonPath().getList("blobs.handle"));
            String next = page.jsonPath().getString("next");
            after = next == null ? "" : "&after=" + next;
        } while (!after.isEmpty());
        assertEquals(COUNT, handles.size());
        assertEquals(COUNT, handles.stream().distinct().count());
    }

    @Test
    void conditionsAreThoseOfWhatLeftMemory() {
        List<String> absent = fill();
        String path = SMALL_BLOBS + absent.getFirst();
        given().header("If-None-Match", "*")
                .body("new")
                .put(path)
                .then()
                .statusCode(412)
                .body("code", equalTo("PRECONDITION_FAILED"));
        given().header("If-Match", "\"x\"").body("new").put(path).then().statusCode(412);
        String tag = given().head(path).header("ETag");
        given().header("If-Match", tag).body("new").put(path).then().statusCode(204);
        assertEquals("new", given().get(path).asString());
        String other = SMALL_BLOBS + absent.get(1);
        given().header("If-Match", "\"x\"").delete(other).then().statusCode(412);
        given().delete(other).then().statusCode(204);
        given().delete(other).then().statusCode(404);
        given().get(other).then().statusCode(404).body("code", equalTo("BLOB_NOT_FOUND"));
    }

    @Test
    void aClientThatAsksFirstIsNotRefusedByWhatLeavesMemory() throws IOException {
        fill();
        try (RawHttp http = connect()) {
            http.send(
                    head(
                            "PUT",
                            SMALL_BLOBS + "asked",
                            "Content-Length: 100000",
                            "Expect: 100-continue"));
            assertEquals(100, http.answer().status());
            assertEquals(201, http.send(bytes(100_000, 1)).answer().status());
        }
    }

    @Test
    void aDiskThatCannotBeReadIsAProblemOfWhatLeftMemoryOnly() {
        List<String> absent = fill();
        String inMemory = "b";
        given().body("kept").put(PATH_OF_DEFAULT + inMemory).then().statusCode(201);
        journal.faults().setUnreadable(true);
        assertEquals("kept", given().get(PATH_OF_DEFAULT + inMemory).asString());
        String path = SMALL_BLOBS + absent.getFirst();
        assertDiskFailed(given().get(path));
        given().head(path).then().statusCode(503).header("Retry-After", "1");
        assertDiskFailed(given().get(SMALL + "/blobs"));
        List<Multipart.Part> parts = batch("get", absent.getFirst());
        assertEquals(503, parts.getFirst().status());
        assertTrue(parts.getFirst().text().contains("\"code\":\"DISK_FAILED\""));
        journal.faults().setUnreadable(false);
        given().get(path).then().statusCode(200);
    }

    @Test
    void damageOnTheDiskIsAProblemOfOneBlob() {
        List<String> absent = fill();
        List<String> damaged = absent.subList(0, 2);
        for (String handle : damaged) {
            String etag = given().head(SMALL_BLOBS + handle).header("ETag");
            long sequence = Long.parseLong(etag.replaceAll(".*-|\"", ""), 16);
            int poolId =
                    journal.pools().stream()
                            .filter(pool -> pool.definition().name().equals("small"))
                            .findFirst()
                            .orElseThrow()
                            .poolId();
            journal.faults().damagePiece(poolId, sequence, 0);
        }
        for (String handle : absent) {
            Response response = given().get(SMALL_BLOBS + handle);
            if (damaged.contains(handle)) {
                response.then().statusCode(500).body("code", equalTo("CORRUPTED"));
            } else {
                assertArrayEquals(contentOf(handle), response.asByteArray());
            }
        }
        put(damaged.getFirst(), bytes(10, 1)).then().statusCode(204);
        given().get(SMALL_BLOBS + damaged.getFirst()).then().statusCode(200);
        given().delete(SMALL_BLOBS + damaged.get(1)).then().statusCode(204);
    }

    private static List<Multipart.Part> batch(String verb, String handle) {
        Response response =
                given().urlEncodingEnabled(false)
                        .contentType("application/json")
                        .body("{\"handles\":[\"" + handle + "\"]}")
                        .post(SMALL + "/blobs:" + verb);
        return Multipart.parse(response.contentType(), response.asByteArray());
    }

    @Test
    void aFullDiskRefusesWhatIsNewAndNothingElse() {
        List<String> absent = fill();
        journal.setState(JournalState.DISK_FULL);
        String path = SMALL_BLOBS + absent.getFirst();
        given().body("new").put(path).then().statusCode(507).body("code", equalTo("DISK_FULL"));
        given().body("new").post(SMALL + "/blobs").then().statusCode(507);
        assertArrayEquals(contentOf(absent.getFirst()), given().get(path).asByteArray());
        given().get(writes).then().statusCode(503).body("checks[0].status", equalTo("DOWN"));
        given().get(ready).then().statusCode(200);
        given().delete(path).then().statusCode(204);
        journal.setState(JournalState.OPEN);
        given().body("new").put(path).then().statusCode(201);
        given().get(writes).then().statusCode(200);
    }

    @Test
    void aFailedDiskRefusesWritesAndDeletes() {
        List<String> absent = fill();
        journal.setState(JournalState.FAILED);
        String path = SMALL_BLOBS + absent.getFirst();
        assertDiskFailed(given().body("new").put(path));
        assertDiskFailed(given().body("new").post(SMALL + "/blobs"));
        assertDiskFailed(given().delete(path));
        List<Multipart.Part> parts = batch("delete", absent.getFirst());
        assertEquals(503, parts.getFirst().status());
        given().get(writes)
                .then()
                .statusCode(503)
                .body("checks[0].data.journal", equalTo("FAILED"))
                .body("checks[0].data.meaning", notNullValue());
        given().get(ready).then().statusCode(200).body("status", equalTo("UP"));
        journal.setState(JournalState.OPEN);
        assertArrayEquals(contentOf(absent.getFirst()), given().get(path).asByteArray());
        given().delete(path).then().statusCode(204);
    }

    @Test
    void aWriteThatWaitsForTheDiskHoldsNobodyUp() throws IOException {
        fill();
        journal.faults().hold();
        try (RawHttp waiting = connect();
                RawHttp leaving = connect()) {
            waiting.send(head("PUT", SMALL_BLOBS + "a", "Content-Length: 3")).send("new");
            journal.faults().awaitHeld();
            leaving.send(head("PUT", SMALL_BLOBS + "b", "Content-Length: 3")).send("new");
            for (int nth = 0; nth < 20; nth++) {
                given().get(SMALL_BLOBS + handle(nth)).then().statusCode(200);
            }
            given().get(SMALL_BLOBS + "a").then().statusCode(404);
            leaving.abandon();
            journal.faults().release();
            assertEquals(201, waiting.answer().status());
        }
        assertEquals("new", given().get(SMALL_BLOBS + "a").asString());
    }

    @Test
    void aPoolThatIsInTheJournalOnlyIsNotEmpty() {
        fill();
        given().delete(SMALL).then().statusCode(409).body("code", equalTo("POOL_NOT_EMPTY"));
    }

    @Test
    void durabilityChangesBetweenSyncAndAsyncOnly() {
        given().contentType("application/json")
                .body("{\"durability\":\"async\"}")
                .put(SMALL)
                .then()
                .statusCode(200)
                .body("durability", equalTo("async"));
        given().contentType("application/json")
                .body("{\"durability\":\"none\"}")
                .put(SMALL)
                .then()
                .statusCode(409)
                .body("code", equalTo("DURABILITY_FIXED"));
        given().contentType("application/json")
                .body("{\"durability\":\"lazy\"}")
                .put(SMALL)
                .then()
                .statusCode(400)
                .body("errors[0].field", equalTo("durability"));
    }

    @Test
    void aDiskThatFailsMakesAndDestroysNoPool() {
        journal.faults().setUnreadable(true);
        assertDiskFailed(given().put("/v1/pools/other"));
        assertDiskFailed(given().delete(SMALL + "?force=true"));
        journal.faults().setUnreadable(false);
        given().get("/v1/pools/other").then().statusCode(404);
        put("a", bytes(10, 1)).then().statusCode(201);
    }

    @Test
    void aSnapshotIsWritten() {
        fill();
        Response named =
                given().contentType("application/json")
                        .body("{\"name\":\"mine\"}")
                        .post(SMALL + "/snapshot");
        named.then()
                .statusCode(201)
                .body("name", equalTo("mine"))
                .body("blobs", equalTo(COUNT))
                .body("lastSequence", greaterThan(0L));
        assertTrue(named.jsonPath().getString("directory").endsWith("/mine"));
        given().contentType("application/json")
                .body("{\"name\":\"mine\"}")
                .post(SMALL + "/snapshot")
                .then()
                .statusCode(409)
                .body("code", equalTo("SNAPSHOT_EXISTS"));
        String first = given().noContentType().post(SMALL + "/snapshot").path("name");
        String second = given().noContentType().post(SMALL + "/snapshot").path("name");
        assertTrue(first.matches("\\d{8}T\\d{6}Z(-\\d+)?"), first);
        assertFalse(first.equals(second));
    }

    @Test
    void theJournalIsSeen() {
        given().get("/v1/memory").then().body("journal.budgetBytes", notNullValue());
        String all = given().accept("text/plain").get(metrics).asString();
        assertTrue(all.contains("\nzspool_journal_state{state=\"open\""), all);
        assertTrue(all.contains("\nzspool_journal_writes_total "), all);
        assertTrue(all.contains("\nzspool_pool_warm_up_done{pool=\"small\""), all);
    }
}
