package dev.zspool.blob;

/// What asking where a blob lies came to.
public sealed interface LayoutResult {
    /// There is such a blob, and it was there all the time.
    record Found(BlobLayout layout) implements LayoutResult {}

    /// There is such a blob, in the journal and not in memory.
    ///
    /// @param pieces how many pieces it has there
    record Evicted(BlobInfo info, int pieces) implements LayoutResult {}

    /// Only the journal knows whether there is one, and the disk cannot be read now.
    record Unreadable() implements LayoutResult {}

    /// There is none.
    record Missing() implements LayoutResult {}

    /// It was replaced or deleted meanwhile: ask again.
    record Replaced() implements LayoutResult {}

    /// It is damaged: what leads to its content does not match its hash.
    record Corrupted() implements LayoutResult {}
}
