package dev.zspool.blob;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// How much room is free, where the arena's budget is what binds.
class FreeRoomTest {
    @RegisterExtension final DurableStore durable = new DurableStore();

    @Test
    @DisplayName("what was evicted does not come back unasked, nor at its second use, under a cut")
    void nothingComesBackUnderACut() {
        MixedBlobs.fill(durable, 600);
        durable.evictAll();
        assertTrue(durable.isRoomFree());
        durable.put("other", BlobContent.RANDOM.of(400_000, 1));
        long whole = durable.budget().limitPages();
        durable.budget().setLimitPages(durable.budget().usedPages());
        assertFalse(durable.isRoomFree());
        assertArrayEquals(MixedBlobs.contentOf(1), durable.get("b1"));
        assertFalse(durable.isInMemory("b1"));
        MixedBlobs.cutBy(durable.budget(), 40_960);
        assertArrayEquals(MixedBlobs.contentOf(2), durable.get("b2"));
        assertArrayEquals(MixedBlobs.contentOf(2), durable.get("b2"));
        assertFalse(durable.isInMemory("b2"));
        assertTrue(durable.isInMemory("other"));
        durable.budget().setLimitPages(whole);
        assertTrue(durable.isRoomFree());
        assertArrayEquals(MixedBlobs.contentOf(3), durable.get("b3"));
        assertTrue(durable.isInMemory("b3"));
    }

    @Test
    @DisplayName("a start under a cut brings as many back as there is room for, and evicts nobody")
    void noWarmUpUnderACut() {
        MixedBlobs.fill(durable, 600);
        durable.restart();
        long whole = durable.budget().limitPages();
        durable.budget().setLimitPages(durable.budget().usedPages() + 64);
        while (durable.pool().keeper().warmUp(64)) {
            // Until it says that there is no room.
        }
        assertEquals(0, durable.pool().stats().evictedToJournal());
        assertTrue(durable.pool().index.entries() > 20);
        durable.budget().setLimitPages(whole);
    }
}
