package dev.zspool.blob;

/// Why an eviction ended.
public enum EvictionOutcome {
    /// What was asked for is free.
    TARGET_REACHED,
    /// Nothing is left that could leave memory.
    NOTHING_LEFT,
    /// Somebody ended it, or the pool is about to be destroyed.
    STOPPED,
    /// Blobs stay in memory, because the journal could not be read now.
    JOURNAL_NOT_OPEN
}
