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

    private static BlobPoolOptions cache(long limitBytes) {
        return new BlobPoolOptions(
                "cache",
                8,
                limitBytes,
                64 * MIB,
                BlobInfo.NEVER_EXPIRES,
                Durability.NONE,
                FullPolicy.EVICT);
    }

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

    @Test
    @DisplayName("durable: segments of the index and the queue of ends find room as well")
    void tablesOfDurable() {
        fill(2_000);
        FrameBudget budget = budget();
        long whole = budget.limitPages();
        for (int nth = 0; nth < 3_000; nth++) {
            budget.setLimitPages(budget.usedPages());
            WriteRequest request =
                    new WriteRequest(
                            "i" + nth,
                            BlobAttributes.NONE,
                            60,
                            nth % 2 == 0 ? 1_000_000 : WriteRequest.POOL_TTL,
                            WriteCondition.ALWAYS);
            int now = nth;
            PutResult result = durable.putLater(request, BlobContent.RANDOM.of(60, nth)).join();
            assertInstanceOf(PutResult.Stored.class, result, () -> "write " + now);
            assertTrue(durable.isInMemory("i" + nth), () -> "write " + now);
        }
        budget.setLimitPages(whole);
    }

    @Test
    @DisplayName("a cache: segments of the index and the queue of ends find room as well")
    void tablesOfCache() {
        BlobRig rig = rigs.in(rigs.mappedArena(64 * MIB), cache(16 * MIB));
        for (int nth = 0; nth < 2_000; nth++) {
            rig.store("b" + nth, contentOf(nth));
        }
        FrameBudget budget = rig.arena().budget();
        long whole = budget.limitPages();
        for (int nth = 0; nth < 3_000; nth++) {
            budget.setLimitPages(budget.usedPages());
            WriteRequest request =
                    new WriteRequest(
                            "i" + nth,
                            BlobAttributes.NONE,
                            60,
                            nth % 2 == 0 ? 1_000_000 : WriteRequest.POOL_TTL,
                            WriteCondition.ALWAYS);
            BlobWrite write = rig.pool().beginWrite(request);
            PutResult result =
                    TestUpload.run(write, BlobContent.RANDOM.of(60, nth), Integer.MAX_VALUE);
            int now = nth;
            assertInstanceOf(PutResult.Stored.class, result, () -> "write " + now);
        }
        budget.setLimitPages(whole);
    }
}
