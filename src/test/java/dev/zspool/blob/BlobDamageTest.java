package dev.zspool.blob;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.zsmalloc.ZsPool;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Damaged bytes of every kind of object are found, counted, and never given out.
class BlobDamageTest {
    private static final int MIB = 1 << 20;
    private static final byte ALL_BITS = (byte) 0xFF;

    @RegisterExtension final BlobRigs rigs = new BlobRigs();

    /// An object of a blob, where it lies in the arena. One that straddles two frames is not taken.
    record Place(MemorySegment memory, long address, int length) {
        void flip(int offset, byte bits) {
            byte now = memory.get(ValueLayout.JAVA_BYTE, address + offset);
            memory.set(ValueLayout.JAVA_BYTE, address + offset, (byte) (now ^ bits));
        }
    }

    /// The objects of a blob, found by the word that each begins with.
    static List<Place> places(BlobRig rig, long sequence, IntPredicate isType) {
        MemorySegment memory = rig.arena().memory();
        List<Place> places = new ArrayList<>();
        int frames = (int) rig.arena().stats().ownedFrames() + 600;
        for (long address = 0; address < (long) frames << 12; address += 8) {
            long word = memory.get(ValueLayout.JAVA_LONG, address);
            if (ObjectLayout.sequence(word) == sequence && isType.test(ObjectLayout.type(word))) {
                int length = (int) (4096 - (address & 4095));
                places.add(new Place(memory, address, length));
            }
        }
        return places;
    }

    static Place root(BlobRig rig, BlobInfo info) {
        List<Place> roots = places(rig, info.sequence(), RootKind::isRoot);
        assertEquals(1, roots.size());
        return roots.getFirst();
    }

    /// Reads everything that can be read; what is given out must be right.
    ///
    /// @return whether damage was found and counted
    private static boolean isFound(BlobRig rig, String handle, byte[] content) {
        long before = rig.pool().stats().corruptedReads();
        boolean found = false;
        switch (rig.pool().open(handle)) {
            case OpenResult.Found(BlobReader reader) -> {
                byte[] room = new byte[Blocks.BLOCK_BYTES];
                assertEquals(content.length, reader.info().sizeBytes());
                for (int block = 0; block < reader.blocks(); block++) {
                    ReadOutcome outcome = reader.readBlock(block, room, 0);
                    int from = block * Blocks.BLOCK_BYTES;
                    int to = from + reader.blockBytes(block);
                    if (outcome == ReadOutcome.OK) {
                        assertTrue(
                                Arrays.equals(content, from, to, room, 0, to - from),
                                "wrong bytes were given out");
                    } else {
                        assertEquals(ReadOutcome.CORRUPTED, outcome);
                        found = true;
                    }
                }
            }
            case OpenResult.Corrupted() -> found = true;
            case OpenResult other -> throw new AssertionError("damaged, not " + other);
        }
        long counted = rig.pool().stats().corruptedReads() - before;
        assertEquals(found, counted > 0, "counted");
        return found;
    }

    @Test
    @DisplayName("every byte of a small blob's root object")
    void everyByteOfRoot() {
        BlobRig rig = rigs.small();
        BlobAttributes attributes = new BlobAttributes("text/plain", "gzip");
        for (BlobContent kind : List.of(BlobContent.RANDOM, BlobContent.TEXT, BlobContent.ZEROS)) {
            byte[] content = kind.of(600, 1);
            BlobWrite write = rig.pool().beginWrite("some-handle", attributes, 600);
            BlobInfo info = BlobRig.stored(TestUpload.run(write, content, 600));
            Place root = root(rig, info);
            // Some damage of LZ4's bytes is none: the same bytes come out, from another place.
            int header = 28 + 11 + 2 + (info.storedBytes() < 128 ? 1 : 2) + 2;
            int length =
                    switch (kind) {
                        case ZEROS -> header + 8;
                        case RANDOM -> header + 1 + 600;
                        default -> header + 1;
                    };
            for (int offset = 0; offset < length; offset++) {
                for (byte bits : new byte[] {1, (byte) 0x80, ALL_BITS}) {
                    root.flip(offset, bits);
                    assertTrue(
                            isFound(rig, "some-handle", content),
                            kind + ": byte " + offset + " flipped by " + bits);
                    root.flip(offset, bits);
                }
            }
            rig.assertHolds("some-handle", content);
            rig.delete("some-handle");
        }
        rig.assertEmpty();
    }

    @Test
    @DisplayName("every byte of a root with records, and of each of its chunks")
    void recordsAndChunks() {
        BlobRig rig = rigs.small();
        byte[] content = BlobContent.RANDOM.of(9_000, 1);
        BlobInfo info = rig.store("h", content);
        Place root = root(rig, info);
        int rootLength = 28 + 1 + 2 + 2 + 12 + 3 * 4;
        List<Place> chunks = places(rig, info.sequence(), type -> type == ObjectLayout.TYPE_CHUNK);
        assertEquals(3, chunks.size());
        for (int offset = 0; offset < rootLength; offset++) {
            assertFlipFound(rig, root, offset, content);
        }
        for (Place chunk : chunks) {
            int inFirstFrame = Math.min(chunk.length(), 840);
            for (int offset = 0; offset < inFirstFrame; offset++) {
                assertFlipFound(rig, chunk, offset, content);
            }
        }
        rig.assertHolds("h", content);
    }

    private static void assertFlipFound(BlobRig rig, Place place, int offset, byte[] content) {
        place.flip(offset, ALL_BITS);
        assertTrue(isFound(rig, "h", content), () -> place + " byte " + offset);
        place.flip(offset, ALL_BITS);
    }

    @Test
    @DisplayName("every byte of a branch: its header, records' codec, length, hash, handles, words")
    void branches() {
        BlobRig rig = rigs.small();
        byte[] content = BlobContent.MIXED.of(2 * MIB + 5 * Blocks.BLOCK_BYTES, 1);
        BlobInfo info = rig.store("h", content);
        List<Place> branches =
                places(rig, info.sequence(), type -> type == ObjectLayout.TYPE_BRANCH);
        assertEquals(2, branches.size());
        for (Place branch : branches) {
            int used = Math.min(branch.length(), 200);
            for (int offset = 0; offset < used; offset++) {
                assertFlipFound(rig, branch, offset, content);
            }
        }
        rig.assertHolds("h", content);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 8, 16, 32, 64, 128})
    @DisplayName("a damaged branch does not free other blobs' objects with its own blob")
    void damagedBranchIsDeleted(int bits) {
        for (boolean replace : new boolean[] {false, true}) {
            BlobRig rig = rigs.small();
            List<byte[]> others = new ArrayList<>();
            for (int i = 0; i < 400; i++) {
                others.add(BlobContent.RANDOM.of(100 + i, i));
                rig.store("other" + i, others.get(i));
            }
            byte[] content = BlobContent.TEXT.of(2 * MIB + 10 * Blocks.BLOCK_BYTES, 1);
            BlobInfo info = rig.store("h", content);
            Place branch =
                    places(rig, info.sequence(), type -> type == ObjectLayout.TYPE_BRANCH)
                            .getFirst();
            for (int offset = 12; offset < Math.min(branch.length(), 300); offset += 3) {
                branch.flip(offset, (byte) bits);
            }
            if (replace) {
                rig.store("h", new byte[1]);
            } else {
                assertEquals(DeleteOutcome.DELETED, rig.delete("h"));
            }
            for (int i = 0; i < others.size(); i++) {
                rig.assertHolds("other" + i, others.get(i));
            }
            rigs.isDamaged(rig);
        }
    }

    @Test
    @DisplayName("a damaged root can be deleted and replaced, and the counts of blobs stay right")
    void damagedRootIsDeleted() {
        BlobRig rig = rigs.small();
        rig.store("other", BlobContent.RANDOM.of(50_000, 1));
        BlobInfo first = rig.store("h", BlobContent.RANDOM.of(50_000, 1));
        root(rig, first).flip(40, ALL_BITS);
        assertInstanceOf(OpenResult.Corrupted.class, rig.pool().open("h"));
        assertEquals(2, rig.pool().stats().blobs());
        BlobInfo second = rig.store("h", BlobContent.TEXT.of(50_000, 1));
        assertEquals(2, rig.pool().stats().blobs());
        root(rig, second).flip(3, ALL_BITS);
        assertEquals(DeleteOutcome.DELETED, rig.delete("h"));
        assertEquals(1, rig.pool().stats().blobs());
        assertInstanceOf(OpenResult.Missing.class, rig.pool().open("h"));
        rig.assertHolds("other", BlobContent.RANDOM.of(50_000, 1));
        assertTrue(rig.pool().stats().corruptedReads() >= 3);
        rigs.isDamaged(rig);
    }

    @Test
    @DisplayName("a damaged root is no published blob to a condition")
    void conditionOnDamage() {
        BlobRig rig = rigs.small();
        BlobInfo info = rig.store("h", new byte[10]);
        root(rig, info).flip(20, ALL_BITS);
        BlobWrite write =
                rig.pool()
                        .beginWrite(
                                WriteRequest.of("h", BlobAttributes.NONE, 1)
                                        .onlyIf(published -> {
                                            assertTrue(published.isEmpty());
                                            return true;
                                        }));
        BlobRig.stored(TestUpload.run(write, new byte[] {7}, 1));
        rig.assertHolds("h", new byte[] {7});
        assertEquals(1, rig.pool().stats().blobs());
        rigs.isDamaged(rig);
    }

    @Test
    @DisplayName("every object carries its blob's sequence and its position")
    void owners() {
        BlobRig rig = rigs.small();
        byte[] content = BlobContent.RANDOM.of(2 * MIB + 100_000, 1);
        BlobInfo info = rig.store("h", content);
        BlobInfo other = rig.store("other", content);
        assertNotEquals(info.sequence(), other.sequence());
        List<Place> chunks = places(rig, info.sequence(), type -> type == ObjectLayout.TYPE_CHUNK);
        List<Place> branches =
                places(rig, info.sequence(), type -> type == ObjectLayout.TYPE_BRANCH);
        long positions =
                chunks.stream()
                        .map(at -> at.memory().get(ValueLayout.JAVA_INT, at.address() + 8))
                        .distinct()
                        .count();
        assertEquals(chunks.size(), positions, "a position for each");
        assertEquals(2, branches.size());
        assertEquals(rig.liveObjects(), 2L * (1 + chunks.size() + branches.size()));
    }

    @Test
    @DisplayName("a chunk of another blob, or of another position, is never taken")
    void foreignChunks() {
        BlobRig rig = rigs.small();
        byte[] content = BlobContent.RANDOM.of(9_000, 1);
        BlobInfo info = rig.store("h", content);
        BlobReader reader = rig.reader("h");
        byte[] room = new byte[9_000];
        List<Place> chunks = places(rig, info.sequence(), type -> type == ObjectLayout.TYPE_CHUNK);
        // The same bytes under another sequence, as a handle's next life would show them.
        chunks.getFirst().flip(0, (byte) 1);
        assertEquals(ReadOutcome.CORRUPTED, reader.readBlock(0, room, 0));
        chunks.getFirst().flip(0, (byte) 1);
        // Another position of the same blob.
        chunks.getFirst().flip(8, (byte) 1);
        assertEquals(ReadOutcome.CORRUPTED, reader.readBlock(0, room, 0));
        chunks.getFirst().flip(8, (byte) 1);
        assertEquals(ReadOutcome.OK, reader.readBlock(0, room, 0));
        // Freed under the reader, the blob still published: damage.
        long handle = ObjectLayout.handleAt(rootBytes(rig, info), 28 + 1 + 2 + 2 + 12);
        rig.objects().free(handle);
        assertEquals(ReadOutcome.CORRUPTED, reader.readBlock(0, room, 0));
        rig.delete("h");
        assertEquals(ReadOutcome.REPLACED, reader.readBlock(0, room, 0));
        rig.assertEmpty();
    }

    private static byte[] rootBytes(BlobRig rig, BlobInfo info) {
        Place root = root(rig, info);
        byte[] bytes = new byte[ZsPool.MAX_OBJECT_BYTES];
        int length = Math.min(root.length(), 64);
        MemorySegment.copy(root.memory(), ValueLayout.JAVA_BYTE, root.address(), bytes, 0, length);
        return bytes;
    }
}
