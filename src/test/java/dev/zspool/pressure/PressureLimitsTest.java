package dev.zspool.pressure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.pressure.PressureLimits.Mark;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What the constants come to, and which are refused.
@DisplayName("PressureLimits")
class PressureLimitsTest {
    private static final long MIB = 1L << 20;
    private static final long SECOND = 1_000_000_000L;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // limit | min | low | high | per tick, in MiB
                "    64 |   5 |  12 |   20 |   8",
                "   128 |   8 |  16 |   24 |   8",
                "   256 |   8 |  16 |   24 |  15",
                "   320 |   8 |  16 |   25 |  19",
                "   384 |   8 |  19 |   30 |  23",
                "   512 |  10 |  25 |   40 |  30",
                "  1024 |  20 |  51 |   81 |  61",
                "  8192 | 163 | 409 |  655 | 256",
                " 65536 | 256 | 640 | 1024 | 256",
            })
    void watermarks(long limitMib, long min, long low, long high, long perTick) {
        PressureLimits limits = PressureLimits.defaults();
        long limit = limitMib * MIB;
        assertEquals(min, limits.min().of(limit) / MIB);
        assertEquals(low, limits.low().of(limit) / MIB);
        assertEquals(high, limits.high().of(limit) / MIB);
        assertEquals(perTick, limits.perTick().of(limit) / MIB);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 1000, 4096, 1L << 62, Long.MAX_VALUE})
    @DisplayName("marks rise under every limit and never leave their range")
    void extremes(long limit) {
        PressureLimits limits = PressureLimits.defaults();
        long min = limits.min().of(limit);
        long low = limits.low().of(limit);
        long high = limits.high().of(limit);
        assertTrue(0 <= min && min <= low && low <= high && high <= 1024 * MIB);
        assertTrue(high <= limit);
    }

    private static PressureLimits with(Mark min, int growth, long settle, long hold, long calm) {
        PressureLimits usual = PressureLimits.defaults();
        return new PressureLimits(
                min,
                usual.low(),
                usual.high(),
                usual.perTick(),
                usual.stall(),
                growth,
                settle,
                hold,
                calm,
                usual.refuseAfterNanos(),
                usual.backoffNanos(),
                usual.writerFloorBytes());
    }

    private static void assertRefused(Mark min, int growth, long settle, long hold, long calm) {
        assertThrows(IllegalArgumentException.class, () -> with(min, growth, settle, hold, calm));
    }

    @Test
    @DisplayName("watermarks that do not rise, growth faster than release, times beyond 30 s")
    void refused() {
        Mark min = PressureLimits.defaults().min();
        assertEquals(PressureLimits.defaults(), with(min, 20, 2 * SECOND, 5 * SECOND, 30 * SECOND));
        assertRefused(new Mark(50, 0, MIB), 20, SECOND, SECOND, 30 * SECOND);
        assertRefused(new Mark(20, 16 * MIB, 100 * MIB), 20, SECOND, SECOND, 30 * SECOND);
        assertRefused(new Mark(20, 0, 640 * MIB), 20, SECOND, SECOND, 30 * SECOND);
        assertRefused(min, 0, SECOND, SECOND, 30 * SECOND);
        assertRefused(min, 61, SECOND, SECOND, 30 * SECOND);
        assertRefused(min, 20, 0, SECOND, 30 * SECOND);
        assertRefused(min, 20, SECOND, 8 * SECOND, 30 * SECOND);
        assertRefused(min, 20, 8 * SECOND, SECOND, 30 * SECOND);
        assertRefused(min, 20, SECOND, SECOND, 30 * SECOND + 1);
        assertThrows(IllegalArgumentException.class, () -> new Mark(0, 0, 1));
        assertThrows(IllegalArgumentException.class, () -> new Mark(1001, 0, 1));
        assertThrows(IllegalArgumentException.class, () -> new Mark(1, 2, 1));
        assertThrows(IllegalArgumentException.class, () -> new Mark(1, -1, 1));
    }

    @ParameterizedTest
    @CsvSource({"0, 200", "10, 0", "1001, 200", "10, 1001"})
    @DisplayName("shares of what stalls release")
    void refusedShares(int release, int most) {
        assertThrows(
                IllegalArgumentException.class,
                () -> new StallLimits(100, 50, 20, SECOND, SECOND, release, most));
    }

    @ParameterizedTest
    @CsvSource({"0, 1, 0", "1, 0, 0", "1, 1, -1", "31, 1, 0", "1, 31, 0"})
    @DisplayName("times that are not above 0, or beyond 30 s; a floor below 0")
    void refusedTimes(long refuseAfter, long backoff, long writerFloor) {
        PressureLimits usual = PressureLimits.defaults();
        assertThrows(
                IllegalArgumentException.class,
                () ->
                        new PressureLimits(
                                usual.min(),
                                usual.low(),
                                usual.high(),
                                usual.perTick(),
                                usual.stall(),
                                20,
                                SECOND,
                                SECOND,
                                30 * SECOND,
                                refuseAfter * SECOND,
                                backoff * SECOND,
                                writerFloor));
    }

    @ParameterizedTest
    @CsvSource({
        "5, 3, 8, 2",
        "-5, 3, -2, -8",
        "9223372036854775807, 1, 9223372036854775807, 9223372036854775806",
        "-9223372036854775808, 1, -9223372036854775807, -9223372036854775808",
        "-9223372036854775808, -1, -9223372036854775808, -9223372036854775807",
        "9223372036854775807, -1, 9223372036854775806, 9223372036854775807",
    })
    @DisplayName("sums stay in their range")
    void saturated(long a, long b, long sum, long difference) {
        assertEquals(sum, Saturated.plus(a, b));
        assertEquals(difference, Saturated.minus(a, b));
    }

    @ParameterizedTest
    @CsvSource({
        "1999, 500, 999",
        "1001, 999, 999",
        "9223372036854775807, 1000, 9223372036854775807"
    })
    @DisplayName("thousandths are exact")
    void permille(long of, int permille, long expected) {
        assertEquals(expected, Saturated.permille(of, permille));
    }

    @ParameterizedTest
    @CsvSource({
        "100, 50, 0, 2, 5",
        "100, 50, 50, 2, 5",
        "1001, 50, 20, 2, 5",
        "100, 0, 20, 2, 5",
        "100, 50, 20, 0, 5",
        "100, 50, 20, 5, 5",
        "100, 50, 20, 2, 1",
        "100, 1001, 20, 2, 5",
    })
    @DisplayName("limits of stalls without sense")
    void refusedStalls(int enter, int full, int leave, long window, long evict) {
        assertThrows(
                IllegalArgumentException.class,
                () ->
                        new StallLimits(
                                enter, full, leave, window * SECOND, evict * SECOND, 10, 200));
    }
}
