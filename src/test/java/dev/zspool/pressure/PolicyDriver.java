package dev.zspool.pressure;

/// A service under 1,000 MiB with watermarks at 20, 50 and 80 MiB, asked each 100 ms.
///
/// Its memory stays what a test says; nothing is released by itself.
final class PolicyDriver {
    static final long MIB = 1L << 20;
    static final long TICK_NANOS = 100_000_000L;

    final PressureInputs in = new PressureInputs();
    final PressureState state = new PressureState();
    final PressureDecision out = new PressureDecision();
    final PressureLimits limits;

    PolicyDriver() {
        this(PressureLimits.defaults());
    }

    PolicyDriver(PressureLimits limits) {
        this.limits = limits;
        in.limitBytes = 1000 * MIB;
        in.configuredBudgetBytes = 600 * MIB;
        in.ownedFrameBytes = 500 * MIB;
        in.tickNanos = TICK_NANOS;
        headroom(300);
    }

    PolicyDriver headroom(long mib) {
        in.workingSetBytes = in.limitBytes - mib * MIB;
        return this;
    }

    PolicyDriver owned(long mib) {
        in.ownedFrameBytes = mib * MIB;
        return this;
    }

    PolicyDriver evictable(long mib) {
        in.evictableBytes = mib * MIB;
        return this;
    }

    /// Some task stands still for this share of the next ticks.
    PolicyDriver stall(int permille) {
        in.someStallMicros = in.tickNanos / 1000 * permille / 1000;
        return this;
    }

    PressureDecision tick() {
        in.nowNanos += in.tickNanos;
        in.frameBudgetBytes = state.started ? out.frameBudgetBytes : PressureInputs.NONE;
        PressurePolicy.decide(in, limits, state, out);
        return out;
    }

    PressureDecision ticks(int count) {
        for (int i = 0; i < count; i++) {
            tick();
        }
        return out;
    }

    PressureDecision seconds(double count) {
        return ticks((int) Math.round(count * 1e9 / in.tickNanos));
    }

    long budgetMib() {
        return out.frameBudgetBytes / MIB;
    }

    long releaseMib() {
        return out.releaseBytes / MIB;
    }
}
