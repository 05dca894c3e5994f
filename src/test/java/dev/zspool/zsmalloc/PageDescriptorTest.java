package dev.zspool.zsmalloc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.page.ArenaOptions;
import dev.zspool.page.Frames;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PageDescriptorTest {
    /// The last frame of the largest arena; one more would be the chain's end mark.
    private static final int LAST_FRAME = (int) ArenaOptions.MAX_FRAMES - 1;

    @Test
    @DisplayName("B24 every zspage, position and next frame survives, at all edges")
    void roundTrip() {
        int[] zspages = {1, 2, 127, 128, 0x2AA_AAAA, 0x555_5555, LAST_FRAME + 1, (1 << 27) - 1};
        int[] nextFrames = {Frames.NO_FRAME, 0, 1, 0xAA_AAAA, 0x155_5555, LAST_FRAME};
        for (int zspage : zspages) {
            for (int position = 0; position < PoolGeometry.MAX_CHAIN_SIZE; position++) {
                for (int next : nextFrames) {
                    long word = PageDescriptor.of(zspage, position, next);
                    assertEquals(zspage, PageDescriptor.zspage(word));
                    assertEquals(position, PageDescriptor.position(word));
                    assertEquals(next, PageDescriptor.nextFrame(word));
                    assertTrue(PageDescriptor.isOfZspage(word));
                }
            }
        }
    }

    @Test
    @DisplayName("a free frame's word, and one that lost a bit of its magic, are told")
    void magic() {
        assertFalse(PageDescriptor.isOfZspage(0));
        assertFalse(PageDescriptor.isOfZspage(-1));
        long word = PageDescriptor.of(5, 3, 9);
        for (int bit = 56; bit < 64; bit++) {
            assertFalse(PageDescriptor.isOfZspage(word ^ 1L << bit));
        }
    }
}
