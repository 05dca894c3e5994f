package dev.zspool.blob;

/// What reading a block came to.
public enum ReadOutcome {
    /// The bytes are there, and match their hash.
    OK,
    /// The blob was replaced or deleted since it was opened. Open it again.
    REPLACED,
    /// The stored bytes do not match their hash. Nothing was given out.
    CORRUPTED
}
