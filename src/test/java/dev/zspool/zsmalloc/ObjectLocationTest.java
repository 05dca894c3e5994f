package dev.zspool.zsmalloc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.page.ArenaOptions;
import dev.zspool.page.Frames;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ObjectLocationTest {
    private static final int LAST_FRAME = (int) ArenaOptions.MAX_FRAMES;
    private static final int LAST_VERSION = (1 << ObjectLocation.VERSION_BITS) - 1;
    private static final int[] FRAMES = {0, 1, 511, 512, 0x155_5555, 0xAA_AAAA, LAST_FRAME};
    private static final int[] VERSIONS = {0, 1, 2, 0x15_5555, 0xA_AAAA, LAST_VERSION};

    @Test
    @DisplayName("B18 class-index-roundtrip: every index of 4, 16 and 64 KiB pages")
    void everyClassIndex() {
        for (int pageSize : new int[] {4096, 16_384, 65_536}) {
            int classes = new PoolGeometry(pageSize, 8).nominalClasses();
            for (int index = 0; index < classes; index++) {
                for (int version : VERSIONS) {
                    for (int frame : FRAMES) {
                        assertRoundTrip(version, index, frame, 0);
                        assertRoundTrip(version, index, frame, 4080);
                    }
                }
            }
        }
    }

    @Test
    @DisplayName("B24 max-frame-number-roundtrip: every bit of a frame's number, every offset")
    void everyFrameBit() {
        for (int bit = 0; bit < ObjectLocation.FRAME_BITS; bit++) {
            for (int offset = 0; offset < Frames.FRAME_BYTES; offset += 16) {
                assertRoundTrip(LAST_VERSION, 256, 1 << bit, offset);
                assertRoundTrip(0, 0, LAST_FRAME ^ 1 << bit, offset);
            }
        }
    }

    @Test
    @DisplayName("B24 the largest arena's last frame fits, and a larger arena is refused")
    void largestArena() {
        assertEquals(LAST_FRAME, (1 << ObjectLocation.FRAME_BITS) - 1);
        assertThrows(IllegalArgumentException.class, () -> ArenaOptions.ofSize(1L << 37));
    }

    private static void assertRoundTrip(int version, int index, int frame, int offset) {
        long word = ObjectLocation.live(version, index, frame, offset);
        assertTrue(ObjectLocation.isLive(word));
        assertEquals(version, ObjectLocation.version(word));
        assertEquals(index, ObjectLocation.classIndex(word));
        assertEquals(frame, ObjectLocation.frame(word));
        assertEquals(offset, ObjectLocation.offsetBytes(word));
    }

    @Test
    @DisplayName(
            "B16 cell-has-one-meaning: the word of a free cell is never live, and keeps both parts")
    void freeWords() {
        for (int cell = 0; cell < HandleTable.CELLS_PER_PAGE; cell++) {
            for (int version : VERSIONS) {
                long word = ObjectLocation.free(version, cell);
                assertFalse(ObjectLocation.isLive(word));
                assertEquals(version, ObjectLocation.version(word));
                assertEquals(cell, ObjectLocation.nextFreeCell(word));
            }
        }
        assertFalse(ObjectLocation.isLive(0L));
    }

    @Test
    @DisplayName("words of different versions differ, whatever else is the same")
    void versionsDiffer() {
        for (int version = 1; version <= LAST_VERSION; version++) {
            long word = ObjectLocation.live(version, 3, 7, 16);
            if (word == ObjectLocation.live(version - 1, 3, 7, 16)) {
                throw new AssertionError("version " + version);
            }
        }
    }
}
