package dev.zspool.blob;

/// Tells why something of a blob could not be read, and counts it when it is damage. Thread-safe.
final class ReadFailures {
    private final PublishedBlobs published;
    private final BlobCounters counters;
    private final BlobNames names;

    ReadFailures(PublishedBlobs published, BlobCounters counters, BlobNames names) {
        this.published = published;
        this.counters = counters;
        this.names = names;
    }

    ReadOutcome countCorrupted() {
        counters.corruptedReads.increment();
        return ReadOutcome.CORRUPTED;
    }

    /// Tells why an object of a blob is not there: the blob was replaced, or it is published still.
    ReadOutcome replacedOrCorrupted(BlobInfo info) {
        return isPublished(info) ? countCorrupted() : ReadOutcome.REPLACED;
    }

    /// Whether this version of a blob can still be found. Then no object of it was freed yet.
    boolean isPublished(BlobInfo info) {
        return published
                .published(names.of(info.handle()))
                .filter(now -> now.sequence() == info.sequence())
                .isPresent();
    }
}
