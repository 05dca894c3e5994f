package dev.zspool.http;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.aMapWithSize;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.zspool.blob.BlobPoolOptions;
import dev.zspool.observe.Figure;
import dev.zspool.observe.MemorySamples;
import dev.zspool.os.ProcessMemory;
import dev.zspool.page.Pace;
import dev.zspool.page.PageArena;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Figures over time, over HTTP. The service takes samples by itself, too.
@QuarkusTest
class SampleResourceTest extends EdgeTest {
    private static final String SAMPLES = "/v1/memory/samples";
    private static final String STREAM = SAMPLES + "/stream";

    @Inject MemorySamples samples;
    @Inject PageArena arena;

    private static JsonPath all() {
        return given().get(SAMPLES).then().statusCode(200).extract().jsonPath();
    }

    /// The newest value of a figure.
    private static long now(Figure figure) {
        return given().get(SAMPLES + "?last=1").jsonPath().getLong(column(figure) + "[0]");
    }

    private static String column(Figure figure) {
        return "figures." + figure.label();
    }

    @Test
    void everyColumnIsAsLongAsTheOthers() {
        IntStream.range(0, 5).forEach(_ -> samples.take());
        JsonPath last =
                given().get(SAMPLES + "?last=4")
                        .then()
                        .statusCode(200)
                        .contentType("application/json")
                        .body("$", aMapWithSize(5))
                        .body("intervalMillis", equalTo(2000))
                        .body("figures", aMapWithSize(24))
                        .extract()
                        .jsonPath();
        assertEquals(4, last.getList("atMillis").size());
        assertEquals(4, last.getList("levels").size());
        for (Figure figure : Figure.values()) {
            assertEquals(4, last.getList(column(figure)).size(), figure.label());
        }
        JsonPath everything = all();
        int size = everything.getList("atMillis").size();
        assertTrue(size >= 6, "one at the start, five here, and " + size + " in all");
        assertTrue(everything.getLong("from") <= last.getLong("from"));
    }

    @Test
    void numbersAreThoseOfTheParts() throws IOException {
        store("a", bytes(1_000_000, 1));
        samples.take();
        assertEquals(pool.stats().blobs(), now(Figure.BLOBS));
        assertEquals(pool.stats().logicalBytes(), now(Figure.LOGICAL_BYTES));
        assertEquals(pool.stats().storedBytes(), now(Figure.STORED_BYTES));
        assertEquals(pool.stats().poolBytes(), now(Figure.POOL_BYTES));
        assertEquals(arena.stats().ownedFrames() << 12, now(Figure.OWNED_BYTES));
        long rss = ProcessMemory.residentBytes().orElseThrow();
        assertTrue(Math.abs(rss - now(Figure.RSS_BYTES)) < rss / 2);
        JsonPath pressure = given().get("/v1/memory/pressure").jsonPath();
        assertEquals(pressure.getLong("watermarks.lowBytes"), now(Figure.LOW_BYTES));
        assertTrue(now(Figure.WORKING_SET_BYTES) > 1 << 20);
    }

    @Test
    void requestsAreCountedByKind() throws IOException {
        samples.take();
        long reads = now(Figure.READS);
        long writes = now(Figure.WRITES);
        long deletes = now(Figure.DELETES);
        long refused = now(Figure.REFUSED);
        store("a", bytes(100, 1));
        content("a");
        given().head(PATH).then().statusCode(200);
        given().get(BLOBS + "/b").then().statusCode(404);
        given().get(BLOBS + "/a/b/c").then().statusCode(404);
        given().get(BLOBS + "/$").then().statusCode(400);
        given().urlEncodingEnabled(false)
                .contentType("application/json")
                .body("{\"handles\":[\"a\",\"b\"]}")
                .post(BLOBS + ":get")
                .then()
                .statusCode(200);
        given().urlEncodingEnabled(false)
                .contentType("application/json")
                .body("{\"handles\":[\"a\",\"b\",\"c\"]}")
                .post(BLOBS + ":delete")
                .then()
                .statusCode(200);
        given().delete(PATH).then().statusCode(404);
        given().get(SAMPLES + "?last=0").then().statusCode(400);
        samples.take();
        assertEquals(6, now(Figure.READS) - reads, "GET, HEAD, GET, GET, and two of a batch");
        assertEquals(1, now(Figure.WRITES) - writes);
        assertEquals(4, now(Figure.DELETES) - deletes);
        assertEquals(2, now(Figure.REFUSED) - refused);
    }

    @Test
    void whatAPoolHasCountedOutlivesIt() throws IOException {
        String name = "counted";
        given().contentType("application/json")
                .body("{\"full\":\"reject\"}")
                .put("/v1/pools/" + name)
                .then()
                .statusCode(201);
        BlobPoolOptions options = store.pool(name).orElseThrow().options();
        assertEquals(name, options.name());
        for (int i = 0; i < 400; i++) {
            put(name, i);
        }
        for (int i = 0; i < 400; i++) {
            if (i % 8 != 0) {
                given().delete("/v1/pools/" + name + "/blobs/h" + i).then().statusCode(204);
            }
        }
        samples.take();
        long before = now(Figure.COMPACTED_PAGES);
        store.pool(name).orElseThrow().compact(Pace.FULL_SPEED);
        long freed = store.pool(name).orElseThrow().stats().freedByCompactionPages();
        assertTrue(freed > 0);
        samples.take();
        assertEquals(before + freed, now(Figure.COMPACTED_PAGES));
        given().delete("/v1/pools/" + name + "?force=true").then().statusCode(204);
        samples.take();
        assertEquals(before + freed, now(Figure.COMPACTED_PAGES));
        JsonPath everything = all();
        Stream.of(Figure.values())
                .filter(Figure::isCounter)
                .forEach(figure -> {
                    List<Long> column = everything.getList(column(figure), Long.class);
                    assertEquals(column.stream().sorted().toList(), column, figure.label());
                });
    }

    private void put(String pool, int number) throws IOException {
        try (RawHttp http = connect()) {
            String put =
                    head("PUT", "/v1/pools/" + pool + "/blobs/h" + number, "Content-Length: 700");
            assertEquals(201, http.send(put).send(bytes(700, number)).answer().status());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "301", "-1", "x", "", "1&last=2"})
    void howManyIsANumberUpToThoseThatAreKept(String last) {
        given().get(SAMPLES + "?last=" + last)
                .then()
                .statusCode(400)
                .body("code", equalTo("BAD_PARAMETER"))
                .body("errors[0].field", equalTo("last"));
    }

    private RawHttp listen() throws IOException {
        RawHttp http = connect();
        int before = samples.listeners();
        assertEquals(200, http.send(head("GET", STREAM)).answer().status());
        assertTrue(samples.listeners() > before);
        return http;
    }

    @Test
    void eachSampleIsStreamed() throws IOException {
        try (RawHttp http = listen()) {
            samples.take();
            samples.take();
            long last = given().get(SAMPLES + "?last=1").jsonPath().getLong("from");
            String text = http.readUntil("id:" + (last - 1)) + http.readUntil("id:" + last);
            assertTrue(text.contains("event:sample"), text);
            String data = http.readUntil("}}");
            JsonNode json = new ObjectMapper().readTree(data.substring(data.indexOf("data:") + 5));
            assertEquals(3, json.size(), json::toString);
            assertEquals(Figure.values().length, json.path("figures").size());
            assertFalse(json.path("level").asText().isEmpty());
        }
        assertTrue(
                eventually(() -> {
                    // A connection that is gone is noticed when something is sent.
                    samples.take();
                    return samples.listeners() == 0;
                }),
                samples.listeners() + " still listen");
    }

    @Test
    void whoDoesNotReadLosesSamplesAndStays() throws IOException {
        try (RawHttp http = listen()) {
            // More than sockets hold.
            IntStream.range(0, 30_000).forEach(_ -> samples.take());
            assertEquals(1, samples.listeners());
            long last = given().get(SAMPLES + "?last=1").jsonPath().getLong("from");
            http.readUntil("event:sample");
            assertTrue(
                    eventually(() -> {
                        samples.take();
                        return isThere(http, "id:");
                    }));
            assertTrue(last > 30_000);
        }
        assertTrue(
                eventually(() -> {
                    samples.take();
                    return samples.listeners() == 0;
                }));
    }

    private static boolean isThere(RawHttp http, String text) {
        try {
            return http.readUntil(text).contains(text);
        } catch (IOException gone) {
            return false;
        }
    }

    @Test
    void listenersAreFew() throws IOException {
        List<RawHttp> open = new ArrayList<>();
        try {
            for (int i = samples.listeners(); i < SampleResource.MOST_LISTENERS; i++) {
                open.add(listen());
            }
            try (RawHttp http = connect()) {
                assertProblem(http.send(head("GET", STREAM)).answer(), 503, "TOO_MANY_LISTENERS");
            }
        } finally {
            for (RawHttp http : open) {
                http.close();
            }
        }
        assertTrue(
                eventually(() -> {
                    samples.take();
                    return samples.listeners() == 0;
                }));
    }
}
