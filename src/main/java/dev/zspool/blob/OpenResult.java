package dev.zspool.blob;

/// What looking a handle up came to.
public sealed interface OpenResult {
    /// There is such a blob.
    record Found(BlobReader reader) implements OpenResult {}

    /// There is none.
    record Missing() implements OpenResult {}

    /// There is one, but its header does not match its hash: nothing of it is given out.
    record Corrupted() implements OpenResult {}

    /// It is not in memory; only the journal knows whether there is one: ask {@link
    /// BlobPool#fetch}, off the event loop.
    record NotInMemory() implements OpenResult {}

    /// Only the journal knows, and the disk cannot be read now.
    record Unreadable() implements OpenResult {}
}
