package dev.zspool.persist;

import java.nio.file.Path;
import java.util.Map;

/// A copy of everything at one moment.
///
/// @param directory where it lies, absolute
/// @param lastSequence the greatest sequence in it
/// @param fileBytes the files' sizes; those that did not change since are shared with the journal
/// @param blobs how many each pool has in it, by the pools' numbers
public record Snapshot(
        Path directory, long lastSequence, long fileBytes, Map<Integer, Long> blobs) {
    public Snapshot {
        blobs = Map.copyOf(blobs);
    }

    /// How many blobs of a pool are in it; 0 for a pool that was not there at that moment.
    public long blobsOf(int poolId) {
        Long found = blobs.get(poolId);
        return found == null ? 0 : found;
    }
}
