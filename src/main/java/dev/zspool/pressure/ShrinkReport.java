package dev.zspool.pressure;

import java.util.List;

/// What came of a shrink.
///
/// @param outcome how it ended
/// @param releasedBytes what was given back
/// @param missingBytes what was not reached
/// @param workingSetBytes what was in use at its end, as the container's limit counts
/// @param frameBudgetBytes what the arena may take from then on
/// @param heldNanos for how long it may not take more
/// @param durationNanos how long it took
/// @param steps what each step did
public record ShrinkReport(
        Outcome outcome,
        long releasedBytes,
        long missingBytes,
        long workingSetBytes,
        long frameBudgetBytes,
        long heldNanos,
        long durationNanos,
        List<StepTotals> steps) {

    /// Another one is running; nothing was done.
    public static final ShrinkReport BUSY =
            new ShrinkReport(Outcome.BUSY, 0, 0, 0, 0, 0, 0, List.of());

    public ShrinkReport {
        steps = List.copyOf(steps);
    }

    /// How a shrink ended.
    public enum Outcome {
        /// All of it was reached.
        REACHED,
        /// There is nothing left that may be given up.
        NOTHING_LEFT,
        /// It took too long; more may come.
        TIMED_OUT,
        /// The service is being stopped.
        STOPPED,
        /// Another one is running; this one did nothing.
        BUSY
    }
}
