package dev.zspool.upkeep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// When background work is worth its while.
@DisplayName("BackgroundPolicy")
class BackgroundPolicyTest {
    private static UpkeepOptions options(boolean background, int threshold, boolean defragments) {
        return new UpkeepOptions(background, threshold, Duration.ofSeconds(10), 30, defragments);
    }

    @ParameterizedTest
    @CsvSource({
        "true, 10, 255, 300, false",
        "true, 10, 256, 2560, true",
        "true, 10, 256, 2561, false",
        "true, 100, 5000, 5000, true",
        "true, 100, 4999, 5000, false",
        "true, 1, 0, 0, false",
        "false, 1, 5000, 5000, false",
        "true, 50, 4611686018427387, 9223372036854774, true",
    })
    void compaction(
            boolean background, int threshold, long reclaimable, long used, boolean expected) {
        assertEquals(
                expected,
                BackgroundPolicy.shouldCompact(
                        options(background, threshold, false), reclaimable, used));
    }

    @ParameterizedTest
    @CsvSource({
        "true, true, 15, 20, false",
        "true, true, 16, 160, true",
        "true, true, 16, 161, false",
        "true, false, 100, 100, false",
        "false, true, 100, 100, false",
    })
    void defragmentation(
            boolean background, boolean defragments, long spare, long backed, boolean expected) {
        assertEquals(
                expected,
                BackgroundPolicy.shouldDefragment(
                        options(background, 10, defragments), spare, backed));
    }

    @Test
    @DisplayName("percentages are 1 to 100, the interval is not negative")
    void options() {
        Duration second = Duration.ofSeconds(1);
        assertThrows(
                IllegalArgumentException.class,
                () -> new UpkeepOptions(true, 0, second, 30, false));
        assertThrows(
                IllegalArgumentException.class,
                () -> new UpkeepOptions(true, 10, second, 101, false));
        assertThrows(
                IllegalArgumentException.class,
                () -> new UpkeepOptions(true, 10, second.negated(), 30, false));
    }
}
