package dev.zspool.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.zspool.upkeep.JobProgress;
import java.util.Optional;

/// What a defragmentation would bring now.
///
/// @param sparePageblocks pageblocks of 2 MiB that it would make free, if all pages can be moved
/// @param running whether one is running now
/// @param freedPageblocks pageblocks that the running one has made free so far
/// @param goalPageblocks pageblocks that it had to make free when it began
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record DefragmentationPreview(
        long sparePageblocks,
        boolean running,
        Optional<Long> freedPageblocks,
        Optional<Long> goalPageblocks) {

    static DefragmentationPreview of(long spareBlocks, Optional<JobProgress> progress) {
        return new DefragmentationPreview(
                spareBlocks,
                progress.isPresent(),
                progress.map(JobProgress::done),
                progress.map(JobProgress::goal));
    }
}
