package dev.zspool.blob;

/// How far a pool's blobs are back in memory after a start.
///
/// @param lookedAtBlobs how many were looked at
/// @param admittedBlobs how many of them were taken into memory
/// @param totalBlobs how many there were at the start
/// @param isDone whether it is over: all are in memory, or there is no room for more
public record WarmUpProgress(
        long lookedAtBlobs, long admittedBlobs, long totalBlobs, boolean isDone) {
    /// Of a pool that had none.
    public static final WarmUpProgress NOTHING = new WarmUpProgress(0, 0, 0, true);
}
