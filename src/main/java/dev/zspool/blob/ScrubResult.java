package dev.zspool.blob;

/// What verifying a pool's blobs on the disk came to.
///
/// @param blobs how many were read
/// @param logicalBytes of their content
/// @param repairedBlobs damaged ones that memory had sound, and that were written again
/// @param corruptedBlobs damaged ones that cannot be read any more; each says so when it is asked
///   for
/// @param isComplete whether all were read, and all written again that memory had sound: not when
///   it was stopped, or the disk cannot be read or takes nothing
public record ScrubResult(
        long blobs,
        long logicalBytes,
        long repairedBlobs,
        long corruptedBlobs,
        boolean isComplete) {
    /// Of a pool that has nothing on the disk.
    public static final ScrubResult NOTHING = new ScrubResult(0, 0, 0, 0, true);
}
