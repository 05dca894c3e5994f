package dev.zspool.blob;

/// How a pool of blobs is made. All but name and chain size may change while it lives.
///
/// @param name how it is called, for people
/// @param chainSize the most pages of a zspage, 4 to 16
/// @param limitBytes the most memory that its zspages may take
/// @param maxBlobBytes the largest blob
/// @param defaultTtlMillis how long a blob lives that does not say so, 0 for ever
/// @param durability when a write survives the end of the process
/// @param full what happens when the limit is reached
public record BlobPoolOptions(
        String name,
        int chainSize,
        long limitBytes,
        long maxBlobBytes,
        long defaultTtlMillis,
        Durability durability,
        FullPolicy full) {
    /// The largest blob that the format allows: as many branches as a root has room for, with a
    /// margin.
    public static final long MAX_BLOB_BYTES = 1L << 30;

    public BlobPoolOptions {
        if (limitBytes < 4096) {
            throw new IllegalArgumentException("limitBytes=" + limitBytes + " is below one page");
        }
        if (maxBlobBytes < 0 || maxBlobBytes > MAX_BLOB_BYTES) {
            throw new IllegalArgumentException(
                    "maxBlobBytes=" + maxBlobBytes + " must be 0 to " + MAX_BLOB_BYTES);
        }
        if (defaultTtlMillis < 0 || defaultTtlMillis > WriteRequest.MAX_TTL_MILLIS) {
            throw new IllegalArgumentException(
                    "defaultTtlMillis="
                            + defaultTtlMillis
                            + " must be 0 to "
                            + WriteRequest.MAX_TTL_MILLIS);
        }
    }

    /// Whether blobs may leave memory to make room: deleted from a cache, or dropped because the
    /// journal has them.
    public boolean isEvictable() {
        return full == FullPolicy.EVICT || durability.isDurable();
    }

    /// A pool whose blobs live for ever, and that refuses what does not fit.
    public static BlobPoolOptions of(
            String name, int chainSize, long limitBytes, long maxBlobBytes) {
        return new BlobPoolOptions(
                name,
                chainSize,
                limitBytes,
                maxBlobBytes,
                BlobInfo.NEVER_EXPIRES,
                Durability.NONE,
                FullPolicy.REJECT);
    }
}
