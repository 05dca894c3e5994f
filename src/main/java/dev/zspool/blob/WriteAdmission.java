package dev.zspool.blob;

/// Whether writes of blobs are let in while memory is short. Those that are under way go on; reads
/// and deletions are never held up.
public enum WriteAdmission {
    /// They are.
    OPEN,

    /// They wait until it is {@link #OPEN} again, their sources paused; no thread waits.
    WAIT,

    /// They are refused ({@link PutResult.OutOfMemory}); those that wait already go on waiting.
    REFUSE
}
