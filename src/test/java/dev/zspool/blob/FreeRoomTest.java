package dev.zspool.blob;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.page.FrameBudget;
import dev.zspool.page.Frames;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// How much room is free, where the arena's budget is what binds.
class FreeRoomTest {
    @RegisterExtension final DurableStore durable = new DurableStore();

    private static byte[] contentOf(int nth) {
        return BlobContent.RANDOM.of(nth % 3 == 0 ? 700 : 3_000, nth);
    }

    private FrameBudget budget() {
        return durable.store().host().arena().budget();
    }

    private void fill(int blobs) {
        for (int nth = 0; nth < blobs; nth++) {
            durable.put("b" + nth, contentOf(nth));
        }
    }

    private static void cutBy(FrameBudget budget, long bytes) {
        budget.setLimitPages(budget.usedPages() - (bytes >> Frames.FRAME_SHIFT));
    }

    @Test
    @DisplayName("what was evicted does not come back unasked, nor at its second use, under a cut")
    void nothingComesBackUnderACut() {
        fill(600);
        durable.evictAll();
        assertTrue(durable.isRoomFree());
        durable.put("other", BlobContent.RANDOM.of(400_000, 1));
        long whole = budget().limitPages();
        budget().setLimitPages(budget().usedPages());
        assertFalse(durable.isRoomFree());
        assertArrayEquals(contentOf(1), durable.get("b1"));
        assertFalse(durable.isInMemory("b1"));
        cutBy(budget(), 40_960);
        assertArrayEquals(contentOf(2), durable.get("b2"));
        assertArrayEquals(contentOf(2), durable.get("b2"));
        assertFalse(durable.isInMemory("b2"));
        assertTrue(durable.isInMemory("other"));
        budget().setLimitPages(whole);
        assertTrue(durable.isRoomFree());
        assertArrayEquals(contentOf(3), durable.get("b3"));
        assertTrue(durable.isInMemory("b3"));
    }

    @Test
    @DisplayName("a start under a cut brings as many back as there is room for, and evicts nobody")
    void noWarmUpUnderACut() {
        fill(600);
        durable.restart();
        long whole = budget().limitPages();
        budget().setLimitPages(budget().usedPages() + 64);
        while (durable.pool().keeper().warmUp(64)) {
            // Until it says that there is no room.
        }
        assertEquals(0, durable.pool().stats().evictedToJournal());
        assertTrue(durable.pool().index.entries() > 20);
        budget().setLimitPages(whole);
    }
}
