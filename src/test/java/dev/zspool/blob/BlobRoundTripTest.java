package dev.zspool.blob;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.codec.ContentHash;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What goes in comes out, at every length where the way of storing changes.
class BlobRoundTripTest {
    private static final int MIB = 1 << 20;
    private static final int[] EDGES = {
        0,
        1,
        7,
        8,
        9,
        63,
        64,
        1023,
        1024,
        65_535,
        65_536,
        65_537,
        2 * MIB - 1,
        2 * MIB,
        2 * MIB + 1,
        3 * MIB + 5
    };

    @RegisterExtension final BlobRigs rigs = new BlobRigs();

    /// Stores, reads, replaces by itself, deletes.
    private static void roundTrip(BlobRig rig, byte[] content, long declared, int portionBytes) {
        BlobWrite write = rig.pool().beginWrite("h", BlobAttributes.NONE, declared);
        PutResult result = TestUpload.run(write, content, portionBytes);
        BlobInfo info = BlobRig.stored(result);
        assertEquals(content.length, info.sizeBytes());
        assertEquals(ContentHash.hash(content, 0, content.length), info.contentHash());
        assertTrue(info.storedBytes() <= content.length, info::toString);
        rig.assertHolds("h", content);
        assertEquals(info, rig.reader("h").info());
    }

    @ParameterizedTest
    @EnumSource(BlobContent.class)
    @DisplayName("every edge, length declared or not, in one go or in odd portions")
    void edges(BlobContent kind) {
        BlobRig rig = rigs.large(BlobRigs.options(), BlobRigs.INLINE);
        for (int size : EDGES) {
            byte[] content = kind.of(size, size);
            roundTrip(rig, content, size, Integer.MAX_VALUE);
            roundTrip(rig, content, BlobRig.NOT_DECLARED, Integer.MAX_VALUE);
            if (size <= 65_537) {
                roundTrip(rig, content, size, 13);
            }
            roundTrip(rig, content, BlobRig.NOT_DECLARED, 4_099);
            assertEquals(1, rig.pool().stats().blobs());
            rig.assertSound();
            assertEquals(DeleteOutcome.DELETED, rig.delete("h"));
            rig.assertEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 8, 16})
    @DisplayName("every length from 3500 to 4200: inline, huge threshold, split")
    void aroundOnePage(int chainSize) {
        BlobRig rig = rigs.small(BlobRigs.chainSize(chainSize), BlobRigs.INLINE);
        List<byte[]> contents = new ArrayList<>();
        for (int size = 3_500; size <= 4_200; size++) {
            byte[] content = BlobContent.RANDOM.of(size, size);
            contents.add(content);
            rig.store("h" + size, content);
        }
        rig.assertSound();
        for (byte[] content : contents) {
            rig.assertHolds("h" + content.length, content);
        }
        for (byte[] content : contents) {
            assertEquals(DeleteOutcome.DELETED, rig.delete("h" + content.length));
        }
        rig.assertEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 8, 16})
    @DisplayName("stored bytes around every chunk edge of a block")
    void aroundChunks(int chainSize) {
        BlobRig rig = rigs.small(BlobRigs.chainSize(chainSize), BlobRigs.INLINE);
        for (int full : new int[] {2, 7, 16}) {
            int edge = full * ChunkPlan.FULL_CHUNK_BYTES;
            int threshold = rig.objects().sizeClasses().hugeThresholdBytes();
            int[] beyond = {-70, -65, -64, -63, -1, 0, 1, threshold - 13, threshold - 12, 4_019};
            for (int step : beyond) {
                int size = Math.min(edge + step, Blocks.BLOCK_BYTES);
                roundTrip(rig, BlobContent.RANDOM.of(size, step), size, Integer.MAX_VALUE);
            }
        }
        rig.delete("h");
        rig.assertEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = BlobContent.class,
            names = {"TEXT", "RANDOM", "MIXED", "ONE_WORD"})
    @DisplayName("64 MiB, through workers")
    void largest(BlobContent kind) {
        BlobRig rig = rigs.large(BlobRigs.options(), rigs.workers(2));
        byte[] content = kind.of(64 * MIB, 5);
        BlobInfo info = rig.store("h", content);
        rig.assertHolds("h", content);
        rig.assertSound();
        long expected = kind == BlobContent.ONE_WORD ? 1 : info.storedBytes() / 4_084;
        assertTrue(rig.liveObjects() >= expected);
        rig.delete("h");
        rig.assertEmpty();
    }

    @Test
    @DisplayName("blocks in any order, into any place of an array")
    void anyOrder() {
        BlobRig rig = rigs.large(BlobRigs.options(), BlobRigs.INLINE);
        byte[] content = BlobContent.MIXED.of(5 * MIB + 77, 1);
        rig.store("h", content);
        BlobReader reader = rig.reader("h");
        byte[] room = new byte[Blocks.BLOCK_BYTES + 10];
        for (int i = 0; i < reader.blocks(); i++) {
            int block = i * 37 % reader.blocks();
            assertEquals(ReadOutcome.OK, reader.readBlock(block, room, 10));
            int from = block * Blocks.BLOCK_BYTES;
            int length = reader.blockBytes(block);
            assertTrue(Arrays.equals(content, from, from + length, room, 10, 10 + length));
        }
        assertThrows(
                IndexOutOfBoundsException.class, () -> reader.readBlock(reader.blocks(), room, 0));
        assertThrows(IndexOutOfBoundsException.class, () -> reader.readBlock(0, room, 11));
    }

    private static final BlobAttributes LONGEST =
            new BlobAttributes("t".repeat(255), "ü".repeat(127) + "e");

    private static Stream<BlobAttributes> attributes() {
        return Stream.of(
                BlobAttributes.NONE,
                new BlobAttributes("text/plain", null),
                new BlobAttributes(null, "gzip"),
                new BlobAttributes("", ""),
                new BlobAttributes("application/x-odd; a=\"\u20ac \\\" \"", "br, \u0000"),
                LONGEST);
    }

    @Test
    @DisplayName("attributes come back, inline or not")
    void attributesComeBack() {
        BlobRig rig = rigs.small();
        for (int size : new int[] {0, 100, 3_000, 70_000, 2 * MIB + 1}) {
            attributes()
                    .forEach(given -> {
                        byte[] content = BlobContent.RANDOM.of(size, 1);
                        BlobWrite write = rig.pool().beginWrite("h", given, size);
                        BlobRig.stored(TestUpload.run(write, content, 65_536));
                        assertEquals(given, rig.reader("h").info().attributes());
                        rig.assertHolds("h", content);
                    });
        }
    }

    @Test
    @DisplayName("more attributes than the table has numbers for are written out")
    void manyAttributes() {
        BlobRig rig = rigs.small();
        int count = AttributeTable.MAX_IDS / 2 + 40;
        for (int i = 0; i < count; i++) {
            BlobAttributes given = new BlobAttributes("type/" + i, "encoding-" + i);
            BlobWrite write = rig.pool().beginWrite("h" + i, given, 20);
            BlobRig.stored(TestUpload.run(write, BlobContent.RANDOM.of(20, i), 20));
        }
        for (int i = 0; i < count; i++) {
            BlobAttributes expected = new BlobAttributes("type/" + i, "encoding-" + i);
            assertEquals(expected, rig.reader("h" + i).info().attributes());
            rig.assertHolds("h" + i, BlobContent.RANDOM.of(20, i));
        }
        BlobWrite write = rig.pool().beginWrite("h", LONGEST, 2 * MIB);
        byte[] content = BlobContent.RANDOM.of(2 * MIB, 3);
        BlobRig.stored(TestUpload.run(write, content, 65_536));
        assertEquals(LONGEST, rig.reader("h").info().attributes());
        rig.assertHolds("h", content);
    }

    @Test
    void attributesTooLong() {
        assertThrows(
                IllegalArgumentException.class, () -> new BlobAttributes("t".repeat(256), null));
        assertThrows(
                IllegalArgumentException.class, () -> new BlobAttributes(null, "ü".repeat(128)));
    }

    @Test
    @DisplayName("handles of 1 and of 128 characters, all that are allowed")
    void handles() {
        BlobRig rig = rigs.small();
        String allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._~-";
        List<String> handles = new ArrayList<>();
        allowed.chars().forEach(c -> handles.add(String.valueOf((char) c)));
        handles.add("h".repeat(128));
        handles.add("h".repeat(127));
        handles.add(allowed);
        for (String handle : handles) {
            rig.store(handle, BlobContent.RANDOM.of(3_260, handle.hashCode()));
        }
        for (String handle : handles) {
            rig.assertHolds(handle, BlobContent.RANDOM.of(3_260, handle.hashCode()));
            assertEquals(handle, rig.reader(handle).info().handle());
        }
        handles.forEach(rig::delete);
        rig.assertEmpty();
    }

    @Test
    @DisplayName("what is no handle is refused by every call")
    void badHandles() {
        BlobRig rig = rigs.small();
        List<String> bad =
                new ArrayList<>(
                        List.of("", "h".repeat(129), "a/b", "a b", "ä", "a\u0000", "a\n", "٣"));
        IntStream.range(0, 256)
                .filter(c -> !(Character.isLetterOrDigit(c) && c < 128) && "._~-".indexOf(c) < 0)
                .forEach(c -> bad.add("x" + (char) c));
        for (String handle : bad) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> rig.pool().beginWrite(handle, BlobAttributes.NONE, 0));
            assertThrows(IllegalArgumentException.class, () -> rig.pool().open(handle));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> rig.pool().delete(handle, WriteCondition.ALWAYS, outcome -> {}));
        }
        rig.assertEmpty();
    }

    @Test
    void missing() {
        BlobRig rig = rigs.small();
        assertInstanceOf(OpenResult.Missing.class, rig.pool().open("nobody"));
        assertEquals(DeleteOutcome.MISSING, rig.delete("nobody"));
        rig.store("somebody", new byte[3]);
        assertNull(rig.get("nobody"));
        assertNotNull(rig.get("somebody"));
    }

    @Test
    @DisplayName("created, then replaced; modified by the clock; sequences go up")
    void createdThenReplaced() {
        BlobRig rig = rigs.small();
        PutResult.Stored first =
                assertInstanceOf(PutResult.Stored.class, rig.put("h", new byte[] {1}));
        PutResult.Stored second =
                assertInstanceOf(PutResult.Stored.class, rig.put("h", new byte[] {2}));
        assertTrue(first.created());
        assertTrue(!second.created());
        assertEquals(1_000, second.info().modifiedEpochSeconds());
        assertTrue(second.info().sequence() > first.info().sequence());
        assertTrue(first.info().sequence() > 1_000L << 20, "begins at the clock's second");
        assertEquals(1, rig.pool().stats().blobs());
        assertEquals(1, rig.liveObjects());
    }
}
