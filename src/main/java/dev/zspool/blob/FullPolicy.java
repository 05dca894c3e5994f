package dev.zspool.blob;

/// What a pool does with a blob that its memory limit does not allow.
public enum FullPolicy {
    /// The write is refused; what is there stays.
    REJECT,
    /// The pool is a cache: blobs that nobody read lately make room.
    EVICT
}
