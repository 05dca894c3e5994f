package dev.zspool.blob;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.page.ArenaStats;
import dev.zspool.page.Frames;
import dev.zspool.page.PageArena;
import dev.zspool.testkit.HeapJournal;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a pool costs that holds nothing: heap, and memory of the arena with all tables.
class EmptyPoolFootprintTest {
    private static final int POOLS = 200;

    /// The contract's bound is 256 KiB.
    private static final long MOST_NEW_BYTES = 64 << 10;

    private static final long MOST_DURABLE_BYTES = 64 << 10;

    private static final long MOST_USED_BYTES = 128 << 10;

    @RegisterExtension final BlobRigs rigs = new BlobRigs();

    private static long liveHeapBytes() {
        System.gc();
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static long backedBytes(PageArena arena) {
        ArenaStats stats = arena.stats();
        // What describes a frame: a word, and whose it is.
        return (stats.ownedFrames() + stats.tablePages()) * Frames.FRAME_BYTES
                + stats.ownedFrames() * (Long.BYTES + Short.BYTES);
    }

    private static void storeAndDelete(BlobRig rig, int blobs) {
        byte[] content = BlobContent.RANDOM.of(1_000, 1);
        for (int i = 0; i < blobs; i++) {
            rig.store("blob-" + i, content);
        }
        for (int i = 0; i < blobs; i++) {
            assertEquals(DeleteOutcome.DELETED, rig.delete("blob-" + i));
        }
        assertEquals(0, rig.pool().stats().blobs());
    }

    private long bytesPerPool(int chainSize, int blobs, TestReporter reporter) {
        PageArena arena = rigs.mappedArena(64 << 20);
        BlobPoolOptions options = BlobRigs.chainSize(chainSize);
        BlobHost host = rigs.host(arena);
        // Everything that is there once.
        storeAndDelete(rigs.in(host, options), 2_000);
        List<BlobRig> open = new ArrayList<>(POOLS);
        long heapBefore = liveHeapBytes();
        long backedBefore = backedBytes(arena);
        for (int i = 0; i < POOLS; i++) {
            BlobRig rig = rigs.in(host, options);
            storeAndDelete(rig, blobs);
            open.add(rig);
        }
        long heap = (liveHeapBytes() - heapBefore) / POOLS;
        long backed = (backedBytes(arena) - backedBefore) / POOLS;
        assertEquals(POOLS, open.size());
        String text =
                String.format(
                        Locale.ROOT,
                        "chain %d, %d blobs before: %d bytes of heap, %d off the heap",
                        chainSize,
                        blobs,
                        heap,
                        backed);
        reporter.publishEntry("empty pool", text);
        return heap + backed;
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 8, 16})
    @DisplayName("a pool that was never used costs less than 64 KiB")
    void neverUsed(int chainSize, TestReporter reporter) {
        long bytes = bytesPerPool(chainSize, 0, reporter);
        assertTrue(bytes < MOST_NEW_BYTES, () -> bytes + " bytes");
    }

    @Test
    @DisplayName("a durable pool that was never used costs less than 64 KiB")
    void durable(TestReporter reporter) {
        PageArena arena = rigs.mappedArena(64 << 20);
        try (HeapJournal journal = new HeapJournal()) {
            BlobHost host = rigs.host(arena).withJournal(journal, BlobRigs.INLINE);
            BlobPoolOptions options = DurableStore.options(64 << 20, Durability.SYNC);
            // Everything that is there once.
            storeAndDelete(rigs.in(host, BlobRigs.options()), 2_000);
            rigs.in(host, options, key(journal, options, 0));
            long heapBefore = liveHeapBytes();
            long backedBefore = backedBytes(arena);
            for (int nth = 1; nth <= POOLS; nth++) {
                rigs.in(host, options, key(journal, options, nth));
            }
            long heap = (liveHeapBytes() - heapBefore) / POOLS;
            long backed = (backedBytes(arena) - backedBefore) / POOLS;
            String text = "durable: " + heap + " bytes of heap, " + backed + " off the heap";
            reporter.publishEntry("empty pool", text);
            assertTrue(heap + backed < MOST_DURABLE_BYTES, text);
        }
    }

    private static PoolKey key(HeapJournal journal, BlobPoolOptions options, int seed) {
        return PoolDefinitions.key(journal.createPool(PoolDefinitions.of(options, seed, false)));
    }

    @Test
    @DisplayName("a pool for which there is no frame is not made, and leaves nothing")
    void notMade() {
        PageArena arena = rigs.mappedArena(8 << 20);
        long limit = arena.stats().limitPages();
        assertTrue(arena.budget().chargeTablePages(limit));
        assertThrows(IllegalStateException.class, () -> rigs.in(arena, BlobRigs.options()));
        long spare = arena.tables().spareBytes();
        assertTrue(spare > 0);
        for (int i = 0; i < 100; i++) {
            assertThrows(IllegalStateException.class, () -> rigs.in(arena, BlobRigs.options()));
        }
        assertEquals(spare, arena.tables().spareBytes());
        arena.budget().dischargeTablePages(limit);
        assertEquals(List.of(), arena.check());
    }

    @Test
    @DisplayName("a pool that has held blobs and is empty again costs less than 128 KiB")
    void usedBefore(TestReporter reporter) {
        long bytes = bytesPerPool(8, 1_000, reporter);
        assertTrue(bytes < MOST_USED_BYTES, () -> bytes + " bytes");
    }
}
