package dev.zspool.http;

import dev.zspool.blob.EvictionOutcome;
import dev.zspool.blob.EvictionResult;
import dev.zspool.page.Frames;
import dev.zspool.upkeep.EvictionReport;

/// What an eviction did.
///
/// @param pool the pool's name
/// @param deletedBlobs whether the blobs are gone for good, since the pool is a cache
/// @param outcome how it ended
/// @param freedPages pages that became free
/// @param freedBytes the same in bytes
/// @param evictedBlobs blobs that left memory
/// @param evictedLogicalBytes their content
/// @param evictedStoredBytes their content as it was kept
/// @param givenBackBytes what went back to the system meanwhile; the warm stock stays backed
/// @param durationMillis how long it took
public record EvictionSummary(
        String pool,
        boolean deletedBlobs,
        EvictionOutcome outcome,
        long freedPages,
        long freedBytes,
        long evictedBlobs,
        long evictedLogicalBytes,
        long evictedStoredBytes,
        long givenBackBytes,
        long durationMillis) {

    static EvictionSummary of(
            String pool, boolean deletes, EvictionResult result, EvictionReport report) {
        return new EvictionSummary(
                pool,
                deletes,
                result.outcome(),
                result.freedPages(),
                result.freedPages() * Frames.FRAME_BYTES,
                result.evictedBlobs(),
                result.logicalBytes(),
                result.storedBytes(),
                report.givenBackBytes(),
                report.durationNanos() / 1_000_000);
    }
}
