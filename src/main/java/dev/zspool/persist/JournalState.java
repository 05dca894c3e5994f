package dev.zspool.persist;

/// Whether the journal takes writes.
public enum JournalState {
    /// It does.
    OPEN,
    /// There is no room on the disk: blobs cannot be stored, only read and removed.
    DISK_FULL,
    /// The disk failed: nothing is written until it is healed.
    FAILED,
    /// It is closed.
    CLOSED
}
