package dev.zspool.http;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.zspool.blob.BlobAttributes;
import dev.zspool.blob.BlobInfo;
import dev.zspool.blob.BlobWrite;
import dev.zspool.blob.OpenResult;
import dev.zspool.blob.PutResult;
import dev.zspool.blob.WriteCondition;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Lists of blobs over HTTP: contents, pages, bad parameters, slow readers and readers that leave.
@QuarkusTest
class ListingTest extends EdgeTest {

    /// Other tests leave blobs of their own.
    private static final String PREFIX = "listed-";

    private static final int MANY = 20_000;

    private int stored;

    @AfterEach
    void deleteAll() {
        Semaphore deleted = new Semaphore(0);
        for (int nth = 0; nth < stored; nth++) {
            pool.delete(PREFIX + nth, WriteCondition.ALWAYS, outcome -> deleted.release());
        }
        deleted.acquireUninterruptibly(stored);
    }

    private void storeMany(int count) {
        Semaphore done = new Semaphore(0);
        for (stored = 0; stored < count; stored++) {
            storeDirectly(PREFIX + stored, done);
        }
        done.acquireUninterruptibly(count);
    }

    /// Small blobs with long rows.
    private void storeDirectly(String handle, Semaphore done) {
        BlobWrite write =
                pool.beginWrite(handle, new BlobAttributes("x".repeat(255), "identity"), 0);
        write.begin(() -> {});
        write.commit(result -> {
            if (result instanceof PutResult.Stored) {
                done.release();
            }
        });
    }

    private static List<String> ours(JsonPath list) {
        return list.<String>getList("blobs.handle").stream()
                .filter(handle -> handle.startsWith(PREFIX))
                .toList();
    }

    private BlobInfo info(String handle) {
        return ((OpenResult.Found) pool.open(handle)).reader().info();
    }

    @Test
    void aBlobIsListedAsItIsRead() {
        Instant before = Instant.now().minus(Duration.ofSeconds(1));
        String etag =
                given().header("Content-Type", "text/x-\"ä\"")
                        .header("Content-Encoding", "br")
                        .body(new byte[100_000])
                        .put(PATH)
                        .header("ETag");
        JsonPath list = given().queryParam("limit", 1_000_000).get(BLOBS).jsonPath();
        JsonPath blob = list.setRootPath("blobs.find { it.handle == 'a' }");
        assertEquals(100_000, blob.getInt("size"));
        assertEquals(info("a").storedBytes(), blob.getLong("storedSize"));
        assertEquals(etag, blob.getString("etag"));
        assertEquals("br", blob.getString("contentEncoding"));
        assertTrue(blob.getString("contentType").startsWith("text/x-\""));
        Instant modified = Instant.parse(blob.getString("lastModified"));
        assertFalse(modified.isBefore(before) || modified.isAfter(Instant.now()));
        assertTrue(blob.getString("lastModified").endsWith("Z"));
    }

    @Test
    void whatABlobDoesNotHaveIsNotThere() throws IOException {
        store("b", new byte[3]);
        JsonPath list = given().queryParam("limit", 1_000_000).get(BLOBS).jsonPath();
        assertEquals(
                Set.of("handle", "size", "storedSize", "etag", "lastModified"),
                list.getMap("blobs.find { it.handle == 'b' }").keySet());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 249, 250, 251, 600, 10_000})
    void pagesHaveEveryBlobOnce(int limit) {
        // A request for each blob takes long.
        int count = limit == 1 ? 60 : 600;
        storeMany(count);
        Set<String> seen = new HashSet<>();
        String next = null;
        long all = 0;
        do {
            var request = given().queryParam("limit", limit);
            if (next != null) {
                request.queryParam("after", next);
            }
            JsonPath page = request.get(BLOBS).then().statusCode(200).extract().jsonPath();
            List<String> handles = page.getList("blobs.handle");
            all += handles.size();
            ours(page).forEach(handle -> assertTrue(seen.add(handle), handle));
            next = page.getString("next");
            if (next != null) {
                assertEquals(limit, handles.size());
                assertEquals(handles.getLast(), next);
            }
        } while (next != null);
        assertEquals(count, seen.size());
        assertEquals(pool.stats().blobs(), all);
    }

    @Test
    void theLastPageSaysSo() {
        storeMany(300);
        int all = (int) pool.stats().blobs();
        JsonPath exact = given().queryParam("limit", all).get(BLOBS).jsonPath();
        assertEquals(all, exact.getList("blobs").size());
        assertEquals(null, exact.getString("next"));
        JsonPath less = given().queryParam("limit", all - 1).get(BLOBS).jsonPath();
        assertEquals(all - 1, less.getList("blobs").size());
        assertNotNull(less.getString("next"));
    }

    @Test
    void aListGoesOnBehindADeletedBlob() {
        storeMany(20);
        List<String> all = ours(given().queryParam("limit", 1_000_000).get(BLOBS).jsonPath());
        String middle = all.get(10);
        given().delete(BLOBS + "/" + middle).then().statusCode(204);
        JsonPath rest =
                given().queryParam("after", middle)
                        .queryParam("limit", 1_000_000)
                        .get(BLOBS)
                        .jsonPath();
        assertEquals(all.subList(11, 20), ours(rest));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "limit=0             | limit must be a number from 1 to 1000000.",
                "limit=1000001       | limit must be a number from 1 to 1000000.",
                "limit=-1            | limit must be a number from 1 to 1000000.",
                "limit=99999999999   | limit must be a number from 1 to 1000000.",
                "limit=              | limit must be a number from 1 to 1000000.",
                "limit=ten           | limit must be a number from 1 to 1000000.",
                "limit=1&limit=2     | limit must be given once.",
                "after=              | after must be 1 to 128 characters",
                "after=a%20b         | after must be 1 to 128 characters",
                "after=%C3%A4        | after must be 1 to 128 characters",
                "after=a&after=a     | after must be given once."
            })
    void badParametersAreNamed(String query, String detail) {
        given().urlEncodingEnabled(false)
                .get(BLOBS + "?" + query)
                .then()
                .statusCode(400)
                .contentType("application/problem+json")
                .body("code", equalTo("BAD_PARAMETER"))
                .body("detail", containsString(detail));
    }

    @Test
    void aPoolThatIsNotThereAndATypeThatIsNotOffered() {
        given().get("/v1/pools/none/blobs")
                .then()
                .statusCode(404)
                .body("code", equalTo("POOL_NOT_FOUND"));
        given().accept("text/csv")
                .get(BLOBS)
                .then()
                .statusCode(406)
                .body("code", equalTo("NOT_ACCEPTABLE"));
    }

    @Test
    void headHasNoBody() throws IOException {
        storeMany(300);
        try (RawHttp http = connect()) {
            RawHttp.Answer head = http.send(head("HEAD", BLOBS)).answerToHead();
            assertEquals(200, head.status());
            assertTrue(head.hasHeader("content-type: application/json"), head.head());
            assertEquals(404, http.send(head("GET", BLOBS + "/none")).answer().status());
        }
    }

    @Test
    void aLongListIsOneDocument() throws IOException {
        storeMany(MANY);
        byte[] body = given().queryParam("limit", 1_000_000).get(BLOBS).asByteArray();
        JsonNode list = new ObjectMapper().readTree(body);
        assertFalse(list.has("next"));
        List<String> handles = new ArrayList<>();
        list.path("blobs").forEach(blob -> handles.add(blob.path("handle").asText()));
        assertEquals(pool.stats().blobs(), handles.size());
        assertEquals(handles.size(), Set.copyOf(handles).size());
    }

    /// As much as a client that does not read is sent: the sockets' buffers take the rest. The list
    /// goes on with the state of the pool at the time when it is read.
    @Test
    void aSlowReaderGetsWhatIsThereWhenHeReads() throws IOException {
        storeMany(MANY);
        try (RawHttp http = connect()) {
            http.send(head("GET", BLOBS + "?limit=1000000"));
            assertTrue(http.readUntil("\"blobs\":[").startsWith("HTTP/1.1 200"));
            AtomicInteger deleted = new AtomicInteger();
            for (int nth = 0; nth < MANY; nth++) {
                pool.delete(
                        PREFIX + nth, WriteCondition.ALWAYS, outcome -> deleted.incrementAndGet());
            }
            assertTrue(eventually(() -> deleted.get() == MANY));
            String rest = http.readUntil("]}");
            int listed = rest.split(PREFIX, -1).length - 1;
            // Else the whole list was made at once.
            assertTrue(listed < MANY, listed + " listed");
        }
    }

    @Test
    void aReaderThatLeavesIsForgotten() throws IOException {
        storeMany(MANY);
        for (int turn = 0; turn < 20; turn++) {
            try (RawHttp http = connect()) {
                http.send(head("GET", BLOBS + "?limit=1000000")).readUntil("\"blobs\":[");
                http.abandon();
            }
        }
        assertEquals(404, given().get(BLOBS + "/none").statusCode());
    }
}
