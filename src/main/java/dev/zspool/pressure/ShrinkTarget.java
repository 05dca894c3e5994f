package dev.zspool.pressure;

/// What a shrink is to reach.
///
/// @param isRelease whether so much is to be given back; else no more than that is to be in use, as
///   the container's limit counts
/// @param bytes how much, 0 or more
public record ShrinkTarget(boolean isRelease, long bytes) {
    /// @throws IllegalArgumentException for less than 0
    public ShrinkTarget {
        if (bytes < 0) {
            throw new IllegalArgumentException("bytes=" + bytes + " is negative");
        }
    }

    /// Until so much was given back.
    public static ShrinkTarget releaseBytes(long bytes) {
        return new ShrinkTarget(true, bytes);
    }

    /// Until the working set is no more than that.
    public static ShrinkTarget workingSetBytes(long bytes) {
        return new ShrinkTarget(false, bytes);
    }

    /// How much more came than was asked for.
    ///
    /// @param releasedBytes what has been given back
    /// @param workingSetBytes what is in use now
    long surplusBytes(long releasedBytes, long workingSetBytes) {
        return Math.max(0, isRelease ? releasedBytes - bytes : bytes - workingSetBytes);
    }

    /// What is still to be given back.
    ///
    /// @param releasedBytes what has been
    /// @param workingSetBytes what is in use now
    long missingBytes(long releasedBytes, long workingSetBytes) {
        return Math.max(0, isRelease ? bytes - releasedBytes : workingSetBytes - bytes);
    }
}
