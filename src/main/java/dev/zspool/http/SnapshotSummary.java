package dev.zspool.http;

import dev.zspool.blob.BlobStore.SnapshotResult;

/// A snapshot that was written.
///
/// @param name what it is called
/// @param directory where it lies on the server, absolute
/// @param lastSequence the number of the last write in it
/// @param fileBytes its files' sizes; those that did not change since are shared
/// @param blobs blobs of the pool in it
/// @param durationMillis how long it took
public record SnapshotSummary(
        String name,
        String directory,
        long lastSequence,
        long fileBytes,
        long blobs,
        long durationMillis) {

    static SnapshotSummary of(SnapshotResult.Written written, long durationMillis) {
        return new SnapshotSummary(
                written.name(),
                written.directory().toString(),
                written.lastSequence(),
                written.fileBytes(),
                written.blobs(),
                durationMillis);
    }
}
