package dev.zspool.blob;

import dev.zspool.persist.PoolDefinition;
import dev.zspool.persist.StoredPool;

/// Options of pools as the journal keeps them. The numbers are part of the stored format.
final class PoolDefinitions {
    private PoolDefinitions() {}

    static PoolDefinition of(BlobPoolOptions options, long hashSeed, boolean isConfigured) {
        return new PoolDefinition(
                options.name(),
                options.chainSize(),
                options.limitBytes(),
                options.maxBlobBytes(),
                options.defaultTtlMillis(),
                switch (options.durability()) {
                    case NONE -> 0;
                    case ASYNC -> 1;
                    case SYNC -> 2;
                },
                switch (options.full()) {
                    case REJECT -> 0;
                    case EVICT -> 1;
                },
                hashSeed,
                isConfigured);
    }

    /// @throws IllegalArgumentException for what no version has written
    static BlobPoolOptions options(PoolDefinition definition) {
        return new BlobPoolOptions(
                definition.name(),
                definition.chainSize(),
                definition.limitBytes(),
                definition.maxBlobBytes(),
                definition.defaultTtlMillis(),
                switch (definition.durability()) {
                    case 0 -> Durability.NONE;
                    case 1 -> Durability.ASYNC;
                    case 2 -> Durability.SYNC;
                    default ->
                            throw new IllegalArgumentException(
                                    "durability=" + definition.durability());
                },
                switch (definition.full()) {
                    case 0 -> FullPolicy.REJECT;
                    case 1 -> FullPolicy.EVICT;
                    default -> throw new IllegalArgumentException("full=" + definition.full());
                });
    }

    static PoolKey key(StoredPool stored) {
        return new PoolKey(
                stored.poolId(),
                stored.definition().hashSeed(),
                stored.definition().isConfigured());
    }
}
