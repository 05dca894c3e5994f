package dev.zspool.blob;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.persist.BlobMeta;
import dev.zspool.persist.MetaResult;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Blobs that leave memory and come back while others write: each race is forced, step by step.
class DurableRaceTest {
    private static final int BLOCK = Blocks.BLOCK_BYTES;

    @RegisterExtension final DurableStore durable = new DurableStore();

    /// Somebody who has read a blob from the journal, and is about to take it into memory.
    private final class Reader {
        private final BlobName name;
        private final int noted;
        private final BlobMeta meta;
        private final JournalBlocks blocks;

        Reader(String handle) {
            name = durable.pool().names.of(handle);
            noted = durable.pool().order.note(name);
            meta =
                    assertInstanceOf(
                                    MetaResult.Found.class,
                                    durable.journal()
                                            .readMeta(durable.poolId(), name.hash(), handle))
                            .meta();
            blocks = reads().blocksOf(meta);
            assertEquals(
                    ReadOutcome.OK, blocks.read(0, new byte[BLOCK], 0, (int) meta.sizeBytes()));
        }

        JournalReads.Admission admit() {
            return reads().admit(name, meta, blocks, noted);
        }
    }

    private JournalReads reads() {
        return durable.pool().durable.orElseThrow().reads;
    }

    private static byte[] content(int version) {
        return BlobContent.RANDOM.of(1_000, version);
    }

    private void assertHolds(String handle, byte[] content) {
        assertArrayEquals(content, durable.get(handle), handle);
    }

    @Test
    @DisplayName("an old version that was read does not come back behind PUT and eviction")
    void admissionAgainstPutAndEviction() {
        durable.put("h", content(1));
        durable.evictAll();
        Reader reader = new Reader("h");
        durable.put("h", content(2));
        assertTrue(durable.evict("h"));
        assertEquals(JournalReads.Admission.CHANGED, reader.admit());
        assertFalse(durable.isInMemory("h"));
        assertHolds("h", content(2));
    }

    @Test
    @DisplayName("a blob that was read does not come back behind DELETE")
    void admissionAgainstDelete() {
        durable.put("h", content(1));
        durable.evictAll();
        Reader reader = new Reader("h");
        assertEquals(DeleteOutcome.DELETED, durable.deleteLater("h").join());
        assertEquals(JournalReads.Admission.CHANGED, reader.admit());
        assertNull(durable.get("h"));
        assertEquals(0, durable.pool().stats().objects());
    }

    @Test
    @DisplayName("admission while a write waits for the disk is given up")
    void admissionAgainstWaitingWrite() {
        durable.put("h", content(1));
        durable.evictAll();
        durable.faults().hold();
        CompletableFuture<PutResult> write = durable.putLater("h", content(2));
        durable.faults().awaitHeld();
        Reader reader = new Reader("h");
        assertEquals(JournalReads.Admission.CHANGED, reader.admit());
        durable.faults().release();
        assertInstanceOf(PutResult.Stored.class, write.join());
        assertHolds("h", content(2));
        Reader late = new Reader("h");
        assertEquals(JournalReads.Admission.CHANGED, late.admit(), "it is there already");
    }

    @Test
    @DisplayName(
            "a blob that ends while its replacement waits for the disk was replaced, not created")
    void endAgainstReplace() {
        WriteRequest mortal = WriteRequest.of("h", BlobAttributes.NONE, 1_000).livingFor(5_000);
        BlobRig.stored(durable.putLater(mortal, content(1)).join());
        durable.faults().hold();
        CompletableFuture<PutResult> write = durable.putLater("h", content(2));
        durable.faults().awaitHeld();
        durable.clock.advance(Duration.ofSeconds(5));
        durable.faults().release();
        assertFalse(assertInstanceOf(PutResult.Stored.class, write.join()).created());
        assertHolds("h", content(2));
    }

    @Test
    @DisplayName("two readers admit the same blob: one copy stays")
    void twoAdmissions() {
        durable.put("h", content(1));
        durable.evictAll();
        Reader first = new Reader("h");
        Reader second = new Reader("h");
        assertEquals(JournalReads.Admission.ADMITTED, first.admit());
        assertEquals(JournalReads.Admission.CHANGED, second.admit());
        assertEquals(1, durable.pool().stats().objects());
    }

    @Test
    @DisplayName("a blob that somebody is about to replace is not evicted")
    void evictionAgainstReplace() {
        durable.put("h", content(1));
        durable.faults().hold();
        CompletableFuture<PutResult> write = durable.putLater("h", content(2));
        durable.faults().awaitHeld();
        assertFalse(durable.evict("h"));
        assertHolds("h", content(1));
        durable.faults().release();
        assertInstanceOf(PutResult.Stored.class, write.join());
        assertTrue(durable.evict("h"));
        assertHolds("h", content(2));
    }

    @Test
    @DisplayName("eviction chose a root, a replacement came first: the new one stays in memory")
    void lateEviction() {
        durable.put("h", content(1));
        BlobName name = durable.pool().names.of("h");
        long chosen = durable.pool().published.findAny(name, durable.pool().published.probe(name));
        durable.put("h", content(2));
        assertFalse(durable.pool().order.residency().evict(name, chosen));
        assertHolds("h", content(2));
    }

    @Test
    @DisplayName("a blob whose life ends while it is warmed up does not come back")
    void expiryAgainstWarmUp() {
        WriteRequest request = WriteRequest.of("h", BlobAttributes.NONE, 1_000).livingFor(1_000);
        BlobRig.stored(durable.putLater(request, content(1)).join());
        durable.evictAll();
        Reader reader = new Reader("h");
        durable.clock.advance(Duration.ofSeconds(2));
        durable.pool().keeper().removeExpired(10);
        assertEquals(DeleteOutcome.MISSING, durable.deleteLater("h").join());
        assertEquals(JournalReads.Admission.CHANGED, reader.admit());
        assertEquals(0, durable.pool().index.entries());
        assertEquals(0, durable.journal().totals(durable.poolId()).blobs());
    }

    @Test
    @DisplayName("one whose life ends before it is removed is warmed up at most dead, and swept")
    void endsWhileWarmingUp() {
        WriteRequest request = WriteRequest.of("h", BlobAttributes.NONE, 1_000).livingFor(1_000);
        BlobRig.stored(durable.putLater(request, content(1)).join());
        durable.evictAll();
        Reader reader = new Reader("h");
        durable.clock.advance(Duration.ofSeconds(2));
        assertEquals(JournalReads.Admission.ADMITTED, reader.admit());
        assertNull(durable.get("h"));
        assertTrue(durable.pool().keeper().sweepExpired(10) > 0);
        durable.pool().keeper().removeExpired(10);
        assertEquals(DeleteOutcome.MISSING, durable.deleteLater("h").join());
        assertEquals(0, durable.pool().index.entries());
        assertFalse(durable.pool().durable.orElseThrow().backing.mayHaveMore());
    }

    @Test
    @DisplayName("a long body goes on when its blob leaves memory, in the middle too")
    void readerAgainstEviction() {
        byte[] content = BlobContent.TEXT.of(50 * BLOCK + 17, 3);
        durable.put("h", content);
        BlobReader reader = durable.rig().reader("h");
        byte[] read = new byte[content.length];
        int evictions = 0;
        for (int block = 0; block < reader.blocks(); block++) {
            if (block == 7) {
                assertTrue(durable.evict("h"));
            }
            ReadOutcome outcome = reader.readBlock(block, read, block * BLOCK);
            if (outcome == ReadOutcome.EVICTED) {
                evictions++;
                assertTrue(reader.mayBlock());
                outcome = reader.readBlock(block, read, block * BLOCK);
            }
            assertEquals(ReadOutcome.OK, outcome, "block " + block);
        }
        assertEquals(1, evictions);
        assertArrayEquals(content, read);
    }

    @Test
    @DisplayName("a long body ends when its blob is replaced or deleted, from memory and the disk")
    void readerAgainstReplace() {
        byte[] content = BlobContent.RANDOM.of(50 * BLOCK, 3);
        durable.put("h", content);
        BlobReader inMemory = durable.rig().reader("h");
        assertEquals(ReadOutcome.OK, inMemory.readBlock(0, new byte[BLOCK], 0));
        assertTrue(durable.evict("h"));
        BlobReader onDisk = onDisk("h");
        assertEquals(ReadOutcome.OK, onDisk.readBlock(0, new byte[BLOCK], 0));
        durable.put("h", content(2));
        assertEquals(ReadOutcome.EVICTED, inMemory.readBlock(1, new byte[BLOCK], 0));
        assertEquals(ReadOutcome.REPLACED, inMemory.readBlock(1, new byte[BLOCK], 0));
        assertEquals(ReadOutcome.OK, onDisk.readBlock(1, new byte[BLOCK], 0), "the same piece");
        assertEquals(ReadOutcome.REPLACED, onDisk.readBlock(9, new byte[BLOCK], 0));
    }

    /// A reader of a blob that memory does not take in.
    private BlobReader onDisk(String handle) {
        durable.pool().change(DurableStore.options(4096, Durability.SYNC));
        BlobReader reader =
                assertInstanceOf(OpenResult.Found.class, durable.pool().fetch(handle)).reader();
        durable.pool().change(DurableStore.options(DurableStore.MIB, Durability.SYNC));
        assertTrue(reader.mayBlock());
        return reader;
    }

    @Test
    @DisplayName("a look into memory between eviction and return of a blob proves nothing")
    void lookBetweenEvictionAndReturn() {
        durable.put("h", content(1));
        JournalBacking backing = durable.pool().durable.orElseThrow().backing;
        long stamp = backing.stamp();
        assertTrue(durable.evict("h"));
        assertFalse(durable.isInMemory("h"), "the look");
        assertEquals(JournalBacking.SOME_ABSENT, backing.stamp());
        assertArrayEquals(content(1), durable.get("h"), "back again");
        assertTrue(durable.isInMemory("h"));
        assertFalse(backing.mayHaveMore());
        assertFalse(backing.isSame(stamp), "who has looked must look elsewhere");
    }

    @Test
    @DisplayName("a pool that stays after all has what the journal has, also of removals meanwhile")
    void poolThatStays() {
        durable.put("deleted", content(1));
        BlobPool pool = durable.pool();
        durable.faults().hold();
        CompletableFuture<DeleteOutcome> delete = durable.deleteLater("deleted");
        durable.faults().awaitHeld();
        pool.published.gate().shut();
        durable.faults().release();
        assertEquals(DeleteOutcome.MISSING, delete.join());
        durable.journal().awaitIdle();
        pool.published.reopen();
        pool.order.forgetMissed();
        assertNull(durable.get("deleted"));
        assertEquals(0, pool.stats().objects());
    }

    @Test
    @DisplayName("whoever lists the residents is inside the pool: it is not taken apart meanwhile")
    void residentsInside() {
        durable.put("h", content(1));
        durable.put("i", content(1));
        durable.restart();
        BlobPool pool = durable.pool();
        DurableBlobs blobs = pool.durable.orElseThrow();
        while (pool.keeper().warmUp(10)) {
            // There are more.
        }
        assertTrue(durable.evict("h"));
        boolean[] isQuiet = {true};
        DurableBlobs saved =
                new DurableBlobs(
                        blobs.reads,
                        blobs.warmUp,
                        () -> {
                            isQuiet[0] = pool.published.gate().isQuiet();
                            return new int[0];
                        },
                        pool.names,
                        pool.order,
                        durable.clock);
        assertTrue(saved.saveResidents());
        assertFalse(isQuiet[0]);
    }

    @Test
    @DisplayName("blobs whose life is over are asked for once while the disk is slow")
    void removalsDoNotPileUp() {
        WriteRequest request = WriteRequest.of("h", BlobAttributes.NONE, 1_000).livingFor(1_000);
        BlobRig.stored(durable.putLater(request, content(1)).join());
        durable.clock.advance(Duration.ofSeconds(2));
        DurableBlobs blobs = durable.pool().durable.orElseThrow();
        durable.faults().hold();
        assertEquals(1, blobs.removeExpired(10));
        assertEquals(0, blobs.removeExpired(10));
        durable.faults().release();
        durable.journal().awaitIdle();
        assertEquals(0, durable.journal().totals(durable.poolId()).blobs());
    }
}
