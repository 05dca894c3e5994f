package dev.zspool.blob;

/// How a pool of blobs is made.
///
/// @param name how it is called, for people
/// @param chainSize the most pages of a zspage, 4 to 16
/// @param limitBytes the most memory that its zspages may take
/// @param maxBlobBytes the largest blob
/// @param bodyBudgetBytes the most heap that bodies under way may take
/// @param hashSeed a secret, so that nobody can choose handles that collide in the index
public record BlobPoolOptions(
        String name,
        int chainSize,
        long limitBytes,
        long maxBlobBytes,
        long bodyBudgetBytes,
        long hashSeed) {
    /// The largest blob that the format allows: as many branches as a root has room for, with a
    /// margin.
    public static final long MAX_BLOB_BYTES = 1L << 30;

    /// Three blocks: less would let no long body in.
    public static final long MIN_BODY_BUDGET_BYTES = 3L * Blocks.BLOCK_BYTES;

    public BlobPoolOptions {
        if (limitBytes < 4096) {
            throw new IllegalArgumentException("limitBytes=" + limitBytes + " is below one page");
        }
        if (maxBlobBytes < 0 || maxBlobBytes > MAX_BLOB_BYTES) {
            throw new IllegalArgumentException(
                    "maxBlobBytes=" + maxBlobBytes + " must be 0 to " + MAX_BLOB_BYTES);
        }
        if (bodyBudgetBytes < MIN_BODY_BUDGET_BYTES) {
            throw new IllegalArgumentException(
                    "bodyBudgetBytes=" + bodyBudgetBytes + " is below " + MIN_BODY_BUDGET_BYTES);
        }
    }

    /// A handle as this pool's index knows it.
    ///
    /// @throws IllegalArgumentException for one that cannot be a handle
    BlobName nameOf(String handle) {
        return new BlobName(handle, hashSeed);
    }
}
