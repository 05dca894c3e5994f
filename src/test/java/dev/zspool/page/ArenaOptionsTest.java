package dev.zspool.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ArenaOptionsTest {
    private static final long LARGEST = (1L << 37) - Frames.PAGEBLOCK_BYTES;

    @Test
    @DisplayName("B24 an arena whose frames the words cannot name is refused")
    void tooLarge() {
        assertEquals(LARGEST, ArenaOptions.ofSize(LARGEST).sizeBytes());
        assertThrows(
                IllegalArgumentException.class,
                () -> ArenaOptions.ofSize(LARGEST + Frames.PAGEBLOCK_BYTES));
        assertThrows(IllegalArgumentException.class, () -> ArenaOptions.ofSize(1L << 50));
    }

    @Test
    @DisplayName("sizes are whole pageblocks, limits positive, stocks not negative")
    void bounds() {
        long block = Frames.PAGEBLOCK_BYTES;
        assertThrows(IllegalArgumentException.class, () -> new ArenaOptions(0, 1, 0));
        assertThrows(IllegalArgumentException.class, () -> new ArenaOptions(-block, 1, 0));
        assertThrows(IllegalArgumentException.class, () -> new ArenaOptions(block + 4096, 1, 0));
        assertThrows(IllegalArgumentException.class, () -> new ArenaOptions(block, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> new ArenaOptions(block, 1, -1));
        assertEquals(512, ArenaOptions.ofSize(block).limitPages());
    }
}
