package dev.zspool.http;

import dev.zspool.page.DefragmentationResult;
import dev.zspool.upkeep.DefragmentationReport;

/// What a defragmentation did.
///
/// @param outcome `DONE`, or `CANCELLED`
/// @param freedPageblocks pageblocks that were emptied and given back
/// @param migratedPages pages that were moved for it
/// @param failedPages tries to move a page that did not move it
/// @param givenBackBytes what went back to the system meanwhile
/// @param durationMillis how long it took
public record DefragmentationSummary(
        DefragmentationResult.Outcome outcome,
        long freedPageblocks,
        long migratedPages,
        long failedPages,
        long givenBackBytes,
        long durationMillis) {

    static DefragmentationSummary of(DefragmentationReport report) {
        DefragmentationResult result = report.result();
        return new DefragmentationSummary(
                result.outcome(),
                result.freedPageblocks(),
                result.migratedPages(),
                result.failedPages(),
                report.givenBackBytes(),
                report.durationNanos() / 1_000_000);
    }
}
