package dev.zspool.blob;

/// What a write came to.
public sealed interface PutResult {
    /// The blob is published.
    ///
    /// @param info what was stored
    /// @param created false when it replaced another one
    record Stored(BlobInfo info, boolean created) implements PutResult {}

    /// The condition did not hold for what is published; that stays.
    record PreconditionFailed() implements PutResult {}

    /// The body is longer than the pool takes; what was published stays.
    record TooLarge(long limitBytes) implements PutResult {}

    /// The pool's memory limit does not allow it; what was published stays.
    record PoolFull(long limitBytes) implements PutResult {}

    /// The pool was destroyed meanwhile.
    record PoolGone() implements PutResult {}

    /// The disk has no room for it; what was published stays.
    record DiskFull() implements PutResult {}

    /// The disk failed: nothing is stored before it is healed. Whether this one is, is not always
    /// known.
    record DiskFailed() implements PutResult {}

    /// The memory budget of the whole service does not allow it; what was published stays.
    record OutOfMemory() implements PutResult {}
}
