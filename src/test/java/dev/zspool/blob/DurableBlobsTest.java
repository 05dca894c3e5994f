package dev.zspool.blob;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.persist.BlobMeta;
import dev.zspool.persist.Journal;
import dev.zspool.persist.JournalWrite;
import dev.zspool.persist.MetaResult;
import dev.zspool.persist.WriteOutcome;
import dev.zspool.testkit.BreaksInvariant;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Blobs of a durable pool: in memory or not, before and behind a restart, they are the same.
class DurableBlobsTest {
    @RegisterExtension final DurableStore durable = new DurableStore();

    private static byte[] random(int size) {
        return BlobContent.RANDOM.of(size, size);
    }

    private void assertHolds(String handle, byte[] content) {
        byte[] now = durable.get(handle);
        assertNotNull(now, handle);
        assertArrayEquals(content, now, handle);
    }

    @ParameterizedTest
    @EnumSource(BlobContent.class)
    @DisplayName("content of every kind and size survives eviction and restart")
    void contentSurvives(BlobContent kind) {
        int[] sizes = {0, 1, 7, 8, 100, 3_000, 5_000, 65_536, 65_537, 196_608, 200_000, 3_000_000};
        for (int size : sizes) {
            durable.put("b" + size, kind.of(size, size));
        }
        durable.evictAll();
        for (int size : sizes) {
            assertHolds("b" + size, kind.of(size, size));
        }
        durable.restart();
        for (int size : sizes) {
            assertHolds("b" + size, kind.of(size, size));
        }
        durable.restart();
        while (durable.pool().keeper().warmUp(3)) {
            // Some at a time.
        }
        assertEquals(sizes.length, durable.pool().keeper().warmUpProgress().admittedBlobs());
        assertEquals(sizes.length, durable.pool().index.entries());
        for (int size : sizes) {
            assertTrue(durable.isInMemory("b" + size));
            assertHolds("b" + size, kind.of(size, size));
        }
    }

    @Test
    @DisplayName("sequence, times, type, encoding and end of life are the same after a restart")
    void descriptionSurvives() {
        WriteRequest request =
                new WriteRequest(
                        "h",
                        new BlobAttributes("text/plain; charset=utf-8", "gzip"),
                        100,
                        5_000,
                        WriteCondition.ALWAYS);
        BlobInfo before = BlobRig.stored(durable.putLater(request, random(100)).join());
        durable.restart();
        assertEquals(Optional.of(before), durable.info("h"));
        durable.clock.advance(Duration.ofMillis(4_999));
        assertTrue(durable.info("h").isPresent());
        durable.clock.advance(Duration.ofMillis(1));
        assertTrue(durable.info("h").isEmpty());
    }

    @Test
    @DisplayName("a deleted blob does not come back, in memory or not")
    void deleted() {
        durable.put("resident", random(100));
        durable.put("absent", random(100));
        durable.put("stays", random(100));
        assertTrue(durable.evict("absent"));
        assertEquals(DeleteOutcome.DELETED, durable.deleteLater("resident").join());
        assertEquals(DeleteOutcome.DELETED, durable.deleteLater("absent").join());
        assertEquals(DeleteOutcome.MISSING, durable.deleteLater("absent").join());
        assertEquals(DeleteOutcome.MISSING, durable.deleteLater("never").join());
        durable.restart();
        assertNull(durable.get("resident"));
        assertNull(durable.get("absent"));
        assertHolds("stays", random(100));
    }

    @Test
    @DisplayName("conditions are decided against a blob that is not in memory, too")
    void conditions() {
        BlobInfo first = durable.put("h", random(100)).info();
        durable.evictAll();
        WriteCondition missing = Optional::isEmpty;
        WriteRequest request = WriteRequest.of("h", BlobAttributes.NONE, 10);
        assertInstanceOf(
                PutResult.PreconditionFailed.class,
                durable.putLater(request.onlyIf(missing), random(10)).join());
        WriteCondition same =
                now -> now.filter(info -> info.sequence() == first.sequence()).isPresent();
        PutResult.Stored second =
                assertInstanceOf(
                        PutResult.Stored.class,
                        durable.putLater(request.onlyIf(same), random(10)).join());
        assertFalse(second.created());
        assertInstanceOf(
                PutResult.PreconditionFailed.class,
                durable.putLater(request.onlyIf(same), random(10)).join());
        assertHolds("h", random(10));
    }

    @Test
    @DisplayName("while everything is in memory, nobody asks the journal")
    void nothingAbsent() {
        for (int i = 0; i < 10; i++) {
            durable.put("b" + i, random(50));
        }
        long reads = durable.faults().metaReads();
        assertInstanceOf(OpenResult.Missing.class, durable.pool().open("c"));
        assertEquals(DeleteOutcome.MISSING, durable.deleteLater("c").join());
        assertEquals(reads, durable.faults().metaReads());
        assertTrue(durable.evict("b3"));
        assertInstanceOf(OpenResult.NotInMemory.class, durable.pool().open("c"));
        assertInstanceOf(OpenResult.Missing.class, durable.pool().fetch("c"));
        assertHolds("b3", random(50));
        assertTrue(durable.isInMemory("b3"), "there is free room");
        assertInstanceOf(OpenResult.Missing.class, durable.pool().open("c"));
    }

    @Test
    @DisplayName("a blob that is not in memory costs one look and one read a piece")
    void oneRead() {
        durable.put("small", random(1_000));
        durable.put("long", random(400_000));
        durable.evictAll();
        long metas = durable.faults().metaReads();
        long pieces = durable.faults().pieceReads();
        assertHolds("small", random(1_000));
        assertEquals(metas + 1, durable.faults().metaReads());
        assertEquals(pieces + 1, durable.faults().pieceReads());
        assertHolds("long", random(400_000));
        assertEquals(pieces + 4, durable.faults().pieceReads(), "7 blocks are 3 pieces");
    }

    @Test
    @DisplayName("a blob that is on the disk only says so, and how many pieces it has there")
    void layout() {
        BlobInfo info = durable.put("h", random(250_000)).info();
        assertInstanceOf(LayoutResult.Found.class, durable.pool().layout("h", -1, 10));
        durable.evictAll();
        assertEquals(new LayoutResult.Evicted(info, 2), durable.pool().layout("h", -1, 10));
        assertInstanceOf(LayoutResult.Missing.class, durable.pool().layout("n", -1, 10));
        durable.faults().setUnreadable(true);
        assertInstanceOf(LayoutResult.Unreadable.class, durable.pool().layout("h", -1, 10));
        assertEquals(
                BlobStore.RemoveOutcome.DISK_FAILED,
                durable.store().remove(DurableStore.POOL, false));
        durable.faults().setUnreadable(false);
        assertHolds("h", random(250_000));
    }

    @Test
    @DisplayName("in a full pool a blob comes back at its second use within a minute, not before")
    void secondUse() {
        durable.with(DurableStore.options(DurableStore.MIB, Durability.ASYNC));
        for (int i = 0; i < 40; i++) {
            durable.put("b" + i, random(23_000));
        }
        assertTrue(durable.evict("b3"));
        while (durable.isRoomFree()) {
            durable.put("f" + durable.pool().index.entries(), random(23_000));
        }
        assertHolds("b3", random(23_000));
        assertFalse(durable.isInMemory("b3"));
        durable.clock.advance(Duration.ofSeconds(61));
        assertHolds("b3", random(23_000));
        assertFalse(durable.isInMemory("b3"), "the first use is forgotten");
        durable.clock.advance(Duration.ofSeconds(59));
        assertHolds("b3", random(23_000));
        assertTrue(durable.isInMemory("b3"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName("the order of a listing is the same, whether all, some or no blobs are in memory")
    void listing(boolean withRestart) {
        for (int i = 0; i < 700; i++) {
            durable.put("b" + i, random(i));
        }
        List<String> all = handles();
        assertEquals(700, all.size());
        for (int i = 0; i < 700; i += 3) {
            assertTrue(durable.evict("b" + i));
        }
        assertEquals(all, handles());
        if (withRestart) {
            durable.restart();
        } else {
            durable.evictAll();
        }
        assertEquals(all, handles());
        String middle = all.get(300);
        BlobListing rest = durable.pool().list(Optional.of(middle));
        assertEquals(all.get(301), rest.next(1).getFirst().handle());
    }

    private List<String> handles() {
        BlobListing listing = durable.pool().list(Optional.empty());
        List<String> handles = new ArrayList<>();
        while (!listing.isAtEnd()) {
            listing.next(64).forEach(blob -> handles.add(blob.handle()));
        }
        return handles;
    }

    @Test
    @DisplayName("what has ended is removed from the journal, in memory or not")
    void expired() {
        WriteRequest request = WriteRequest.of("r", BlobAttributes.NONE, 10).livingFor(1_000);
        BlobRig.stored(durable.putLater(request, random(10)).join());
        WriteRequest other = WriteRequest.of("a", BlobAttributes.NONE, 10).livingFor(1_000);
        BlobRig.stored(durable.putLater(other, random(10)).join());
        durable.put("stays", random(10));
        assertTrue(durable.evict("a"));
        durable.clock.advance(Duration.ofSeconds(2));
        assertNull(durable.get("r"));
        assertNull(durable.get("a"));
        durable.pool().keeper().sweepExpired(100);
        durable.pool().keeper().removeExpired(100);
        // Behind them in their slots.
        assertEquals(DeleteOutcome.MISSING, durable.deleteLater("r").join());
        assertEquals(DeleteOutcome.MISSING, durable.deleteLater("a").join());
        assertEquals(1, durable.journal().totals(durable.poolId()).blobs());
        assertEquals(1, durable.pool().index.entries());
    }

    @Test
    @DisplayName("pools come back as they were set up; one that was destroyed does not")
    void poolsSurvive() {
        BlobPoolOptions cache =
                new BlobPoolOptions(
                        "cache", 5, 123 * 4096, 77, 9_000, Durability.NONE, FullPolicy.EVICT);
        assertEquals(BlobStore.PutOutcome.CREATED, durable.store().put(cache));
        BlobPoolOptions other = DurableStore.options(4096, Durability.ASYNC);
        BlobPoolOptions gone =
                new BlobPoolOptions("gone", 8, 8192, 10, 0, Durability.SYNC, other.full());
        assertEquals(BlobStore.PutOutcome.CREATED, durable.store().put(gone));
        assertEquals(BlobStore.RemoveOutcome.REMOVED, durable.store().remove("gone", false));
        durable.restart();
        assertEquals(cache, durable.store().pool("cache").orElseThrow().options());
        assertTrue(durable.store().pool("gone").isEmpty());
        BlobPoolOptions memoryOnly = DurableStore.options(4096, Durability.NONE);
        assertEquals(BlobStore.PutOutcome.OTHER_DURABILITY, durable.store().put(memoryOnly));
        BlobPoolOptions async = DurableStore.options(8192, Durability.ASYNC);
        assertEquals(BlobStore.PutOutcome.CHANGED, durable.store().put(async));
    }

    @Test
    @DisplayName("a pool with blobs on the disk only is not empty; one with dead ones only is")
    void emptiness() {
        WriteRequest request = WriteRequest.of("r", BlobAttributes.NONE, 10).livingFor(1_000);
        BlobRig.stored(durable.putLater(request, random(10)).join());
        durable.evictAll();
        assertEquals(
                BlobStore.RemoveOutcome.NOT_EMPTY,
                durable.store().remove(DurableStore.POOL, false));
        assertHolds("r", random(10));
        durable.clock.advance(Duration.ofSeconds(2));
        assertEquals(
                BlobStore.RemoveOutcome.REMOVED, durable.store().remove(DurableStore.POOL, false));
        assertEquals(
                BlobStore.PutOutcome.CREATED,
                durable.store().put(DurableStore.options(DurableStore.MIB, Durability.SYNC)));
    }

    @Test
    @DisplayName("what the disk refuses is not stored, and the blob before it stays")
    void refused() {
        durable.put("h", random(100));
        durable.faults().refuse(1, WriteOutcome.DISK_FULL);
        assertInstanceOf(PutResult.DiskFull.class, durable.putLater("h", random(200)).join());
        durable.faults().refuse(1, WriteOutcome.FAILED);
        assertInstanceOf(PutResult.DiskFailed.class, durable.putLater("n", random(200)).join());
        durable.faults().refuse(1, WriteOutcome.FAILED);
        assertEquals(DeleteOutcome.DISK_FAILED, durable.deleteLater("h").join());
        assertHolds("h", random(100));
        assertNull(durable.get("n"));
        assertEquals(1, durable.pool().stats().objects());
        durable.evictAll();
        assertHolds("h", random(100));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName("a write of which nobody knows whether the disk has it: memory does as the disk")
    void doubtful(boolean isApplied) {
        durable.put("h", random(100));
        durable.faults().failInDoubt(isApplied);
        assertInstanceOf(PutResult.DiskFailed.class, durable.putLater("h", random(200)).join());
        durable.journal().awaitIdle();
        assertHolds("h", isApplied ? random(200) : random(100));
        durable.restart();
        assertHolds("h", isApplied ? random(200) : random(100));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName("a write that waits behind one in doubt sees what the disk has")
    void behindDoubtful(boolean isApplied) {
        durable.put("h", random(100));
        durable.faults().failInDoubt(isApplied);
        durable.faults().hold();
        CompletableFuture<PutResult> doubtful = durable.putLater("h", random(200));
        durable.faults().awaitHeld();
        AtomicReference<Optional<BlobInfo>> seen = new AtomicReference<>(Optional.empty());
        WriteRequest request =
                WriteRequest.of("h", BlobAttributes.NONE, 300)
                        .onlyIf(present -> {
                            seen.set(present);
                            return true;
                        });
        CompletableFuture<PutResult> behind = durable.putLater(request, random(300));
        durable.faults().release();
        assertInstanceOf(PutResult.DiskFailed.class, doubtful.join());
        assertInstanceOf(PutResult.Stored.class, behind.join());
        assertEquals(isApplied ? 200 : 100, seen.get().orElseThrow().sizeBytes());
        assertHolds("h", random(300));
        durable.evictAll();
        assertHolds("h", random(300));
    }

    @Test
    @DisplayName("a damaged piece: that blob alone is corrupted, and can be replaced and deleted")
    void damagedPiece() {
        BlobInfo damaged = durable.put("h", random(100)).info();
        durable.put("o", random(100));
        durable.evictAll();
        durable.faults().damagePiece(durable.poolId(), damaged.sequence(), 0);
        OpenResult.Found found =
                assertInstanceOf(OpenResult.Found.class, durable.pool().fetch("h"));
        assertEquals(ReadOutcome.CORRUPTED, found.reader().readBlock(0, new byte[100], 0));
        assertHolds("o", random(100));
        durable.put("h", random(300));
        assertHolds("h", random(300));
        assertEquals(DeleteOutcome.DELETED, durable.deleteLater("h").join());
    }

    @Test
    @DisplayName("a blob that is damaged in memory is read from the journal")
    void damagedInMemory() {
        BlobInfo header = durable.put("h", random(100_000)).info();
        BlobInfo inline = durable.put("i", random(100)).info();
        BlobInfo chunk = durable.put("c", random(100_000)).info();
        durable.isDamaged();
        BlobDamageTest.root(durable.rig(), header).flip(20, (byte) 1);
        BlobDamageTest.root(durable.rig(), inline).flip(60, (byte) 1);
        BlobDamageTest.places(
                        durable.rig(), chunk.sequence(), type -> type == ObjectLayout.TYPE_CHUNK)
                .getFirst()
                .flip(100, (byte) 1);
        assertEquals(0, durable.pool().stats().corruptedReads());
        assertHolds("h", random(100_000));
        assertInstanceOf(OpenResult.Found.class, durable.pool().open("h"), "it is sound again");
        assertEquals(ReadOutcome.OK, readAgain("i", 100));
        assertEquals(ReadOutcome.OK, readAgain("c", 65_536));
        assertTrue(durable.pool().stats().corruptedReads() >= 3);
    }

    private ReadOutcome readAgain(String handle, int length) {
        BlobReader reader = durable.rig().reader(handle);
        assertEquals(ReadOutcome.EVICTED, reader.readBlock(0, new byte[length], 0));
        assertTrue(reader.mayBlock());
        return reader.readBlock(0, new byte[length], 0);
    }

    @Test
    @BreaksInvariant("I-21")
    @DisplayName("I-21: a blob in memory of which the journal has another version, or none")
    void otherVersion() {
        BlobInfo kept = durable.put("h", random(10)).info();
        BlobName name = durable.pool().names.of("h");
        JournalWrite.Store newer =
                new JournalWrite.Store(
                        durable.poolId(),
                        JournalFormat.meta(
                                new BlobInfo(
                                        "h",
                                        0,
                                        0,
                                        kept.sequence() + 1,
                                        0,
                                        BlobAttributes.NONE,
                                        0,
                                        BlobInfo.NEVER_EXPIRES),
                                name.hash(),
                                ContentKind.FILLED),
                        (piece, into) -> 12,
                        Optional.of(JournalFormat.meta(kept, name.hash(), ContentKind.COMPRESSED)),
                        true);
        durable.journal().write(newer, outcome -> {});
        durable.journal().awaitIdle();
        List<String> violations = durable.pool().check();
        assertEquals(1, violations.size(), violations::toString);
        assertTrue(violations.getFirst().startsWith("I-21 "));
        durable.pool().order.forget(name);
    }

    @Test
    @BreaksInvariant("I-22")
    @DisplayName("I-22: an absent blob that is not counted")
    void uncounted() {
        durable.put("h", random(10));
        durable.evictAll();
        durable.pool().durable.orElseThrow().backing.isBack();
        List<String> violations = durable.pool().check();
        assertEquals(1, violations.size(), violations::toString);
        assertTrue(violations.getFirst().startsWith("I-22 "));
        durable.pool().durable.orElseThrow().backing.leaves();
    }

    @Test
    @DisplayName("scrubbing finds what is damaged, repairs what memory has, and marks the rest")
    void scrub() {
        BlobInfo resident = durable.put("resident", random(70_000)).info();
        BlobInfo absent = durable.put("absent", random(300_000)).info();
        durable.put("empty", random(0));
        durable.put("sound", random(5_000));
        assertTrue(durable.evict("absent"));
        durable.faults().damagePiece(durable.poolId(), resident.sequence(), 0);
        durable.faults().damagePiece(durable.poolId(), absent.sequence(), 1);
        ScrubResult first = durable.pool().keeper().scrub((done, goal) -> true);
        assertEquals(new ScrubResult(4, 375_000, 1, 1, true), first);
        assertInstanceOf(OpenResult.Corrupted.class, durable.pool().fetch("absent"));
        durable.evictAll();
        assertHolds("resident", random(70_000));
        assertHolds("sound", random(5_000));
        ScrubResult second = durable.pool().keeper().scrub((done, goal) -> done < 2);
        assertFalse(second.isComplete());
        durable.put("absent", random(10));
        assertHolds("absent", random(10));
        ScrubResult third = durable.pool().keeper().scrub((done, goal) -> true);
        assertEquals(0, third.corruptedBlobs());
    }

    @Test
    @DisplayName("a blob whose record is damaged can be deleted: then there is none")
    void damagedRecordIsDeleted() {
        durable.put("other", random(3_000));
        for (boolean isResident : new boolean[] {false, true}) {
            durable.put("h", random(5_000));
            assertTrue(isResident || durable.evict("h"));
            durable.faults().damageMeta(durable.poolId(), durable.pool().names.of("h").hash());
            assertEquals(
                    isResident,
                    durable.pool().fetch("h") instanceof OpenResult.Found,
                    "memory has it sound");
            assertEquals(DeleteOutcome.DELETED, durable.deleteLater("h").join());
            assertInstanceOf(OpenResult.Missing.class, durable.pool().fetch("h"));
            assertEquals(DeleteOutcome.MISSING, durable.deleteLater("h").join());
        }
        assertHolds("other", random(3_000));
        durable.restart();
        assertInstanceOf(OpenResult.Missing.class, durable.pool().fetch("h"));
        assertHolds("other", random(3_000));
    }

    @ParameterizedTest
    @EnumSource(BlobContent.class)
    @DisplayName(
            "whoever verifies pieces takes what is stored for sound, and no byte of it changed")
    void piecesAreVerified(BlobContent kind) {
        for (int size : new int[] {0, 8, 3_000, 70_000, 250_000}) {
            BlobInfo info = durable.put("h", kind.of(size, size)).info();
            BlobName name = durable.pool().names.of("h");
            BlobMeta meta =
                    assertInstanceOf(
                                    MetaResult.Found.class,
                                    durable.journal().readMeta(durable.poolId(), name.hash(), "h"))
                            .meta();
            StoredPieces pieces = new StoredPieces(BlobRigs.compressor());
            byte[] piece = new byte[Journal.MAX_PIECE_BYTES];
            for (int n = 0; n < meta.pieces(); n++) {
                int length =
                        durable.journal().readPiece(durable.poolId(), info.sequence(), n, piece);
                assertTrue(pieces.isSound(meta, n, piece, length), "piece " + n + " of " + size);
                for (int at = 0; at < length; at += 1 + length / 97) {
                    piece[at] ^= 0x10;
                    assertFalse(pieces.isSound(meta, n, piece, length), "byte " + at);
                    piece[at] ^= 0x10;
                }
                assertFalse(pieces.isSound(meta, n, piece, length - 1));
            }
        }
    }
}
