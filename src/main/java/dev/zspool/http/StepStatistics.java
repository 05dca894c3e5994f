package dev.zspool.http;

import dev.zspool.pressure.ShrinkStep;
import dev.zspool.pressure.StepTotals;
import java.util.List;

/// What one step of giving memory back has done.
///
/// @param step which one
/// @param runs how often it was used
/// @param releasedBytes what it made free
/// @param durationMillis how long it took in all
public record StepStatistics(ShrinkStep step, long runs, long releasedBytes, long durationMillis) {

    static List<StepStatistics> of(List<StepTotals> steps) {
        return steps.stream().map(StepStatistics::of).toList();
    }

    private static StepStatistics of(StepTotals totals) {
        return new StepStatistics(
                totals.step(), totals.runs(), totals.releasedBytes(), totals.nanos() / 1_000_000);
    }
}
