package dev.zspool.blob;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.zspool.page.Pace;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Eviction by page from a durable pool: blobs leave memory and can be read all the same.
class DurableEvictionTest {
    private static final int BLOBS = 400;

    @RegisterExtension final DurableStore store = new DurableStore();

    private static byte[] contentOf(int nth) {
        return BlobContent.RANDOM.of(nth % 50 == 0 ? 100_000 : 700 + nth, nth);
    }

    private void fill() {
        for (int i = 0; i < BLOBS; i++) {
            store.put("b" + i, contentOf(i));
        }
    }

    @Test
    @DisplayName("all leave, the pool is empty, and each can be read as it was")
    void allLeaveAndCanBeRead() {
        fill();
        EvictionResult result =
                store.pool().keeper().eviction().run(EvictionTarget.poolBytes(0), Pace.FULL_SPEED);
        assertEquals(EvictionOutcome.TARGET_REACHED, result.outcome());
        assertEquals(BLOBS, result.evictedBlobs());
        assertEquals(0, store.pool().stats().poolBytes());
        assertInstanceOf(OpenResult.NotInMemory.class, store.pool().open("b1"));
        for (int i = 0; i < BLOBS; i++) {
            assertArrayEquals(contentOf(i), store.get("b" + i));
        }
    }
}
