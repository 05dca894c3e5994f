package dev.zspool.blob;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.page.FrameBudget;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Room for what is not an object: segments of the index, the queue of ends.
class TableRoomTest {
    private static final long MIB = BlobRigs.MIB;

    @RegisterExtension final DurableStore durable = new DurableStore();
    @RegisterExtension final BlobRigs rigs = new BlobRigs();

    /// As good as nothing to store, and every second one with an end.
    private static WriteRequest small(int nth) {
        return new WriteRequest(
                "i" + nth,
                BlobAttributes.NONE,
                60,
                nth % 2 == 0 ? 1_000_000 : WriteRequest.POOL_TTL,
                WriteCondition.ALWAYS);
    }

    @Test
    @DisplayName("durable: segments of the index and the queue of ends find room as well")
    void tablesOfDurable() {
        MixedBlobs.fill(durable, 2_000);
        FrameBudget budget = durable.budget();
        long whole = budget.limitPages();
        for (int nth = 0; nth < 3_000; nth++) {
            budget.setLimitPages(budget.usedPages());
            int now = nth;
            PutResult result = durable.putLater(small(nth), BlobContent.RANDOM.of(60, nth)).join();
            assertInstanceOf(PutResult.Stored.class, result, () -> "write " + now);
            assertTrue(durable.isInMemory("i" + nth), () -> "write " + now);
        }
        budget.setLimitPages(whole);
    }

    @Test
    @DisplayName("a cache: segments of the index and the queue of ends find room as well")
    void tablesOfCache() {
        BlobRig rig = rigs.in(rigs.mappedArena(64 * MIB), BlobRigs.cache(16 * MIB));
        for (int nth = 0; nth < 2_000; nth++) {
            rig.store("b" + nth, MixedBlobs.contentOf(nth));
        }
        FrameBudget budget = rig.arena().budget();
        long whole = budget.limitPages();
        for (int nth = 0; nth < 3_000; nth++) {
            budget.setLimitPages(budget.usedPages());
            BlobWrite write = rig.pool().beginWrite(small(nth));
            PutResult result =
                    TestUpload.run(write, BlobContent.RANDOM.of(60, nth), Integer.MAX_VALUE);
            int now = nth;
            assertInstanceOf(PutResult.Stored.class, result, () -> "write " + now);
        }
        budget.setLimitPages(whole);
    }
}
