package dev.zspool.pressure;

/// What to do about short memory: a function of what was measured, the limits, and what is
/// remembered. It allocates nothing.
///
/// Fast in, slow back. Shrinking begins at the tick that sees headroom below low, and its own
/// growth has ended before; the budget grows back after a pause, and all is forgotten a bounded
/// time after the last sign of pressure, whatever came before.
final class PressurePolicy {
    private PressurePolicy() {}

    /// Decides for one tick.
    ///
    /// @param in what was measured
    /// @param state what it remembers; new at the start, otherwise that of the tick before
    /// @param out filled anew
    static void decide(
            PressureInputs in, PressureLimits limits, PressureState state, PressureDecision out) {
        PressureReading now = state.reading;
        now.take(in, limits, state);
        if (!state.started) {
            state.started = true;
            state.budgetBytes = Math.max(now.configuredBytes, now.ownedBytes);
            state.holdNanos = limits.holdNanos();
            state.stuckAtBytes = now.backedBytes();
        }
        state.lastNowNanos = in.nowNanos;
        state.clockNanos += now.elapsedNanos;
        LevelRule.update(in, now, limits, state);
        ReleaseRule.plan(in, limits, state, out);
        BudgetRule.update(in, limits, state, out);
        out.level = state.level;
        out.reason = reason(in, now, state, out);
        out.retryAfterSeconds = retryAfterSeconds(state);
        out.headroomBytes = now.headroomBytes;
        out.minBytes = now.minBytes;
        out.lowBytes = now.lowBytes;
        out.highBytes = now.highBytes;
        out.stallPermille = (int) Math.round(state.smoothedSome);
    }

    private static PressureReason reason(
            PressureInputs in, PressureReading now, PressureState state, PressureDecision out) {
        if (state.tight) {
            return state.tightReason;
        }
        if (now.requestedBytes > 0) {
            return PressureReason.REQUESTED;
        }
        if (now.ownedBytes > now.configuredBytes) {
            return in.budgetReason;
        }
        if (state.stalling) {
            return PressureReason.STALL;
        }
        if (out.roomBytes > 0) {
            return PressureReason.WRITERS;
        }
        if (out.frameBudgetBytes >= now.configuredBytes) {
            return PressureReason.NONE;
        }
        return now.ceilingBytes() < now.configuredBytes
                ? PressureReason.HEADROOM
                : PressureReason.RECOVERY;
    }

    /// One second while something moves; longer the longer nothing does.
    private static int retryAfterSeconds(PressureState state) {
        return switch (state.level) {
            case CALM -> 0;
            case TIGHT, SQUEEZED -> 1;
            case REFUSING -> Math.clamp(state.stuckNanos / 2_000_000_000L, 1, 30);
        };
    }
}
