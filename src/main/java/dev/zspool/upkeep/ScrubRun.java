package dev.zspool.upkeep;

import dev.zspool.blob.BlobPool;
import dev.zspool.blob.ScrubResult;
import java.util.Map;
import java.util.Optional;

/// One scrub of a pool, with what it tells.
final class ScrubRun {
    private ScrubRun() {}

    static ScrubReport of(BlobPool pool, Job job, Job.Environment environment) {
        Optional<String> name = Optional.of(pool.name());
        long startNanos = environment.nanoClock().getAsLong();
        environment
                .events()
                .publish(EventKind.SCRUB_STARTED, name, Map.of("blobs", pool.stats().blobs()));
        ScrubResult result = pool.keeper().scrub(job);
        long durationNanos = environment.nanoClock().getAsLong() - startNanos;
        environment
                .events()
                .publish(
                        EventKind.SCRUB_FINISHED,
                        name,
                        Map.of(
                                "blobs", result.blobs(),
                                "bytes", result.logicalBytes(),
                                "repairedBlobs", result.repairedBlobs(),
                                "corruptedBlobs", result.corruptedBlobs(),
                                "durationMillis", durationNanos / 1_000_000,
                                "complete", result.isComplete() ? 1L : 0L));
        return new ScrubReport(Optional.of(outcome(result, job)), result, durationNanos);
    }

    private static ScrubOutcome outcome(ScrubResult result, Job job) {
        if (result.isComplete()) {
            return ScrubOutcome.DONE;
        }
        return job.isCancelled() ? ScrubOutcome.STOPPED : ScrubOutcome.DISK_FAILED;
    }
}
