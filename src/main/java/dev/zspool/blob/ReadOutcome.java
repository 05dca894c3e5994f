package dev.zspool.blob;

/// What reading a block came to.
public enum ReadOutcome {
    /// The bytes are there, and match their hash.
    OK,
    /// The blob was replaced or deleted since it was opened. Open it again.
    REPLACED,
    /// The stored bytes do not match their hash. Nothing was given out.
    CORRUPTED,
    /// The blob left memory since it was opened. Read the block again, off the event loop: from now
    /// on the reader reads the same version from the journal.
    EVICTED,
    /// The blob is not in memory, and the disk cannot be read now.
    UNREADABLE
}
