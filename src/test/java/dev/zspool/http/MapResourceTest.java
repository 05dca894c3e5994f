package dev.zspool.http;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.aMapWithSize;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.observe.ArenaOverview;
import dev.zspool.page.Frames;
import dev.zspool.page.PageArena;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The arena as cells: what they add up to is what the counters say.
@QuarkusTest
class MapResourceTest extends EdgeTest {
    private static final String MAP = "/v1/memory/map";
    private static final List<String> STATES = List.of("used", "isolated", "warm", "released");
    private static final int MOST_BYTES = 200_000;

    @Inject PageArena arena;

    private static JsonPath map(String query) {
        String text = given().get(MAP + query).then().statusCode(200).extract().asString();
        assertTrue(text.length() < MOST_BYTES, text.length() + " bytes");
        JsonPath map = JsonPath.from(text);
        assertAddsUp(map);
        return map;
    }

    private static int sum(JsonPath map, String state) {
        return map.getList(state, Integer.class).stream().mapToInt(Integer::intValue).sum();
    }

    /// Every cell has as many frames as it should.
    private static void assertAddsUp(JsonPath map) {
        int perCell = map.getInt("framesPerCell");
        int frames = map.getInt("frames");
        int cells = map.getList("used").size();
        assertEquals(1, Integer.bitCount(perCell));
        assertEquals(0, map.getInt("firstFrame") % perCell);
        assertEquals(Math.ceilDiv(frames, perCell), cells);
        assertEquals(cells, map.getList("classes").size());
        assertEquals(cells, map.getList("pools").size());
        int[] ofCells = new int[cells];
        for (String state : STATES) {
            // Once a column: each look at the document takes long.
            List<Integer> counts = map.getList(state, Integer.class);
            Arrays.setAll(ofCells, cell -> ofCells[cell] + counts.get(cell));
        }
        for (int cell = 0; cell < cells; cell++) {
            assertEquals(Math.min(perCell, frames - cell * perCell), ofCells[cell], "cell " + cell);
        }
    }

    @Test
    void everythingIsThere() throws IOException {
        store("a", bytes(100_000, 1));
        given().get(MAP)
                .then()
                .statusCode(200)
                .contentType("application/json")
                .body("$", aMapWithSize(12))
                .body("totalFrames", equalTo(arena.totalFrames()))
                .body("firstFrame", equalTo(0))
                .body("classSizes.size()", equalTo(255))
                .body("classSizes[0]", equalTo(32))
                .body("classSizes[254]", equalTo(4096));
        JsonPath map = map("");
        assertEquals(0, map.getInt("frames") % Frames.PAGEBLOCK_FRAMES);
        assertTrue(map.getList("used").size() <= 1024);
    }

    /// Memory is given back at any moment, so the two may have to be asked again.
    private boolean isAsCounted(String query) {
        JsonPath before = given().get("/v1/memory").jsonPath();
        JsonPath map = map(query);
        JsonPath after = given().get("/v1/memory").jsonPath();
        boolean isQuiet =
                before.getMap("frames").equals(after.getMap("frames"))
                        && after.getInt("frames.inTransit") == 0;
        if (isQuiet) {
            assertEquals(after.getInt("frames.owned"), sum(map, "used") + sum(map, "isolated"));
            assertEquals(after.getInt("frames.warm"), sum(map, "warm"));
            assertEquals(
                    after.getList("pools.isolatedPages", Integer.class).stream()
                            .mapToInt(Integer::intValue)
                            .sum(),
                    sum(map, "isolated"));
        }
        return isQuiet;
    }

    @Test
    void allCellsTogetherAreTheCounters() throws IOException {
        store("a", bytes(3_000_000, 1));
        given().delete(PATH).then().statusCode(204);
        store("b", bytes(1_000_000, 2));
        String all = "?frames=" + arena.totalFrames();
        for (String query : List.of("", all, all + "&cells=1", "?cells=2048", "?cells=7")) {
            assertTrue(eventually(() -> isAsCounted(query)), query);
        }
    }

    @Test
    void anIsolatedPageIsShownNearAndFar() throws IOException {
        store("a", bytes(3000, 1));
        JsonPath page = given().get("/v1/pools/default/pages?limit=1").jsonPath();
        int frame = page.getInt("pages[0].frame");
        String one = "?first=" + frame + "&frames=1&cells=1";
        JsonPath before = map(one);
        assertEquals(List.of(1), before.getList("used"));
        assertEquals(List.of(0), before.getList("isolated"));
        given().post("/v1/pools/default/pages/" + frame + "/isolate").then().statusCode(200);
        try {
            JsonPath near = map(one);
            assertEquals(List.of(0), near.getList("used"));
            assertEquals(List.of(1), near.getList("isolated"));
            assertEquals(List.of("default"), near.getList("poolNames"));
            assertEquals(List.of(0), near.getList("pools"));
            assertEquals(
                    page.getInt("pages[0].size"),
                    near.getInt("classSizes[" + near.getInt("classes[0]") + "]"));
            JsonPath far = map("?frames=" + arena.totalFrames() + "&cells=4");
            assertEquals(1, sum(far, "isolated"));
            assertTrue(eventually(() -> isAsCounted("")));
        } finally {
            given().post("/v1/pools/default/pages/" + frame + "/putback").then().statusCode(200);
        }
        assertEquals(1, sum(map(one), "used"));
    }

    @Test
    void pagesOfBlobsHaveAClassAndAPoolAndThoseOfTheIndexNone() throws IOException {
        store("a", bytes(3_000_000, 1));
        int end = map("?cells=1").getInt("frames");
        long pages = 0;
        int used = 0;
        for (int first = 0; first < end; first += 2048) {
            JsonPath map = map("?first=" + first + "&frames=2048&cells=2048");
            assertEquals(1, map.getInt("framesPerCell"));
            List<Integer> classes = map.getList("classes", Integer.class);
            List<Integer> pools = map.getList("pools", Integer.class);
            for (int cell = 0; cell < classes.size(); cell++) {
                assertEquals(classes.get(cell) >= 0, pools.get(cell) >= 0, "cell " + cell);
            }
            pages += classes.stream().filter(size -> size >= 0).count();
            used += sum(map, "used");
        }
        JsonPath memory = given().get("/v1/memory").jsonPath();
        assertEquals(sum(memory, "pools.poolPages"), pages);
        assertEquals(sum(memory, "pools.indexPages"), used - pages);
        assertTrue(pages > 700, pages + " pages");
    }

    @Test
    void muchOfTheArenaIsNotLookedAtFrameByFrame() {
        int frames = Math.min(arena.totalFrames(), ArenaOverview.MOST_DETAILED_FRAMES + 1);
        JsonPath map = map("?frames=" + frames + "&cells=2048");
        if (map.getInt("frames") > ArenaOverview.MOST_DETAILED_FRAMES) {
            assertEquals(List.of(), map.getList("poolNames"));
            assertTrue(map.getList("classes", Integer.class).stream().allMatch(i -> i == -1));
        }
    }

    @Test
    void whatIsAskedForIsCovered() {
        int last = arena.totalFrames() - 1;
        JsonPath end = map("?first=" + last + "&frames=" + arena.totalFrames());
        assertEquals(last, end.getInt("firstFrame"));
        assertEquals(1, end.getInt("frames"));
        JsonPath odd = map("?first=1&frames=4096&cells=2048");
        assertEquals(0, odd.getInt("firstFrame"));
        assertTrue(odd.getInt("frames") >= 4097);
        assertEquals(4, odd.getInt("framesPerCell"));
        JsonPath unused = map("?first=" + (last - 10));
        assertTrue(unused.getInt("firstFrame") + unused.getInt("frames") > last);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "first=-1",
                "first=x",
                "frames=0",
                "frames=4294967296",
                "cells=0",
                "cells=2049",
                "first=1&first=2"
            })
    void badNumbersAreNamed(String query) {
        given().get(MAP + "?" + query)
                .then()
                .statusCode(400)
                .body("code", equalTo("BAD_PARAMETER"))
                .body("errors[0].field", equalTo(query.substring(0, query.indexOf('='))));
    }
}
