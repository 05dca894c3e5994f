package dev.zspool.pressure;

/// How much is to be released now, and by which steps.
final class ReleaseRule {
    /// What is made free for a writer that waits.
    private static final long WRITER_BYTES = 1L << 20;

    /// So long it is tried each tick, though nothing comes of it.
    static final long PATIENCE_NANOS = 1_000_000_000L;

    private ReleaseRule() {}

    static void plan(
            PressureInputs in, PressureLimits limits, PressureState state, PressureDecision out) {
        PressureReading now = state.reading;
        ShrinkPlan plan = out.plan;
        plan.clear();
        out.missingBytes = missing(now, limits, state);
        out.roomBytes = 0;
        out.deepestStep = deepest(limits, state, out.missingBytes);
        long room = roomForWriters(in, now, state);
        state.wantedBytes = Saturated.plus(out.missingBytes, room);
        if (state.wantedBytes == 0 || state.clockNanos < state.nextTryNanos) {
            out.releaseBytes = 0;
            return;
        }
        release(in, limits, state, out);
        if (room > 0) {
            out.deepestStep = out.deepestStep.orDeeper(ShrinkStep.EVICTION);
            out.roomBytes = plan.add(room, in, ShrinkStep.COMPACTION, ShrinkStep.EVICTION);
        }
        out.releaseBytes = plan.totalBytes();
        if (out.releaseBytes == 0) {
            return;
        }
        state.lastTryNanos = state.clockNanos;
        if (state.vainNanos >= PATIENCE_NANOS) {
            state.nextTryNanos =
                    state.clockNanos + Math.min(limits.backoffNanos(), state.vainNanos / 2);
        }
    }

    private static void release(
            PressureInputs in, PressureLimits limits, PressureState state, PressureDecision out) {
        PressureReading now = state.reading;
        long wished = Math.min(out.missingBytes, now.perTickBytes);
        wished -=
                out.plan.add(
                        wished,
                        in,
                        ShrinkStep.WARM_FRAMES,
                        out.deepestStep.includes(ShrinkStep.DEFRAGMENTATION)
                                ? ShrinkStep.DEFRAGMENTATION
                                : out.deepestStep);
        if (out.deepestStep.includes(ShrinkStep.EVICTION)) {
            long kept = now.headroomBytes < now.minBytes ? 0 : limits.writerFloorBytes();
            long evictable =
                    Saturated.plus(
                            PressureInputs.atLeastZero(in.evictableBytes),
                            PressureInputs.atLeastZero(in.evictPolicyBytes));
            wished -=
                    out.plan.add(
                            Math.min(wished, evictable - kept),
                            in,
                            ShrinkStep.EVICTION,
                            ShrinkStep.EVICTION);
        }
        if (out.deepestStep.includes(ShrinkStep.FILE_PAGES)) {
            out.plan.hasFilePages = in.filePageBytes > 0;
            out.plan.add(wished, in, ShrinkStep.FILE_PAGES, ShrinkStep.FILE_PAGES);
        }
        if (!state.tight && state.stalling) {
            state.stallPlannedBytes =
                    Saturated.plus(state.stallPlannedBytes, out.plan.totalBytes());
        }
    }

    private static long missing(PressureReading now, PressureLimits limits, PressureState state) {
        long missing = now.requestedBytes;
        if (state.tight) {
            missing = Math.max(missing, Saturated.minus(now.highBytes, now.headroomBytes));
        }
        if (now.hasOomEvents) {
            missing = Math.max(missing, now.highBytes);
        }
        missing = Math.max(missing, now.ownedBytes - now.configuredBytes);
        if (state.stalling) {
            missing = Math.max(missing, missingByStall(now, limits.stall(), state));
        }
        return missing;
    }

    private static long missingByStall(
            PressureReading now, StallLimits limits, PressureState state) {
        long most = Saturated.permille(state.stallBaseBytes, limits.mostPermille());
        if (state.stallSinceNanos == PressureState.NEVER) {
            return 0;
        }
        double perSecond = Saturated.permille(now.baseBytes, limits.releasePermille());
        long share = (long) (perSecond * now.elapsedNanos / 1e9);
        return Math.max(0, Math.min(share, most - state.stallPlannedBytes));
    }

    private static ShrinkStep deepest(PressureLimits limits, PressureState state, long missing) {
        PressureReading now = state.reading;
        return switch (state.level) {
            case CALM -> ShrinkStep.NONE;
            case SQUEEZED -> ShrinkStep.DIRECT_RECLAIM;
            case REFUSING -> ShrinkStep.REFUSAL;
            case TIGHT -> {
                if (missing == 0) {
                    yield ShrinkStep.NONE;
                }
                boolean onlyStalls =
                        !state.tight
                                && now.requestedBytes == 0
                                && now.ownedBytes <= now.configuredBytes;
                boolean lasts =
                        state.clockNanos - state.stallSinceNanos
                                >= limits.stall().evictAfterNanos();
                if (!onlyStalls) {
                    yield ShrinkStep.FILE_PAGES;
                }
                // Reading files again would make the stalls longer.
                yield lasts ? ShrinkStep.EVICTION : ShrinkStep.DEFRAGMENTATION;
            }
        };
    }

    /// What is to be made free for those who wait, which does not go to the system.
    private static long roomForWriters(
            PressureInputs in, PressureReading now, PressureState state) {
        if (in.waitingWriters <= 0 || now.headroomBytes < now.minBytes) {
            return 0;
        }
        long wished = Math.min(in.waitingWriters * WRITER_BYTES, now.perTickBytes / 4);
        return Math.max(0, wished - Math.max(0, state.budgetBytes - now.ownedBytes));
    }
}
