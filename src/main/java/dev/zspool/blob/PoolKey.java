package dev.zspool.blob;

/// What a pool keeps over restarts beside its options.
///
/// @param poolId what the journal knows it by; {@link #NOT_KEPT} when there is no journal
/// @param hashSeed the secret of its hashes
/// @param isConfigured whether it was made from the configuration, and follows it
record PoolKey(int poolId, long hashSeed, boolean isConfigured) {
    static final int NOT_KEPT = 0;

    /// Of a pool that ends with the process.
    static PoolKey fresh(BlobHost host) {
        return new PoolKey(NOT_KEPT, host.random().nextLong(), false);
    }
}
