package dev.zspool.pressure;

/// The constants of the policy.
///
/// The watermarks are headroom under the limit, as those of `kswapd`: below low the service
/// shrinks, until it is at high; below min writers wait. Its own growth ends at high, so that only
/// others can bring it below low, and the band between the two is what they may do without being
/// noticed.
///
/// @param min below it writers wait
/// @param low below it the service shrinks
/// @param high until here
/// @param perTick the most that is released in a tick
/// @param stall when tasks that stand still count
/// @param growthPermille the share of the limit by which the budget grows back in a second, if that
///   is fast enough to be back in time; not more than what a tick releases
/// @param settleNanos how long headroom stays at high before shrinking ends
/// @param holdNanos how long after the last sign of pressure the budget grows again into the last
///   headroom above high, as much again as high; longer when pressure comes back, up to half of the
///   time to forget
/// @param calmNanos how long after the last sign of pressure all is forgotten, up to 30 s
/// @param refuseAfterNanos how long nothing could be released, below min, before writers are
///   refused
/// @param backoffNanos the longest pause between two tries where there is nothing to get
/// @param writerFloorBytes so much that can be evicted stays for waiting writers to replace, unless
///   headroom is below min
public record PressureLimits(
        Mark min,
        Mark low,
        Mark high,
        Mark perTick,
        StallLimits stall,
        int growthPermille,
        long settleNanos,
        long holdNanos,
        long calmNanos,
        long refuseAfterNanos,
        long backoffNanos,
        long writerFloorBytes) {
    private static final long MIB = 1L << 20;
    private static final long SECOND = 1_000_000_000L;
    private static final long MOST_CALM_NANOS = 30 * SECOND;

    /// A share of the limit, within bounds.
    ///
    /// @param permille the share
    /// @param floorBytes at least so much, but no more than four times the share
    /// @param capBytes at most so much
    public record Mark(int permille, long floorBytes, long capBytes) {
        public Mark {
            requirePermille("permille", permille);
            if (floorBytes < 0 || capBytes < floorBytes || capBytes == 0) {
                throw new IllegalArgumentException(
                        "floorBytes=" + floorBytes + ", capBytes=" + capBytes);
            }
        }

        /// What the mark is under a limit.
        public long of(long limitBytes) {
            long share = Saturated.permille(limitBytes, permille);
            long floor = share > floorBytes / 4 ? floorBytes : share * 4;
            return Math.min(Math.max(share, floor), capBytes);
        }

        private boolean isBelow(Mark other) {
            return permille < other.permille
                    && floorBytes < other.floorBytes
                    && capBytes < other.capBytes;
        }
    }

    public PressureLimits {
        if (!min.isBelow(low) || !low.isBelow(high)) {
            throw new IllegalArgumentException(
                    "min=" + min + ", low=" + low + ", high=" + high + " must rise");
        }
        requirePermille("growthPermille", growthPermille);
        if (growthPermille > perTick.permille()) {
            throw new IllegalArgumentException(
                    "growthPermille="
                            + growthPermille
                            + " must not be more than a tick releases: "
                            + perTick);
        }
        requireNanos("settleNanos", settleNanos);
        requireNanos("holdNanos", holdNanos);
        requireNanos("calmNanos", calmNanos);
        requireNanos("refuseAfterNanos", refuseAfterNanos);
        requireNanos("backoffNanos", backoffNanos);
        if (settleNanos > calmNanos / 4 || holdNanos > calmNanos / 4) {
            throw new IllegalArgumentException(
                    "settleNanos="
                            + settleNanos
                            + ", holdNanos="
                            + holdNanos
                            + " must each be a quarter of calmNanos="
                            + calmNanos
                            + " at most");
        }
        if (writerFloorBytes < 0) {
            throw new IllegalArgumentException("writerFloorBytes=" + writerFloorBytes);
        }
    }

    static void requirePermille(String name, int value) {
        if (value < 1 || value > 1000) {
            throw new IllegalArgumentException(name + "=" + value + " must be 1 to 1000");
        }
    }

    private static void requireNanos(String name, long value) {
        if (value <= 0 || value > MOST_CALM_NANOS) {
            throw new IllegalArgumentException(name + "=" + value + " must be above 0, up to 30 s");
        }
    }

    /// What fits limits from 256 MiB to 64 GiB. Under 384 MiB writers wait below 8 MiB of headroom,
    /// shrinking begins below 19 MiB, and the service leaves 30 MiB to others.
    public static PressureLimits defaults() {
        return new PressureLimits(
                new Mark(20, 8 * MIB, 256 * MIB),
                new Mark(50, 16 * MIB, 640 * MIB),
                new Mark(80, 24 * MIB, 1024 * MIB),
                new Mark(60, 8 * MIB, 256 * MIB),
                StallLimits.defaults(),
                20,
                2 * SECOND,
                5 * SECOND,
                30 * SECOND,
                3 * SECOND,
                5 * SECOND,
                4 * MIB);
    }
}
