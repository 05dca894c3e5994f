package dev.zspool.blob;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The watermarks of a limit.
class PoolWatermarksTest {
    @ParameterizedTest
    @CsvSource({
        "4096, 32, 128, 256",
        "2097152, 16384, 65536, 131072",
        "4294967296, 33554432, 134217728, 268435456",
        "1099511627776, 33554432, 134217728, 268435456"
    })
    @DisplayName("parts of the limit, and no more than enough of a large one")
    void table(long limit, long min, long low, long high) {
        assertEquals(new PoolWatermarks(min, low, high), PoolWatermarks.of(limit));
    }

    @Test
    @DisplayName("eviction begins below low, ends at high; above it what was evicted comes back")
    void hysteresis() {
        PoolWatermarks marks = new PoolWatermarks(10, 20, 40);
        assertTrue(marks.isShort(19));
        assertFalse(marks.isShort(20));
        assertTrue(marks.wantsMore(39));
        assertFalse(marks.wantsMore(40));
        assertFalse(marks.hasFreeRoom(40));
        assertTrue(marks.hasFreeRoom(41));
        assertTrue(marks.isDire(9));
        assertTrue(marks.isDire(-1));
        assertFalse(marks.isDire(10));
    }
}
