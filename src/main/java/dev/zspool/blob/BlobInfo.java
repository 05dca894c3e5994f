package dev.zspool.blob;

/// What is known of a published blob.
///
/// @param handle the caller's name for it
/// @param sizeBytes the length of its content
/// @param storedBytes what is kept of the content after compression, headers not counted
/// @param sequence the number of the write that made it, unique in its pool; 56 bits
/// @param contentHash XXH64 of its content
/// @param attributes type and encoding
/// @param modifiedEpochSeconds when it was written
/// @param expiresEpochMillis the end of its life: from then on it is not there; 0 when it has none
public record BlobInfo(
        String handle,
        long sizeBytes,
        long storedBytes,
        long sequence,
        long contentHash,
        BlobAttributes attributes,
        long modifiedEpochSeconds,
        long expiresEpochMillis) {
    /// Of a blob without an end.
    public static final long NEVER_EXPIRES = 0;

    /// Whether its life is over.
    public boolean isExpiredAt(long epochMillis) {
        return expiresEpochMillis != NEVER_EXPIRES && expiresEpochMillis <= epochMillis;
    }
}
