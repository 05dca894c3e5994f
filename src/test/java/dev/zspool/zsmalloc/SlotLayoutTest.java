package dev.zspool.zsmalloc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SlotLayoutTest {
    @Test
    @DisplayName("every link survives, the end mark included, and is not taken for an object")
    void links() {
        for (int slot = 0; slot <= SlotLayout.NO_SLOT; slot++) {
            long header = SlotLayout.free(slot);
            assertFalse(SlotLayout.isAllocated(header));
            assertEquals(slot, SlotLayout.nextFreeSlot(header));
        }
    }

    @Test
    @DisplayName("handles of every width survive")
    void handles() {
        for (int bit = 0; bit < 62; bit++) {
            for (long handle : new long[] {1L << bit, (1L << (bit + 1)) - 1}) {
                long header = SlotLayout.allocated(handle);
                assertTrue(SlotLayout.isAllocated(header));
                assertEquals(handle, SlotLayout.handle(header));
            }
        }
    }

    @Test
    @DisplayName("B4 no class has so many slots that an index could be the end mark")
    void endMark() {
        for (int pageSize : new int[] {4096, 16_384, 65_536}) {
            for (int chain = 4; chain <= 16; chain++) {
                for (SizeClassShape shape :
                        SizeClassTable.of(new PoolGeometry(pageSize, chain)).shapes()) {
                    assertTrue(shape.slotsPerZspage() < SlotLayout.NO_SLOT);
                }
            }
        }
    }
}
