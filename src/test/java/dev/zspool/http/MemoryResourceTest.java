package dev.zspool.http;

import static dev.zspool.http.JsonNumber.moreThan;
import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.aMapWithSize;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.os.ProcessMemory;
import dev.zspool.page.Frames;
import dev.zspool.page.Pace;
import dev.zspool.page.PageArena;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/// Where the memory is: two sides count, and agree.
@QuarkusTest
class MemoryResourceTest extends EdgeTest {

    @Inject PageArena arena;

    private static JsonPath memory() {
        return given().get("/v1/memory").then().statusCode(200).extract().jsonPath();
    }

    @Test
    void everythingIsThere() throws IOException {
        store("a", bytes(100_000, 1));
        given().get("/v1/memory")
                .then()
                .statusCode(200)
                .contentType("application/json")
                .body("$", aMapWithSize(9))
                .body("journal.nativeBytes", moreThan(0))
                .body("journal.budgetBytes", moreThan(1 << 20))
                .body("frames", aMapWithSize(6))
                .body("frames.total", equalTo(arena.totalFrames()))
                .body("frames.owned", moreThan(24))
                .body("pageblocks.total", equalTo(arena.totalFrames() >> Frames.PAGEBLOCK_SHIFT))
                .body("pageblocks.backed", moreThan(0))
                .body("tablePages", moreThan(0))
                .body("rssBytes", moreThan(1 << 20))
                .body("pools.pool", contains("default"))
                .body("pools[0].handlePages", moreThan(0))
                .body("pools[0].isolatedPages", equalTo(0));
    }

    @Test
    void whereItIsAddsUpToWhatTheKernelCounts() throws IOException {
        store("a", bytes(3_000_000, 1));
        JsonPath memory = memory();
        long sum =
                memory.getList("resident.bytes", Long.class).stream()
                        .mapToLong(Long::longValue)
                        .sum();
        assertEquals(memory.getLong("rssBytes"), sum);
        long kernel = ProcessMemory.residentBytes().orElseThrow();
        assertTrue(
                Math.abs(sum - kernel) <= kernel / 20,
                () -> sum + " in the table, " + kernel + " by the kernel");
        long frames = memory.getLong("frames.owned") + memory.getLong("frames.warm");
        // In a process above a GiB, as the suite's may be, the arena has what the others leave.
        long slack = kernel < 1L << 30 ? 0 : 16 << 20;
        long framesBytes = memory.getLong("resident.find { it.part == 'frames' }.bytes");
        assertTrue(
                Math.abs(frames * Frames.FRAME_BYTES - framesBytes) <= slack,
                () -> frames + " frames, but " + framesBytes + " bytes");
        assertTrue(memory.getLong("resident.find { it.part == 'heap' }.bytes") > 1 << 20);
        assertTrue(memory.getLong("resident.find { it.part == 'codeCache' }.bytes") > 1 << 20);
        assertTrue(memory.getLong("resident.find { it.part == 'threadStacks' }.bytes") > 0);
        assertTrue(memory.getLong("plan.blobBytes") > 1 << 20);
        assertEquals(7, memory.getList("plan.parts").size());
    }

    @Test
    void bothSidesAgree() throws IOException {
        for (int round = 0; round < 3; round++) {
            store("a", bytes(3_000_000, round));
            store("b", bytes(5_000, round));
            assertAddsUp(memory());
            given().delete(PATH).then().statusCode(204);
            assertAddsUp(memory());
        }
        pool.compact(Pace.FULL_SPEED);
        assertAddsUp(memory());
    }

    @Test
    void bothSidesAgreeAboutPagesThatMove() throws IOException {
        store("a", bytes(100_000, 1));
        String pages = "/v1/pools/default/pages/";
        int frame = given().get(PATH + "/layout").path("blocks[0].chunks[0].frame");
        given().post(pages + frame + "/isolate").then().statusCode(200);
        JsonPath isolated = memory();
        assertEquals(1, isolated.getInt("pools[0].isolatedPages"));
        assertAddsUp(isolated);
        given().post(pages + frame + "/migrate").then().statusCode(200);
        JsonPath migrated = memory();
        assertEquals(0, migrated.getInt("pools[0].isolatedPages"));
        assertEquals(isolated.getLong("frames.owned"), migrated.getLong("frames.owned"));
        assertAddsUp(migrated);
    }

    @Test
    void aFrameOnItsWayIsShown() {
        int target = pool.pages().acquireTarget();
        JsonPath memory = memory();
        assertEquals(1, memory.getInt("inTransitPages"));
        assertEquals(
                memory.getLong("pools[0].poolPages") + 1, memory.getLong("pools[0].arenaPages"));
        pool.pages().releaseTarget(target);
        assertAddsUp(memory());
    }

    private void assertAddsUp(JsonPath memory) {
        assertEquals(0, memory.getLong("inTransitPages"));
        assertEquals(memory.getLong("pools[0].poolPages"), memory.getLong("pools[0].arenaPages"));
        assertEquals(
                memory.getLong("frames.owned"),
                memory.getLong("pools[0].poolPages") + memory.getLong("pools[0].indexPages"));
        assertEquals(
                memory.getLong("frames.total"),
                memory.getLong("frames.owned")
                        + memory.getLong("frames.warm")
                        + memory.getLong("frames.cold")
                        + memory.getLong("frames.inTransit"));
        assertEquals(
                pool.stats().poolBytes(),
                memory.getLong("pools[0].poolPages") * Frames.FRAME_BYTES);
        assertTrue(memory.getLong("frames.owned") <= memory.getLong("frames.limit"));
    }
}
