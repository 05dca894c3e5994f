package dev.zspool.persist;

/// What is stored in a pool, in memory or not.
///
/// @param blobs how many, those included whose life is over and that are not removed yet
/// @param logicalBytes of their content
/// @param storedBytes of their content as it is kept
/// @param expiringBlobs how many have an end
public record PoolTotals(long blobs, long logicalBytes, long storedBytes, long expiringBlobs) {
    /// Of an empty pool.
    public static final PoolTotals NONE = new PoolTotals(0, 0, 0, 0);
}
