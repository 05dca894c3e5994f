package dev.zspool.http;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.zsmalloc.PageDetail;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Where a blob lies.
@QuarkusTest
class BlobLayoutTest extends EdgeTest {

    private static final String LAYOUT = PATH + "/layout";
    private static final int BLOCK_BYTES = 64 * 1024;

    private static JsonPath layout(String query) {
        return given().get(LAYOUT + query)
                .then()
                .statusCode(200)
                .contentType("application/json")
                .extract()
                .jsonPath();
    }

    @Test
    void aShortBlobIsInItsRoot() throws IOException {
        store("a", bytes(1000, 1));
        given().get(LAYOUT)
                .then()
                .statusCode(200)
                .body("handle", equalTo("a"))
                .body("size", equalTo(1000))
                .body("storedSize", equalTo(1000))
                .body("resident", equalTo(true))
                .body("$", not(hasKey("journalPieces")))
                .body("branches", empty())
                .body("blocks", hasSize(1))
                .body("blocks[0].block", equalTo(0))
                .body("blocks[0].codec", equalTo("RAW"))
                .body("blocks[0].size", equalTo(1000))
                .body("blocks[0].storedSize", equalTo(1000))
                .body("blocks[0].chunks", empty())
                .body("root.resident", equalTo(true))
                .body("root.size", greaterThan(1000))
                .body("$", not(hasKey("next")));
        assertEquals(1, objects(layout("")));
    }

    @Test
    void oneWordOverAndOverIsNowhere() throws IOException {
        store("a", new byte[2 * BLOCK_BYTES + 1]);
        JsonPath layout = layout("");
        assertEquals(List.of("FILLED", "FILLED", "FILLED"), layout.getList("blocks.codec"));
        assertEquals(List.of(BLOCK_BYTES, BLOCK_BYTES, 1), layout.getList("blocks.size"));
        assertEquals(0, layout.getInt("blocks.storedSize.sum()"));
        assertEquals(1, objects(layout));
        store("a", new byte[0]);
        assertEquals(List.of(), layout("").getList("blocks"));
    }

    @Test
    void eachBlockHasItsCodec() throws IOException {
        byte[] content = bytes(3 * BLOCK_BYTES, 1);
        Arrays.fill(content, 0, BLOCK_BYTES, (byte) 7);
        for (int i = BLOCK_BYTES; i < 2 * BLOCK_BYTES; i++) {
            content[i] = (byte) (i / 100);
        }
        long before = pool.stats().objects();
        store("a", content);
        JsonPath layout = layout("");
        assertEquals(List.of("FILLED", "LZ4", "RAW"), layout.getList("blocks.codec"));
        assertEquals(layout.getLong("storedSize"), layout.getLong("blocks.storedSize.sum()"));
        assertEquals(pool.stats().objects() - before, objects(layout));
    }

    @Test
    void aLongBlobIsToldInParts() throws IOException {
        long before = pool.stats().objects();
        store("a", bytes(70 * BLOCK_BYTES + 1, 1));
        JsonPath whole = layout("");
        assertEquals(71, whole.getList("blocks").size());
        assertEquals(3, whole.getList("branches").size());
        assertEquals(pool.stats().objects() - before, objects(whole));
        List<Integer> blocks = new ArrayList<>();
        List<Map<String, Object>> branches = new ArrayList<>();
        JsonPath part = layout("?limit=16");
        while (part.get("next") != null) {
            blocks.addAll(part.getList("blocks.block", Integer.class));
            branches.addAll(part.getList("branches"));
            part = layout("?limit=16&after=" + part.getInt("next"));
        }
        blocks.addAll(part.getList("blocks.block", Integer.class));
        branches.addAll(part.getList("branches"));
        assertEquals(whole.getList("blocks.block"), blocks);
        assertEquals(List.copyOf(whole.getList("branches")), branches.stream().distinct().toList());
        assertEquals(List.of(), layout("?after=71").getList("blocks"));
        assertEquals(List.of(), layout("?after=2147483647").getList("blocks"));
    }

    /// How many objects a layout shows; each is another one, and where the pages say it is.
    private int objects(JsonPath layout) {
        List<Map<String, Object>> pieces = new ArrayList<>();
        pieces.add(layout.getMap("root"));
        pieces.addAll(layout.getList("branches"));
        layout.<List<Map<String, Object>>>getList("blocks.chunks").forEach(pieces::addAll);
        for (Map<String, Object> piece : pieces) {
            PageDetail page = pool.pages().describe((int) value(piece, "frame")).orElseThrow();
            assertEquals(page.page().zspage(), value(piece, "zspage"));
            assertEquals(page.page().position(), value(piece, "position"));
            assertEquals(page.page().classIndex(), value(piece, "class"));
            assertEquals(page.page().slotBytes(), value(piece, "size"));
            PageDetail.LiveSlot slot =
                    new PageDetail.LiveSlot(
                            (int) value(piece, "slot"),
                            value(piece, "object"),
                            (int) value(piece, "offset"));
            assertTrue(page.slots().contains(slot), () -> piece + " is not of " + page);
        }
        assertEquals(
                pieces.size(),
                new HashSet<>(pieces.stream().map(piece -> piece.get("object")).toList()).size());
        return pieces.size();
    }

    private static long value(Map<String, Object> piece, String name) {
        return ((Number) Objects.requireNonNull(piece.get(name))).longValue();
    }

    @Test
    void whatIsNotThereLiesNowhere() {
        given().get(LAYOUT).then().statusCode(404).body("code", equalTo("BLOB_NOT_FOUND"));
        given().get("/v1/pools/none/blobs/a/layout")
                .then()
                .statusCode(404)
                .body("code", equalTo("POOL_NOT_FOUND"));
        given().urlEncodingEnabled(false)
                .get(BLOBS + "/a%20b/layout")
                .then()
                .statusCode(400)
                .body("code", equalTo("BAD_HANDLE"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"limit=0", "limit=1001", "after=-1", "after=x", "limit=1&limit=2"})
    void absurdParameters(String query) throws IOException {
        store("a", bytes(1000, 1));
        given().get(LAYOUT + "?" + query)
                .then()
                .statusCode(400)
                .body("code", equalTo("BAD_PARAMETER"));
    }
}
