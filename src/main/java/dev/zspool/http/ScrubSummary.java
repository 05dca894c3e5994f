package dev.zspool.http;

import dev.zspool.blob.ScrubResult;
import dev.zspool.upkeep.ScrubOutcome;
import dev.zspool.upkeep.ScrubReport;

/// What a scrub found.
///
/// @param pool the pool's name
/// @param outcome why it ended
/// @param blobs how many were read
/// @param bytes of their content
/// @param repairedBlobs damaged ones that memory had sound, and that were written again
/// @param corruptedBlobs damaged ones that cannot be read any more
/// @param durationMillis how long it took
public record ScrubSummary(
        String pool,
        ScrubOutcome outcome,
        long blobs,
        long bytes,
        long repairedBlobs,
        long corruptedBlobs,
        long durationMillis) {

    static ScrubSummary of(String pool, ScrubOutcome outcome, ScrubReport report) {
        ScrubResult result = report.result();
        return new ScrubSummary(
                pool,
                outcome,
                result.blobs(),
                result.logicalBytes(),
                result.repairedBlobs(),
                result.corruptedBlobs(),
                report.durationNanos() / 1_000_000);
    }
}
