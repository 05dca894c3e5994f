package dev.zspool.blob;

/// What a deletion came to.
public enum DeleteOutcome {
    DELETED,
    /// There was no such blob.
    MISSING,
    /// The condition did not hold for what is published; that stays.
    PRECONDITION_FAILED,
    /// The disk cannot be written now; the blob stays.
    DISK_FAILED
}
