package dev.zspool.http;

import dev.zspool.blob.BlobPoolOptions;

/// How a pool is set up.
///
/// @param pool its name
/// @param limitBytes the most memory that its pages may take
/// @param chainSize the most pages of a zspage
/// @param maxBlobBytes the largest blob
/// @param defaultTtlSeconds how long a blob lives that does not say so, 0 for ever
/// @param durability when a write survives the end of the process
/// @param full what happens to a blob that the limit does not allow, in a pool that is in memory
///   only
public record PoolSettings(
        String pool,
        long limitBytes,
        int chainSize,
        long maxBlobBytes,
        long defaultTtlSeconds,
        PoolRequest.DurabilityName durability,
        PoolRequest.FullName full) {

    private static final long MILLIS_PER_SECOND = 1000;

    static PoolSettings of(BlobPoolOptions options) {
        return new PoolSettings(
                options.name(),
                options.limitBytes(),
                options.chainSize(),
                options.maxBlobBytes(),
                options.defaultTtlMillis() / MILLIS_PER_SECOND,
                PoolRequest.DurabilityName.of(options.durability()),
                PoolRequest.FullName.of(options.full()));
    }
}
