package dev.zspool.persist;

/// A pool that the journal knows.
///
/// @param poolId never given to another one
public record StoredPool(int poolId, PoolDefinition definition) {}
