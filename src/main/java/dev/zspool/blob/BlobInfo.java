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
public record BlobInfo(
        String handle,
        long sizeBytes,
        long storedBytes,
        long sequence,
        long contentHash,
        BlobAttributes attributes,
        long modifiedEpochSeconds) {}
