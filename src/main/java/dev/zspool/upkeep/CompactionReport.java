package dev.zspool.upkeep;

import dev.zspool.zsmalloc.CompactionResult;

/// What a compaction brought.
///
/// @param result what the pool did
/// @param givenBackBytes what went back to the system while it ran, whoever gave it
/// @param durationNanos how long it took, pauses included
public record CompactionReport(CompactionResult result, long givenBackBytes, long durationNanos) {
    static final CompactionReport BUSY =
            new CompactionReport(new CompactionResult(CompactionResult.Outcome.BUSY, 0, 0), 0, 0);
}
