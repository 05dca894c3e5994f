package dev.zspool.blob;

/// When an acknowledged write survives the end of the process.
public enum Durability {
    /// Never: blobs are in memory only.
    NONE,
    /// The end of the process does no harm; the end of the machine takes the writes of the last 100
    /// ms at most.
    ASYNC,
    /// Always: the disk has it before the answer.
    SYNC;

    /// Whether blobs are in the journal, and so may leave memory.
    public boolean isDurable() {
        return this != NONE;
    }
}
