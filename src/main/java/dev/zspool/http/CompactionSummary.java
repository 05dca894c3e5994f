package dev.zspool.http;

import dev.zspool.page.Frames;
import dev.zspool.upkeep.CompactionReport;
import dev.zspool.zsmalloc.CompactionResult;

/// What a compaction did.
///
/// @param pool the pool's name
/// @param outcome `DONE`, or `CANCELLED`
/// @param freedPages pages of zspages that it emptied
/// @param freedBytes the same in bytes
/// @param movedObjects objects that it moved
/// @param givenBackBytes what went back to the system meanwhile; the warm stock stays backed
/// @param durationMillis how long it took
public record CompactionSummary(
        String pool,
        CompactionResult.Outcome outcome,
        long freedPages,
        long freedBytes,
        long movedObjects,
        long givenBackBytes,
        long durationMillis) {

    static CompactionSummary of(String pool, CompactionReport report) {
        long freedPages = report.result().freedPages();
        return new CompactionSummary(
                pool,
                report.result().outcome(),
                freedPages,
                freedPages * Frames.FRAME_BYTES,
                report.result().movedObjects(),
                report.givenBackBytes(),
                report.durationNanos() / 1_000_000);
    }
}
