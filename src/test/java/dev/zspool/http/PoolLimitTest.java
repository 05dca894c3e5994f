package dev.zspool.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// A pool at its own limit.
@QuarkusTest
@TestProfile(PoolLimitTest.SmallPool.class)
class PoolLimitTest extends EdgeTest {

    /// A pool of 4 MiB.
    public static final class SmallPool implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "zspool.arena.size", "64M",
                    "zspool.pool.limit", "4M",
                    "zspool.pool.durability", "none",
                    "zspool.pool.max-blob-size", "8M");
        }
    }

    @Test
    void aFullPoolKeepsTheOldBlobAndHeals() throws IOException {
        byte[] old = bytes(3_000_000, 1);
        store("a", old);
        try (RawHttp http = connect()) {
            http.send(head("PUT", PATH, "Content-Length: 3000000")).send(bytes(3_000_000, 2));
            assertProblem(http.answer(), 507, "POOL_FULL");
        }
        assertArrayEquals(old, content("a"));
        try (RawHttp http = connect()) {
            assertEquals(204, http.send(head("DELETE", PATH)).answer().status());
        }
        store("b", old);
        assertArrayEquals(old, content("b"));
    }

    @Test
    void theLimitOfABlobIsConfigured() throws IOException {
        try (RawHttp http = connect()) {
            RawHttp.Answer answer =
                    http.send(head("PUT", PATH, "Content-Length: 8388609")).answer();
            assertProblem(answer, 413, "BLOB_TOO_LARGE");
            assertTrue(answer.body().contains("8388608"), answer.body());
        }
    }
}
