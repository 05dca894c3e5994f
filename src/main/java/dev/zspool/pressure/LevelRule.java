package dev.zspool.pressure;

/// How bad it is: hysteresis for headroom and for stalls, and whether releasing gets anywhere.
final class LevelRule {
    private LevelRule() {}

    static void update(
            PressureInputs in, PressureReading now, PressureLimits limits, PressureState state) {
        if (now.requestedBytes > 0 && state.requestedBytes == 0) {
            // What failed before somebody asked is no reason not to try for them.
            state.stuckNanos = 0;
            state.vainNanos = 0;
            state.nextTryNanos = PressureState.NEVER;
        }
        state.requestedBytes = now.requestedBytes;
        updateStuck(in, now, limits, state);
        updateTight(now, limits, state);
        updateStall(now, limits.stall(), state);
        PressureLevel level = next(now, limits, state);
        if (level == state.level) {
            return;
        }
        if (level == PressureLevel.SQUEEZED) {
            // What failed at another level says nothing about this one; but not too often.
            state.stuckNanos = 0;
            state.nextTryNanos =
                    Math.min(state.nextTryNanos, state.lastTryNanos + ReleaseRule.PATIENCE_NANOS);
        }
        state.level = level;
        state.levelSinceNanos = state.clockNanos;
    }

    private static void updateStuck(
            PressureInputs in, PressureReading now, PressureLimits limits, PressureState state) {
        long progress =
                Math.max(
                        PressureInputs.atLeastZero(in.releasedBytes),
                        state.stuckAtBytes - now.backedBytes());
        long enough = Math.max(1, Math.min(now.perTickBytes / 64, state.wantedBytes));
        boolean wanted = state.wantedBytes > 0;
        boolean stuck = wanted && progress < enough;
        if (stuck) {
            state.stuckNanos += now.elapsedNanos;
            state.vainNanos += now.elapsedNanos;
        } else {
            state.stuckNanos = 0;
            state.stuckAtBytes = now.backedBytes();
        }
        // A pause in the pressure is no success: the tries go on as seldom as they were.
        if ((wanted && !stuck)
                || state.clockNanos - state.lastTryNanos > 2 * limits.backoffNanos()) {
            state.vainNanos = 0;
            state.nextTryNanos = PressureState.NEVER;
        }
    }

    private static void updateTight(
            PressureReading now, PressureLimits limits, PressureState state) {
        if (now.hasOomEvents) {
            state.tight = true;
            state.tightReason = PressureReason.OOM_EVENTS;
        } else if (now.headroomBytes < now.lowBytes) {
            state.tight = true;
            state.tightReason = PressureReason.HEADROOM;
        } else if (now.hasHighEvents && now.isBelowHigh() && !state.tight) {
            // With headroom it is only the page cache that was cut.
            state.tight = true;
            state.tightReason = PressureReason.HIGH_EVENTS;
        }
        if (!state.tight) {
            return;
        }
        if (now.isBelowHigh() || now.hasOomEvents) {
            state.lastShortNanos = state.clockNanos;
        } else if (state.clockNanos - state.lastShortNanos >= limits.settleNanos()) {
            state.tight = false;
        }
    }

    private static void updateStall(PressureReading now, StallLimits limits, PressureState state) {
        double weight =
                (double) now.elapsedNanos / ((double) limits.windowNanos() + now.elapsedNanos);
        state.smoothedSome += (now.somePermille - state.smoothedSome) * weight;
        state.smoothedFull += (now.fullPermille - state.smoothedFull) * weight;
        boolean enters =
                state.smoothedSome >= limits.enterPermille()
                        || state.smoothedFull >= limits.fullEnterPermille();
        boolean leaves =
                state.smoothedSome < limits.leavePermille()
                        && state.smoothedFull < limits.leavePermille();
        if (!enters) {
            state.stallSinceNanos = PressureState.NEVER;
        } else if (state.stallSinceNanos == PressureState.NEVER) {
            state.stallSinceNanos = state.clockNanos;
        }
        if (enters && !state.stalling) {
            state.stalling = true;
            state.stallBaseBytes = now.backedBytes();
            state.stallPlannedBytes = 0;
        } else if (leaves) {
            state.stalling = false;
        }
    }

    private static PressureLevel next(
            PressureReading now, PressureLimits limits, PressureState state) {
        if (state.tight && isSqueezed(now, state.level)) {
            boolean failed =
                    now.headroomBytes < now.minBytes
                            && state.level.isAtLeast(PressureLevel.SQUEEZED)
                            && state.stuckNanos >= limits.refuseAfterNanos();
            return failed ? PressureLevel.REFUSING : PressureLevel.SQUEEZED;
        }
        boolean shrinks =
                state.tight
                        || state.stalling
                        || now.requestedBytes > 0
                        || now.ownedBytes > now.configuredBytes;
        return shrinks ? PressureLevel.TIGHT : PressureLevel.CALM;
    }

    private static boolean isSqueezed(PressureReading now, PressureLevel before) {
        long leave = now.minBytes + (now.lowBytes - now.minBytes) / 2;
        return now.hasOomEvents
                || now.headroomBytes < now.minBytes
                || (before.isAtLeast(PressureLevel.SQUEEZED) && now.headroomBytes < leave);
    }
}
