package dev.zspool.blob;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.page.Pace;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A reader sees the version that it was opened on, or learns that it is gone.
class BlobReaderTest {
    private static final int BLOCK = Blocks.BLOCK_BYTES;

    @RegisterExtension final BlobRigs rigs = new BlobRigs();

    /// Stores other blobs that take over the handles and the memory of what was freed.
    private static void reuse(BlobRig rig) {
        for (int i = 0; i < 1_500; i++) {
            rig.store("reuser" + i % 40, BlobContent.RANDOM.of(9_000, i));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {5_000, BLOCK, 3 * BLOCK, 33 * BLOCK})
    @DisplayName("replaced, then deleted, its chunks reused: never another's bytes")
    void replaced(int size) {
        BlobRig rig = rigs.small();
        byte[] old = BlobContent.RANDOM.of(size, 1);
        byte[] room = new byte[BLOCK];
        rig.store("h", old);
        BlobReader reader = rig.reader("h");
        assertEquals(ReadOutcome.OK, reader.readBlock(0, room, 0));
        rig.store("h", BlobContent.RANDOM.of(size, 2));
        for (int block = 0; block < reader.blocks(); block++) {
            assertEquals(ReadOutcome.REPLACED, reader.readBlock(block, room, 0));
        }
        reuse(rig);
        for (int block = 0; block < reader.blocks(); block++) {
            assertEquals(ReadOutcome.REPLACED, reader.readBlock(block, room, 0));
        }
        BlobReader second = rig.reader("h");
        rig.delete("h");
        assertEquals(ReadOutcome.REPLACED, second.readBlock(0, room, 0));
        reuse(rig);
        assertEquals(ReadOutcome.REPLACED, second.readBlock(0, room, 0));
        assertEquals(0, rig.pool().stats().corruptedReads(), "replaced is not damaged");
    }

    @Test
    @DisplayName("what is in the root itself is read to its end, whatever happens")
    void inRoot() {
        for (byte[] old :
                new byte[][] {
                    BlobContent.RANDOM.of(3_000, 1),
                    BlobContent.ZEROS.of(40 * BLOCK + 3, 1),
                    BlobContent.ONE_WORD.of(40 * BLOCK + 3, 1),
                    new byte[0]
                }) {
            BlobRig rig = rigs.small();
            rig.store("h", old);
            BlobReader reader = rig.reader("h");
            rig.store("h", BlobContent.RANDOM.of(3_000, 2));
            reuse(rig);
            rig.delete("h");
            assertTrue(Arrays.equals(old, BlobRig.content(reader)));
        }
    }

    @Test
    @DisplayName("the same content anew is another version")
    void sameContentAnew() {
        BlobRig rig = rigs.small();
        byte[] content = BlobContent.RANDOM.of(2 * BLOCK, 1);
        rig.store("h", content);
        BlobReader reader = rig.reader("h");
        rig.store("h", content);
        assertEquals(ReadOutcome.REPLACED, reader.readBlock(0, new byte[BLOCK], 0));
        rig.assertHolds("h", content);
    }

    @Test
    @DisplayName("compaction moves objects under readers, which go on")
    void compaction() {
        BlobRig rig = rigs.small();
        byte[] content = BlobContent.TEXT.of(34 * BLOCK, 1);
        rig.store("h", content);
        for (int i = 0; i < 600; i++) {
            rig.store("other" + i, BlobContent.RANDOM.of(500 + i * 3, i));
        }
        BlobReader reader = rig.reader("h");
        byte[] room = new byte[BLOCK];
        assertEquals(ReadOutcome.OK, reader.readBlock(0, room, 0));
        for (int i = 0; i < 600; i++) {
            if (i % 5 != 0) {
                rig.delete("other" + i);
            }
        }
        assertTrue(rig.pool().stats().reclaimablePages() > 0);
        assertTrue(rig.pool().compact(Pace.FULL_SPEED).freedPages() > 0);
        assertTrue(Arrays.equals(content, BlobRig.content(reader)));
        assertTrue(rig.pool().stats().freedByCompactionPages() > 0);
        for (int i = 0; i < 600; i += 5) {
            rig.assertHolds("other" + i, BlobContent.RANDOM.of(500 + i * 3, i));
        }
    }

    @Test
    @DisplayName("a blob is not there before it is committed")
    void notBeforeCommit() {
        BlobRig rig = rigs.small();
        for (int size : new int[] {10, BLOCK, 5 * BLOCK}) {
            BlobWrite write = rig.pool().beginWrite("h", BlobAttributes.NONE, size);
            TestUpload upload = new TestUpload(write);
            upload.begin();
            byte[] content = BlobContent.MIXED.of(size, 1);
            upload.send(content, 0, size, BLOCK);
            assertInstanceOf(OpenResult.Missing.class, rig.pool().open("h"));
            assertEquals(0, rig.pool().stats().blobs());
            BlobRig.stored(upload.commit());
            rig.assertHolds("h", content);
            rig.delete("h");
        }
        rig.assertEmpty();
    }
}
