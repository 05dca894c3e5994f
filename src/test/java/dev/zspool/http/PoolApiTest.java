package dev.zspool.http;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.blob.BlobPool;
import dev.zspool.page.PageArena;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Pools over HTTP: made, set up anew, full, destroyed; none harms another.
@QuarkusTest
class PoolApiTest extends EdgeTest {

    @Inject PageArena arena;

    @AfterEach
    void destroyAll() {
        for (BlobPool pool : store.pools()) {
            assertEquals(List.of(), pool.check(), pool.name());
            if (!pool.name().equals("default")) {
                store.remove(pool.name(), true);
            }
        }
        assertEquals(List.of(), arena.check());
    }

    /// In memory only, unless it says something else.
    private static ValidatableResponse put(String pool, String json) {
        boolean isOpen = json.startsWith("{\"") && !json.contains("durability");
        return given().contentType("application/json")
                .body(isOpen ? "{\"durability\":\"none\"," + json.substring(1) : json)
                .when()
                .put("/v1/pools/" + pool)
                .then();
    }

    private static ValidatableResponse storeIn(String pool, String handle, byte[] content) {
        return given().body(content).put("/v1/pools/" + pool + "/blobs/" + handle).then();
    }

    @Test
    @DisplayName("a pool is made as asked for, and the rest is as configured")
    void make() {
        put("a", "{\"limitBytes\":1048576,\"full\":\"evict\",\"defaultTtlSeconds\":60}")
                .statusCode(201)
                .body("pool", equalTo("a"))
                .body("limitBytes", equalTo(1_048_576))
                .body("chainSize", equalTo(8))
                .body("maxBlobBytes", equalTo(64 << 20))
                .body("defaultTtlSeconds", equalTo(60))
                .body("durability", equalTo("none"))
                .body("full", equalTo("evict"));
        given().put("/v1/pools/b").then().statusCode(201).body("full", equalTo("reject"));
        given().get("/v1/pools")
                .then()
                .statusCode(200)
                .body("pools.pool", hasItems("a", "b", "default"))
                .body("pools.find { it.pool == 'a' }.settings.limitBytes", equalTo(1_048_576));
        given().get("/v1/pools/a").then().statusCode(200).body("mem_limit", equalTo(1_048_576));
    }

    @Test
    @DisplayName("setting up anew replaces what was said before and keeps the blobs")
    void change() {
        put("a", "{\"limitBytes\":1048576,\"chainSize\":4}").statusCode(201);
        storeIn("a", "h", bytes(100, 1)).statusCode(201);
        put("a", "{\"maxBlobBytes\":10}")
                .statusCode(200)
                .body("chainSize", equalTo(4))
                .body("maxBlobBytes", equalTo(10));
        storeIn("a", "h", bytes(11, 1)).statusCode(413);
        given().get("/v1/pools/a/blobs/h").then().statusCode(200);
        put("a", "{\"chainSize\":5}").statusCode(409).body("code", equalTo("CHAIN_SIZE_FIXED"));
    }

    @Test
    @DisplayName("a lower limit lets nothing in until less is used; a higher one does at once")
    void limitAtRunTime() {
        put("a", "{\"limitBytes\":4194304}").statusCode(201);
        for (int i = 0; i < 10; i++) {
            storeIn("a", "h" + i, bytes(100_000, i)).statusCode(201);
        }
        put("a", "{\"limitBytes\":500000}").statusCode(200);
        storeIn("a", "small", bytes(10, 1)).statusCode(507).body("code", equalTo("POOL_FULL"));
        storeIn("a", "h0", bytes(10, 1)).statusCode(507);
        assertEquals(100_000, given().get("/v1/pools/a/blobs/h0").asByteArray().length, "it stays");
        for (int i = 0; i < 9; i++) {
            given().delete("/v1/pools/a/blobs/h" + i).then().statusCode(204);
        }
        storeIn("a", "small", bytes(10, 1)).statusCode(201);
        put("a", "{\"limitBytes\":4194304}").statusCode(200);
        storeIn("a", "large", bytes(500_000, 1)).statusCode(201);
    }

    @Test
    @DisplayName("a full pool refuses, never takes more than its limit, and harms no other")
    void full() {
        long limit = 1 << 20;
        put("full", "{\"limitBytes\":" + limit + "}").statusCode(201);
        put("other", "{\"limitBytes\":" + limit + "}").statusCode(201);
        int stored = 0;
        while (given().body(bytes(10_000, stored))
                        .put("/v1/pools/full/blobs/h" + stored)
                        .statusCode()
                == 201) {
            stored++;
        }
        assertTrue(stored > 90, stored + " stored");
        BlobPool full = store.pool("full").orElseThrow();
        assertTrue(full.stats().peakPoolBytes() <= limit);
        storeIn("full", "h0", bytes(20_000, 7)).statusCode(507);
        assertEquals(10_000, given().get("/v1/pools/full/blobs/h0").asByteArray().length);
        for (int i = 0; i < 90; i++) {
            storeIn("other", "h" + i, bytes(10_000, i)).statusCode(201);
        }
    }

    @Test
    @DisplayName("only an empty pool is destroyed, unless it is forced; its memory comes back")
    void destroy() {
        long before = arena.stats().ownedFrames() + arena.stats().tablePages();
        put("a", "{}").statusCode(201);
        storeIn("a", "h", bytes(300_000, 1)).statusCode(201);
        given().delete("/v1/pools/a")
                .then()
                .statusCode(409)
                .body("code", equalTo("POOL_NOT_EMPTY"));
        given().get("/v1/pools/a/blobs/h").then().statusCode(200);
        given().delete("/v1/pools/a?force=maybe").then().statusCode(400);
        given().delete("/v1/pools/a?force=true").then().statusCode(204);
        given().get("/v1/pools/a/blobs/h").then().statusCode(404);
        given().get("/v1/pools/a").then().statusCode(404).body("code", equalTo("POOL_NOT_FOUND"));
        given().delete("/v1/pools/a").then().statusCode(404);
        assertEquals(before, arena.stats().ownedFrames() + arena.stats().tablePages());
        put("a", "{}").statusCode(201);
        given().get("/v1/pools/a/blobs/h").then().statusCode(404);
        given().delete("/v1/pools/a").then().statusCode(204);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-a", ".a", "~", "a b", "ä", "a%00"})
    @DisplayName("names that cannot be")
    void badNames(String name) {
        given().contentType("application/json")
                .body("{}")
                .put("/v1/pools/{pool}", name)
                .then()
                .statusCode(400)
                .body("code", equalTo("BAD_POOL_NAME"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    {"limitBytes":4095}                | limitBytes must be greater
                    {"limitBytes":-1}                  | limitBytes must be greater
                    {"limitBytes":"many"}              | limitBytes must be a whole number
                    {"limitBytes":4096.5}              | limitBytes must be a whole number
                    {"limitBytes":9223372036854775808} | limitBytes is too large
                    {"chainSize":3}                    | chainSize must be greater
                    {"chainSize":17}                   | chainSize must be less
                    {"chainSize":99999999999}          | chainSize is too large
                    {"maxBlobBytes":1073741825}        | maxBlobBytes must be less
                    {"defaultTtlSeconds":-5}           | defaultTtlSeconds must be greater
                    {"durability":"lazy"}              | durability must be none or async or sync.
                    {"durability":0}                   | durability must be none or async or sync.
                    {"full":"explode"}                 | full must be reject or evict.
                    {"full":1}                         | full must be reject or evict.
                    {"full":[]}                        | full must be reject or evict.
                    {"limit":5}                        | limit is not known
                    """)
    @DisplayName("values that cannot be, each with the name of its field and what it must be")
    void badValues(String json, String detail) {
        put("bad", json)
                .statusCode(400)
                .body("detail", containsString(detail))
                .body("errors[0].field", equalTo(detail.substring(0, detail.indexOf(' '))));
        assertTrue(store.pool("bad").isEmpty());
    }

    @Test
    @DisplayName("numbers of a thousand digits, and depths that nobody needs")
    void tooMuchOfEverything() {
        put("bad", "{\"limitBytes\":" + "9".repeat(2_000) + "}")
                .statusCode(400)
                .body("detail", containsString("too long a name or value"));
        put("bad", "{\"limitBytes\":" + "[".repeat(5_000)).statusCode(400);
        put("bad", "{\"a\":".repeat(5_000))
                .statusCode(400)
                .body("detail", containsString("nested too deeply"));
    }

    @Test
    @DisplayName("what is not JSON")
    void notJson() {
        put("bad", "{").statusCode(400);
        put("bad", "[]").statusCode(400);
        put("bad", "5").statusCode(400);
        given().contentType("text/plain").body("x").put("/v1/pools/bad").then().statusCode(415);
        given().get("/v1/pools").then().body("pools.pool", not(hasItems("bad")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"If-Match", "If-None-Match", "If-Unmodified-Since"})
    @DisplayName("a condition on a pool is refused, not passed over")
    void conditions(String field) {
        put("a", "{}").statusCode(201);
        given().header(field, "*")
                .put("/v1/pools/a")
                .then()
                .statusCode(400)
                .body("code", equalTo("BAD_HEADER"))
                .body("detail", containsString(field));
        given().header(field, "*").delete("/v1/pools/a").then().statusCode(400);
        given().get("/v1/pools/a").then().statusCode(200);
    }

    @Test
    @DisplayName("whoever asks before sending learns that the pool is full without sending")
    void fullBeforeTheBody() throws IOException {
        put("full", "{\"limitBytes\":1048576}").statusCode(201);
        int stored = 0;
        while (given().body(bytes(60_000, stored))
                        .put("/v1/pools/full/blobs/h" + stored)
                        .statusCode()
                == 201) {
            stored++;
        }
        String path = "/v1/pools/full/blobs/late";
        String asks = "Expect: 100-continue";
        try (RawHttp http = connect()) {
            RawHttp.Answer answer =
                    http.send(head("PUT", path, asks, "Content-Length: 1000000")).answer();
            assertProblem(answer, 507, "POOL_FULL");
        }
        put("full", "{\"limitBytes\":4194304}").statusCode(200);
        try (RawHttp http = connect()) {
            String first =
                    http.send(head("PUT", path, asks, "Content-Length: 1000000")).answer().head();
            assertTrue(first.startsWith("HTTP/1.1 100 "), first);
        }
    }
}
