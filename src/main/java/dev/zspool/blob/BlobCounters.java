package dev.zspool.blob;

import java.util.concurrent.atomic.LongAdder;

/// What a pool counts of its published blobs; how many there are, the index knows. Thread-safe;
/// sums are of slightly different moments.
///
/// What a root said that was damaged when its blob was replaced or deleted stays counted.
final class BlobCounters {
    final LongAdder logicalBytes = new LongAdder();
    final LongAdder storedBytes = new LongAdder();
    final LongAdder filledBlobs = new LongAdder();
    final LongAdder rawBlobs = new LongAdder();
    final LongAdder rawBlobsSinceStart = new LongAdder();
    final LongAdder corruptedReads = new LongAdder();

    /// Blobs with an end.
    final LongAdder expiringBlobs = new LongAdder();

    /// Blobs that were deleted to make room.
    final LongAdder evictedBlobs = new LongAdder();

    /// Blobs that left memory and stayed in the journal.
    final LongAdder leftBlobs = new LongAdder();

    /// Blobs that were read from the journal.
    final LongAdder journalReads = new LongAdder();

    /// Blobs that were freed because their life was over.
    final LongAdder expiredBlobs = new LongAdder();

    void published(BlobInfo info, ContentKind kind) {
        count(info.sizeBytes(), info.storedBytes(), kind, 1);
        if (kind == ContentKind.RAW) {
            rawBlobsSinceStart.increment();
        }
        if (info.expiresEpochMillis() != BlobInfo.NEVER_EXPIRES) {
            expiringBlobs.increment();
        }
    }

    void removed(RootView root) {
        count(root.sizeBytes(), root.storedBytes(), ContentKind.of(root), -1);
        if (root.expiresEpochMillis() != BlobInfo.NEVER_EXPIRES) {
            expiringBlobs.decrement();
        }
    }

    private void count(long sizeBytes, long stored, ContentKind kind, int sign) {
        logicalBytes.add(sign * sizeBytes);
        storedBytes.add(sign * stored);
        switch (kind) {
            case FILLED -> filledBlobs.add(sign);
            case RAW -> rawBlobs.add(sign);
            case COMPRESSED -> {}
        }
    }
}
