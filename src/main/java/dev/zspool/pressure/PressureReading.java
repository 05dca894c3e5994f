package dev.zspool.pressure;

/// What was measured, made plausible, and what follows from it at once.
final class PressureReading {
    /// A longer pause says nothing about what was meanwhile: the machine may have been suspended.
    static final long MOST_TICK_NANOS = 1_000_000_000L;

    /// Version 1 of control groups writes the largest multiple of a page for no limit.
    private static final long LARGEST_LIMIT = 1L << 62;

    /// The policy's own time that went by, zero at the first tick.
    long elapsedNanos;

    /// What shares are taken of: the limit, or what the service and the machine have together.
    long baseBytes;

    long headroomBytes;
    long minBytes;
    long lowBytes;
    long highBytes;
    long perTickBytes;

    long ownedBytes;
    long warmBytes;
    long configuredBytes;
    long requestedBytes;

    /// Shares of the last tick in which some task, and all tasks, stood still.
    int somePermille;

    int fullPermille;
    boolean hasHighEvents;
    boolean hasOomEvents;

    void take(PressureInputs in, PressureLimits limits, PressureState state) {
        elapsedNanos = elapsed(in, state);
        long limit = in.limitBytes > 0 ? in.limitBytes : PressureInputs.NONE;
        long used = PressureInputs.atLeastZero(in.workingSetBytes);
        long available = PressureInputs.atLeastZero(in.availableBytes);
        boolean limited = limit < LARGEST_LIMIT;
        baseBytes = limited ? limit : Saturated.plus(used, available);
        headroomBytes = Math.min(limited ? limit - used : PressureInputs.NONE, available);
        minBytes = limits.min().of(baseBytes);
        lowBytes = limits.low().of(baseBytes);
        highBytes = limits.high().of(baseBytes);
        perTickBytes = limits.perTick().of(baseBytes);
        ownedBytes = PressureInputs.atLeastZero(in.ownedFrameBytes);
        warmBytes = PressureInputs.atLeastZero(in.warmFrameBytes);
        configuredBytes = PressureInputs.atLeastZero(in.configuredBudgetBytes);
        requestedBytes = PressureInputs.atLeastZero(in.requestedReleaseBytes);
        somePermille = permille(in.someStallMicros, in.tickNanos);
        fullPermille = permille(in.fullStallMicros, in.tickNanos);
        hasHighEvents = in.highEvents > 0;
        hasOomEvents = in.oomEvents > 0;
    }

    private static long elapsed(PressureInputs in, PressureState state) {
        if (!state.started) {
            return 0;
        }
        // Right for a clock that turns over, too.
        return Math.clamp(in.nowNanos - state.lastNowNanos, 0, MOST_TICK_NANOS);
    }

    private static int permille(long stallMicros, long tickNanos) {
        long tickMicros = tickNanos / 1000;
        if (tickMicros <= 0) {
            return 0;
        }
        double share = (double) PressureInputs.atLeastZero(stallMicros) / tickMicros;
        return (int) Math.round(1000 * Math.min(1, share));
    }

    /// What of ours is in memory.
    long backedBytes() {
        return Saturated.plus(ownedBytes, warmBytes);
    }

    /// Up to where the service may grow without using what belongs to the others.
    long ceilingBytes() {
        long room = Math.max(0, Saturated.minus(headroomBytes, highBytes));
        return Saturated.plus(backedBytes(), room);
    }

    boolean isBelowHigh() {
        return headroomBytes < highBytes;
    }
}
