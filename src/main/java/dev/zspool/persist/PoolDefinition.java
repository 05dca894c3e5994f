package dev.zspool.persist;

/// How a pool is set up, as it is kept.
///
/// @param durability and `full`: as who defines the pool numbers them, 0 to 127
/// @param hashSeed the secret of the pool's hashes
/// @param isConfigured whether it was made from the configuration and follows it at every start
public record PoolDefinition(
        String name,
        int chainSize,
        long limitBytes,
        long maxBlobBytes,
        long defaultTtlMillis,
        int durability,
        int full,
        long hashSeed,
        boolean isConfigured) {}
