package dev.zspool.blob;

/// When an acknowledged write survives the end of the process.
public enum Durability {
    /// Never: blobs are in memory only.
    NONE
}
