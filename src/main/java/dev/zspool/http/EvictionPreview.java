package dev.zspool.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.zspool.blob.EvictionOutcome;
import dev.zspool.blob.EvictionResult;
import dev.zspool.page.Frames;
import dev.zspool.upkeep.JobProgress;
import java.util.Optional;

/// What an eviction would do now, about.
///
/// @param pool the pool's name
/// @param deletesBlobs whether the blobs would be gone for good, since the pool is a cache
/// @param outcome how it would end
/// @param freedPages pages that would become free
/// @param freedBytes the same in bytes
/// @param evictedBlobs blobs that would leave memory
/// @param evictedLogicalBytes their content
/// @param evictedStoredBytes their content as it is kept
/// @param running whether an eviction is running now
/// @param progressPages pages that the running one has freed so far
/// @param goalPages pages that it had to free at its last step
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record EvictionPreview(
        String pool,
        boolean deletesBlobs,
        EvictionOutcome outcome,
        long freedPages,
        long freedBytes,
        long evictedBlobs,
        long evictedLogicalBytes,
        long evictedStoredBytes,
        boolean running,
        Optional<Long> progressPages,
        Optional<Long> goalPages) {

    static EvictionPreview of(
            String pool, boolean deletes, EvictionResult result, Optional<JobProgress> progress) {
        return new EvictionPreview(
                pool,
                deletes,
                result.outcome(),
                result.freedPages(),
                result.freedPages() * Frames.FRAME_BYTES,
                result.evictedBlobs(),
                result.logicalBytes(),
                result.storedBytes(),
                progress.isPresent(),
                progress.map(JobProgress::done),
                progress.map(JobProgress::goal));
    }
}
