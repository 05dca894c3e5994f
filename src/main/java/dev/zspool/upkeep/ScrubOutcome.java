package dev.zspool.upkeep;

/// Why a scrub ended.
public enum ScrubOutcome {
    /// All blobs were read.
    DONE,
    /// Somebody ended it.
    STOPPED,
    /// The disk cannot be read now.
    DISK_FAILED
}
