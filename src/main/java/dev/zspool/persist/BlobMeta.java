package dev.zspool.persist;

import java.util.Optional;

/// What the journal knows of a blob beside its pieces.
///
/// @param hash the handle's, with the pool's secret; 64 bits, unsigned
/// @param handle 1 to 128 characters of ASCII
/// @param sequence the number of the write, positive; its pieces have the same
/// @param sizeBytes of the content
/// @param storedBytes of the content as it is kept
/// @param contentHash of the whole content
/// @param contentType up to 255 bytes of UTF-8
/// @param contentEncoding up to 255 bytes of UTF-8
/// @param modifiedEpochSeconds when it was written
/// @param expiresEpochMillis the end of its life, 0 when it has none
/// @param kind how its content is kept, as who stores it numbers them: 0 to 127
/// @param pieces how many it has, 1 at least
/// @param isCorrupted whether its pieces were found damaged, and are gone
public record BlobMeta(
        long hash,
        String handle,
        long sequence,
        long sizeBytes,
        long storedBytes,
        long contentHash,
        Optional<String> contentType,
        Optional<String> contentEncoding,
        long modifiedEpochSeconds,
        long expiresEpochMillis,
        int kind,
        int pieces,
        boolean isCorrupted) {
    /// Of a blob without an end.
    public static final long NEVER_EXPIRES = 0;

    /// Of a blob whose record cannot be read; no write has this number.
    private static final long UNKNOWN_SEQUENCE = Long.MAX_VALUE;

    /// @throws IllegalArgumentException for what cannot be
    public BlobMeta {
        if (handle.isEmpty() || handle.length() > 128) {
            throw new IllegalArgumentException("handle of " + handle.length() + " characters");
        }
        if (sequence < 1 || pieces < 1 || kind < 0 || kind > Byte.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "sequence=" + sequence + " pieces=" + pieces + " kind=" + kind);
        }
    }

    /// Stands for a blob whose record is damaged: nothing but its name is known, and not even
    /// whether there is one, where a whole block of records cannot be read. Good for removing it.
    public static BlobMeta unreadable(long hash, String handle) {
        return new BlobMeta(
                hash,
                handle,
                UNKNOWN_SEQUENCE,
                0,
                0,
                0,
                Optional.empty(),
                Optional.empty(),
                0,
                NEVER_EXPIRES,
                0,
                1,
                true);
    }

    /// Whether this is {@link #unreadable}.
    public boolean isUnreadable() {
        return sequence == UNKNOWN_SEQUENCE;
    }

    /// The same blob, with the mark that its pieces are gone.
    public BlobMeta corrupted() {
        return new BlobMeta(
                hash,
                handle,
                sequence,
                sizeBytes,
                storedBytes,
                contentHash,
                contentType,
                contentEncoding,
                modifiedEpochSeconds,
                expiresEpochMillis,
                kind,
                pieces,
                true);
    }
}
