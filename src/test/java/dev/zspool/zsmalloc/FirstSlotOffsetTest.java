package dev.zspool.zsmalloc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class FirstSlotOffsetTest {
    @Test
    @DisplayName("B1 first-offset-exhaustive: all classes x pages x chain sizes x page sizes")
    void exhaustive() {
        int spanningPages = 0;
        for (int pageSize : new int[] {4096, 16_384, 65_536}) {
            for (int chain = 4; chain <= 16; chain++) {
                PoolGeometry geometry = new PoolGeometry(pageSize, chain);
                for (SizeClassShape shape : SizeClassTable.of(geometry).shapes()) {
                    for (int position = 0; position < shape.pagesPerZspage(); position++) {
                        assertPage(shape, position, pageSize);
                        spanningPages += position > 0 ? 1 : 0;
                    }
                }
            }
        }
        assertTrue(spanningPages > 1000);
    }

    private static void assertPage(SizeClassShape shape, int position, int pageSize) {
        int offset = shape.firstSlotOffset(position, pageSize);
        assertTrue(offset >= 0 && offset < shape.sizeBytes(), shape::toString);
        int expected = firstByWalking(shape, position, pageSize);
        if (expected >= 0) {
            assertEquals(expected, offset, () -> shape + " page " + position);
        } else {
            // No slot starts here: an offset in the page would lead to one that does not exist
            // (B4).
            int start = position * pageSize + offset;
            assertTrue(
                    offset >= pageSize || start >= shape.slotsPerZspage() * shape.sizeBytes(),
                    () -> shape + " page " + position);
        }
    }

    private static int firstByWalking(SizeClassShape shape, int position, int pageSize) {
        for (int slot = 0; slot < shape.slotsPerZspage(); slot++) {
            int start = slot * shape.sizeBytes();
            if (start / pageSize == position) {
                return start % pageSize;
            }
        }
        return -1;
    }

    @Test
    @DisplayName("B1 the formula of the 2016 patch is wrong for all 471 pages of chain size 8")
    void oldFormula() {
        int pages = 0;
        int wrong = 0;
        for (SizeClassShape shape : SizeClassTable.of(new PoolGeometry(4096, 8)).shapes()) {
            for (int position = 1; position < shape.pagesPerZspage(); position++) {
                int slots = shape.slotsPerZspage();
                int old =
                        (slots * shape.sizeBytes() * position / shape.pagesPerZspage()
                                        + shape.sizeBytes())
                                % 4096;
                pages++;
                wrong += old == shape.firstSlotOffset(position, 4096) ? 0 : 1;
            }
        }
        assertEquals(471, pages);
        assertEquals(471, wrong);
    }
}
