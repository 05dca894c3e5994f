package dev.zspool.upkeep;

import dev.zspool.page.DefragmentationResult;

/// What a defragmentation brought.
///
/// @param result what the arena did
/// @param givenBackBytes what went back to the system while it ran, whoever gave it
/// @param durationNanos how long it took, pauses included
public record DefragmentationReport(
        DefragmentationResult result, long givenBackBytes, long durationNanos) {
    static final DefragmentationReport BUSY =
            new DefragmentationReport(
                    new DefragmentationResult(DefragmentationResult.Outcome.BUSY, 0, 0, 0, 0),
                    0,
                    0);
}
