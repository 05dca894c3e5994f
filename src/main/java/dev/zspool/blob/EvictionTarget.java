package dev.zspool.blob;

import dev.zspool.page.Frames;

/// What an eviction is to reach.
///
/// @param isRelease whether so much is to become free; else no more than that is to be in use
/// @param bytes of pages of the pool
public record EvictionTarget(boolean isRelease, long bytes) {
    /// Until the pool takes no more than that.
    public static EvictionTarget poolBytes(long bytes) {
        return new EvictionTarget(false, bytes);
    }

    /// Until so much has become free.
    public static EvictionTarget releaseBytes(long bytes) {
        return new EvictionTarget(true, bytes);
    }

    /// @throws IllegalArgumentException for a negative number
    public EvictionTarget {
        if (bytes < 0) {
            throw new IllegalArgumentException("bytes=" + bytes + " is negative");
        }
    }

    /// Pages that are still to become free; not above 0 when it is reached.
    ///
    /// @param poolPages what the pool takes now
    /// @param freedPages what has become free so far
    long missingPages(long poolPages, long freedPages) {
        return isRelease
                ? Math.ceilDiv(bytes, Frames.FRAME_BYTES) - freedPages
                : poolPages - (bytes >> Frames.FRAME_SHIFT);
    }
}
