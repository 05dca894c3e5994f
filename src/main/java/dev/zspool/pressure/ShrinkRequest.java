package dev.zspool.pressure;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// A shrink that somebody asked for and waits for. Guarded by whoever has it.
final class ShrinkRequest {
    /// When nothing has come for so long, nothing will.
    private static final long PATIENCE_NANOS = 2_000_000_000L;

    private static final long MOST_NANOS = 30_000_000_000L;

    private final ShrinkTarget target;
    private final long holdNanos;
    private final CompletableFuture<ShrinkReport> result = new CompletableFuture<>();
    private final StepTally tally = new StepTally();
    private boolean isBegun;
    private long startNanos;
    private long startBackedBytes;
    private long backedBytes;
    private long workingSetBytes;
    private long leastMissingBytes = Long.MAX_VALUE;
    private long progressNanos;

    ShrinkRequest(ShrinkTarget target, long holdNanos) {
        this.target = target;
        this.holdNanos = holdNanos;
    }

    CompletionStage<ShrinkReport> result() {
        return result;
    }

    StepTally tally() {
        return tally;
    }

    long holdNanos() {
        return holdNanos;
    }

    /// Notes how far it is.
    ///
    /// @return what is still to be given back
    long update(PressureInputs in) {
        backedBytes = in.ownedFrameBytes + in.warmFrameBytes;
        workingSetBytes = in.tightestWorkingSetBytes;
        if (!isBegun) {
            isBegun = true;
            startNanos = in.nowNanos;
            progressNanos = in.nowNanos;
            startBackedBytes = backedBytes;
        }
        long missing = missingBytes();
        if (missing < leastMissingBytes) {
            leastMissingBytes = missing;
            progressNanos = in.nowNanos;
        }
        return missing;
    }

    private long missingBytes() {
        return target.missingBytes(releasedBytes(), workingSetBytes);
    }

    boolean isRelease() {
        return target.isRelease();
    }

    /// What is not to be passed while it is held.
    long mostWorkingSetBytes() {
        return target.isRelease() ? Long.MAX_VALUE : target.bytes();
    }

    /// How much more came than was asked for.
    long surplusBytes() {
        return target.surplusBytes(releasedBytes(), workingSetBytes);
    }

    private long releasedBytes() {
        return Math.max(0, startBackedBytes - backedBytes);
    }

    /// How it has ended by now.
    ///
    /// @return {@link ShrinkReport.Outcome#BUSY} while it has not
    ShrinkReport.Outcome outcome(long nowNanos) {
        if (!isBegun) {
            // It came while a tick was under way.
            return ShrinkReport.Outcome.BUSY;
        }
        if (missingBytes() == 0) {
            return ShrinkReport.Outcome.REACHED;
        }
        if (nowNanos - progressNanos >= PATIENCE_NANOS) {
            return ShrinkReport.Outcome.NOTHING_LEFT;
        }
        return nowNanos - startNanos >= MOST_NANOS
                ? ShrinkReport.Outcome.TIMED_OUT
                : ShrinkReport.Outcome.BUSY;
    }

    ShrinkReport report(
            ShrinkReport.Outcome outcome, long frameBudgetBytes, long heldNanos, long nowNanos) {
        return new ShrinkReport(
                outcome,
                releasedBytes(),
                missingBytes(),
                workingSetBytes,
                frameBudgetBytes,
                heldNanos,
                nowNanos - startNanos,
                tally.totals());
    }

    void complete(ShrinkReport report) {
        result.complete(report);
    }
}
