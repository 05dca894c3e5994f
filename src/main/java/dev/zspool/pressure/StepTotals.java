package dev.zspool.pressure;

/// What one step has done so far.
///
/// @param step which one
/// @param runs how often it was used
/// @param releasedBytes what it made free
/// @param nanos how long it took
public record StepTotals(ShrinkStep step, long runs, long releasedBytes, long nanos) {
    /// What it has done since it had done another total.
    StepTotals since(StepTotals before) {
        return new StepTotals(
                step,
                runs - before.runs,
                releasedBytes - before.releasedBytes,
                nanos - before.nanos);
    }
}
