package dev.zspool.persist;

/// What looking for a meta record came to.
public sealed interface MetaResult {
    /// There is one.
    record Found(BlobMeta meta) implements MetaResult {}

    /// There is none.
    record Missing() implements MetaResult {}

    /// There is one, but its bytes are damaged.
    record Corrupted() implements MetaResult {}

    /// The disk cannot be read now.
    record Unreadable() implements MetaResult {}
}
