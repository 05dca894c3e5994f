package dev.zspool.upkeep;

import java.time.Duration;

/// When work in the background starts, and how fast it goes.
///
/// @param background whether it starts by itself at all
/// @param thresholdPercent the share of what is in use that must be to gain, 1 to 100
/// @param interval the least time between the starts of two runs of the same work
/// @param dutyPercent the share of the time that it works, 1 to 100; it pauses in between
/// @param defragments whether pageblocks are made free in the background too
public record UpkeepOptions(
        boolean background,
        int thresholdPercent,
        Duration interval,
        int dutyPercent,
        boolean defragments) {
    public UpkeepOptions {
        requirePercent("thresholdPercent", thresholdPercent);
        requirePercent("dutyPercent", dutyPercent);
        if (interval.isNegative()) {
            throw new IllegalArgumentException("interval=" + interval);
        }
    }

    private static void requirePercent(String name, int value) {
        if (value < 1 || value > 100) {
            throw new IllegalArgumentException(name + "=" + value + " must be 1 to 100");
        }
    }
}
