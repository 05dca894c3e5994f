package dev.zspool.blob;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import org.jspecify.annotations.Nullable;

/// Tells why something of a blob could not be read, and counts it when it is damage. Thread-safe.
final class ReadFailures {
    private final BlobParts parts;
    private final PublishedBlobs published;
    private final BlobCounters counters;
    private final BlobNames names;
    private final Backing backing;

    ReadFailures(
            BlobParts parts,
            PublishedBlobs published,
            BlobCounters counters,
            BlobNames names,
            Backing backing) {
        this.parts = parts;
        this.published = published;
        this.counters = counters;
        this.names = names;
        this.backing = backing;
    }

    /// A reader of a blob that was found in memory.
    BlobReader reader(RootView root) {
        return new BlobReader(this, parts, root);
    }

    @CanIgnoreReturnValue
    ReadOutcome countCorrupted() {
        counters.corruptedReads.increment();
        return ReadOutcome.CORRUPTED;
    }

    /// Counts an outcome of the journal.
    ReadOutcome counted(ReadOutcome ofJournal) {
        return ofJournal == ReadOutcome.CORRUPTED ? countCorrupted() : ofJournal;
    }

    /// Tells why an object of a blob is not there: the blob was replaced, or it is published still.
    ReadOutcome replacedOrCorrupted(BlobInfo info) {
        return isPublished(info) ? countCorrupted() : ReadOutcome.REPLACED;
    }

    /// Where the same version may be read that memory does not have, or has damaged; null where
    /// there is nothing but memory.
    @Nullable JournalBlocks elsewhere(BlobInfo info, boolean isFilled) {
        return backing instanceof JournalBacking journal
                ? new JournalBlocks(journal, parts, info, isFilled)
                : null;
    }

    /// Whether this version of a blob can still be found. Then no object of it was freed yet.
    boolean isPublished(BlobInfo info) {
        return published
                .published(names.of(info.handle()))
                .filter(now -> now.sequence() == info.sequence())
                .isPresent();
    }
}
