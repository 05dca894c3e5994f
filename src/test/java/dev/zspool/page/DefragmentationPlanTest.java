package dev.zspool.page;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class DefragmentationPlanTest {
    private static int[] planned(int... owned) {
        short[] counts = new short[owned.length];
        for (int block = 0; block < owned.length; block++) {
            counts[block] = (short) owned[block];
        }
        return DefragmentationPlan.sparsestFirst(counts);
    }

    @Test
    @DisplayName("the sparsest first, of equal ones the last; neither free nor full ones")
    void order() {
        assertArrayEquals(new int[] {}, planned());
        assertArrayEquals(new int[] {}, planned(0, 512, 0));
        assertArrayEquals(new int[] {3, 1, 2}, planned(512, 7, 511, 1, 0));
        assertArrayEquals(new int[] {4, 2, 0, 3, 1}, planned(9, 300, 9, 10, 9));
    }

    @Test
    @DisplayName("blocks that could be free: those beyond what the owned frames fill")
    void spareBlocks() {
        assertEquals(0, DefragmentationPlan.spareBlocks(0, 0));
        assertEquals(0, DefragmentationPlan.spareBlocks(1, 1));
        assertEquals(1, DefragmentationPlan.spareBlocks(2, 512));
        assertEquals(0, DefragmentationPlan.spareBlocks(2, 513));
        assertEquals(9, DefragmentationPlan.spareBlocks(10, 10));
        // Frames on their way back count, and may be in no used block.
        assertEquals(0, DefragmentationPlan.spareBlocks(1, 2_000));
        assertEquals(0, DefragmentationPlan.spareBlocks(1L << 16, 1L << 25));
    }
}
