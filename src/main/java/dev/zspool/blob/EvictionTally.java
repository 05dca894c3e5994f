package dev.zspool.blob;

import dev.zspool.zsmalloc.ZsPool;

/// Adds up what one eviction does. Of one thread.
final class EvictionTally {
    /// A root that was copied out.
    final byte[] object = new byte[ZsPool.MAX_OBJECT_BYTES];

    long freedPages;
    int blobs;
    long logicalBytes;
    long storedBytes;

    /// What of it was not given to a compaction yet.
    long unpackedBytes;

    EvictionResult result(EvictionOutcome outcome) {
        return new EvictionResult(outcome, freedPages, blobs, logicalBytes, storedBytes);
    }
}
