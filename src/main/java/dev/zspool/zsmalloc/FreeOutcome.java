package dev.zspool.zsmalloc;

/// What became of a request to free an object.
public enum FreeOutcome {
    /// The object is gone and its slot free.
    FREED,
    /// The handle names no object: it was freed before, never given out, or is an error value.
    /// Nothing changed.
    NOT_LIVE
}
