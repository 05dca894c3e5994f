package dev.zspool.blob;

import java.util.List;

/// A walk over the published blobs of a pool, in the order of their handles' hashes, and of the
/// handles where these are equal.
///
/// A blob that is there all the time is listed exactly once, also if it is replaced meanwhile; one
/// that comes or goes meanwhile is listed once or not at all. Where the walk stands is a hash and a
/// handle. It holds no lock between two calls, pins nothing, and takes bounded memory, whatever the
/// size of the pool. Not thread-safe; needs no closing.
public sealed interface BlobListing permits MemoryListing, JournalListing {
    /// Lists the next blobs. One whose description is damaged is left out and counts as a corrupted
    /// read.
    ///
    /// @param limit how many at most, positive
    /// @return none is not the end: {@link #isAtEnd} is
    List<BlobInfo> next(int limit);

    /// Whether the next step may wait for the disk: then it is not for an event loop.
    boolean mayBlock();

    /// Whether it broke off because the disk cannot be read now. Then it is at its end, too.
    boolean isUnreadable();

    /// Whether there is nothing more to be listed.
    boolean isAtEnd();
}
