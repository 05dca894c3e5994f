package dev.zspool.http;

import dev.zspool.upkeep.JobProgress;

/// How far a scrub is.
///
/// @param pool the pool's name
/// @param blobs that were read so far
/// @param goalBlobs how many there are
public record ScrubProgress(String pool, long blobs, long goalBlobs) {

    static ScrubProgress of(String pool, JobProgress progress) {
        return new ScrubProgress(pool, progress.done(), progress.goal());
    }
}
