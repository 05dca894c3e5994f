package dev.zspool.http;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// A service at the end of its memory.
@QuarkusTest
@TestProfile(MemoryLimitTest.SmallArena.class)
class MemoryLimitTest extends EdgeTest {

    /// Memory of 8 MiB for a pool that may take more.
    public static final class SmallArena implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("zspool.arena.size", "8M", "zspool.pool.limit", "64M");
        }
    }

    @Test
    void theOldBlobStaysAndReadsGoOn() throws IOException {
        byte[] old = bytes(3_000_000, 1);
        store("a", old);
        try (RawHttp http = connect()) {
            http.send(head("PUT", PATH, "Content-Length: 9000000")).send(bytes(9_000_000, 2));
            RawHttp.Answer answer = http.answer();
            assertProblem(answer, 503, "OUT_OF_MEMORY");
            assertTrue(answer.hasHeader("retry-after: 1"), answer.head());
        }
        assertArrayEquals(old, content("a"));
        try (RawHttp http = connect()) {
            assertEquals(204, http.send(head("DELETE", PATH)).answer().status());
        }
        store("b", old);
    }

    @Test
    void aPageThatFindsNoFrameStaysIsolated() throws IOException {
        byte[] content = bytes(100_000, 1);
        store("a", content);
        int frame = given().get(PATH + "/layout").path("blocks[0].chunks[0].frame");
        String page = "/v1/pools/default/pages/" + frame;
        given().post(page + "/isolate").then().statusCode(200);
        List<Integer> taken = new ArrayList<>();
        int target = pool.pages().acquireTarget();
        while (target >= 0) {
            taken.add(target);
            target = pool.pages().acquireTarget();
        }
        given().post(page + "/migrate")
                .then()
                .statusCode(503)
                .header("Retry-After", "1")
                .body("code", equalTo("OUT_OF_MEMORY"));
        given().get(page).then().statusCode(200).body("isolated", equalTo(true));
        taken.forEach(pool.pages()::releaseTarget);
        given().post(page + "/migrate").then().statusCode(200);
        assertArrayEquals(content, content("a"));
    }
}
