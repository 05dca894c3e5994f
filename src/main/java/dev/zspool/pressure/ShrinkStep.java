package dev.zspool.pressure;

/// What can be done about short memory, from the cheapest to the one that hurts.
public enum ShrinkStep {
    /// Nothing.
    NONE,

    /// Free frames that are still backed go back to the system.
    WARM_FRAMES,

    /// Objects are moved together, and the pages that this frees go back.
    COMPACTION,

    /// Pages are moved together, so that whole pageblocks can go back.
    DEFRAGMENTATION,

    /// Blobs leave memory by page: durable ones for the journal, those of caches for good.
    EVICTION,

    /// The kernel drops what it keeps of the journal's files: when there is nothing to evict any
    /// more. Those who read the blobs bring it back.
    FILE_PAGES,

    /// Writers wait until room has been made for them.
    DIRECT_RECLAIM,

    /// Writers are refused.
    REFUSAL;

    /// Whether a decision whose deepest step is this one uses another.
    public boolean includes(ShrinkStep step) {
        return compareTo(step) >= 0;
    }

    ShrinkStep orDeeper(ShrinkStep other) {
        return includes(other) ? this : other;
    }
}
