package dev.zspool.blob;

/// What a write is asked for before its first byte.
///
/// @param handle 1 to 128 characters of `[A-Za-z0-9._~-]`
/// @param attributes type and encoding
/// @param declaredBytes how long the body will be, {@link #NOT_DECLARED} when that is not known
/// @param ttlMillis how long the blob shall live from the end of its body, {@link #POOL_TTL} for
///   what the pool says
/// @param condition decided when the blob is about to be published
public record WriteRequest(
        String handle,
        BlobAttributes attributes,
        long declaredBytes,
        long ttlMillis,
        WriteCondition condition) {
    /// The length is not known beforehand.
    public static final long NOT_DECLARED = -1;

    /// As long as the pool's blobs live.
    public static final long POOL_TTL = 0;

    /// The longest life: ten years of 365 days.
    public static final long MAX_TTL_MILLIS = 3650L * 24 * 60 * 60 * 1000;

    /// @throws IllegalArgumentException for a life that cannot be
    public WriteRequest {
        if (ttlMillis < 0 || ttlMillis > MAX_TTL_MILLIS) {
            throw new IllegalArgumentException("ttlMillis=" + ttlMillis);
        }
    }

    /// A write that lives as long as the pool says, whatever was there before.
    public static WriteRequest of(String handle, BlobAttributes attributes, long declaredBytes) {
        return new WriteRequest(handle, attributes, declaredBytes, POOL_TTL, WriteCondition.ALWAYS);
    }

    /// The same with another life.
    public WriteRequest livingFor(long otherTtlMillis) {
        return new WriteRequest(handle, attributes, declaredBytes, otherTtlMillis, condition);
    }

    /// The same with a condition.
    public WriteRequest onlyIf(WriteCondition otherCondition) {
        return new WriteRequest(handle, attributes, declaredBytes, ttlMillis, otherCondition);
    }
}
