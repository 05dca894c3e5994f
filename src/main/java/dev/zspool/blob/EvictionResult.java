package dev.zspool.blob;

/// What an eviction did, or would do.
///
/// @param outcome why it ended
/// @param freedPages pages of the pool that became free
/// @param evictedBlobs blobs that left memory
/// @param logicalBytes their content as clients see it
/// @param storedBytes their content as it was kept
public record EvictionResult(
        EvictionOutcome outcome,
        long freedPages,
        long evictedBlobs,
        long logicalBytes,
        long storedBytes) {
    /// Of a pool that is about to be destroyed.
    static final EvictionResult GONE = new EvictionResult(EvictionOutcome.STOPPED, 0, 0, 0, 0);
}
