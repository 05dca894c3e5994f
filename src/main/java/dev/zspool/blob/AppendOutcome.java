package dev.zspool.blob;

/// What a write says to its source.
public enum AppendOutcome {
    /// Go on.
    READY,
    /// The bytes were taken; send no more until the resume callback has run.
    PAUSE,
    /// The write has failed; send no more. {@link BlobWrite#commit} answers why.
    REFUSED
}
