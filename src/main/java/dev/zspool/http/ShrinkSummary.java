package dev.zspool.http;

import dev.zspool.pressure.ShrinkReport;
import java.util.List;

/// What came of a shrink.
///
/// @param outcome how it ended
/// @param releasedBytes what was given back
/// @param missingBytes what was not reached
/// @param workingSetBytes what was in use at its end, as the container's limit counts
/// @param frameBudgetBytes what blobs may take from then on
/// @param heldSeconds for how long nothing grows back; 0 when the target was not reached
/// @param durationMillis how long it took
/// @param steps what each step did, those that were used
public record ShrinkSummary(
        ShrinkReport.Outcome outcome,
        long releasedBytes,
        long missingBytes,
        long workingSetBytes,
        long frameBudgetBytes,
        long heldSeconds,
        long durationMillis,
        List<StepStatistics> steps) {

    static ShrinkSummary of(ShrinkReport report) {
        return new ShrinkSummary(
                report.outcome(),
                report.releasedBytes(),
                report.missingBytes(),
                Math.max(0, report.workingSetBytes()),
                report.frameBudgetBytes(),
                report.heldNanos() / 1_000_000_000,
                report.durationNanos() / 1_000_000,
                StepStatistics.of(report.steps()));
    }
}
