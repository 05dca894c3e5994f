package dev.zspool.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.zspool.page.Frames;
import dev.zspool.upkeep.JobProgress;
import java.util.Optional;

/// What a compaction would free now.
///
/// @param pool the pool's name
/// @param reclaimablePages pages that it would free; those of isolated zspages are not counted
/// @param reclaimableBytes the same in bytes
/// @param running whether one is running now
/// @param freedPages pages that the running one has freed so far
/// @param goalPages pages that it had to free when it began
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record CompactionPreview(
        String pool,
        long reclaimablePages,
        long reclaimableBytes,
        boolean running,
        Optional<Long> freedPages,
        Optional<Long> goalPages) {

    static CompactionPreview of(String pool, long pages, Optional<JobProgress> progress) {
        return new CompactionPreview(
                pool,
                pages,
                pages * Frames.FRAME_BYTES,
                progress.isPresent(),
                progress.map(JobProgress::done),
                progress.map(JobProgress::goal));
    }
}
