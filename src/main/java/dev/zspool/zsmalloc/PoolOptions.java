package dev.zspool.zsmalloc;

/// How a pool is made.
///
/// @param chainSize the most pages of a zspage, 4 to 16
/// @param limitPages the most pages that zspages may take together
public record PoolOptions(int chainSize, long limitPages) {
    /// What the kernel ships (`CONFIG_ZSMALLOC_CHAIN_SIZE`).
    public static final int DEFAULT_CHAIN_SIZE = 8;

    public PoolOptions {
        if (chainSize < PoolGeometry.MIN_CHAIN_SIZE || chainSize > PoolGeometry.MAX_CHAIN_SIZE) {
            throw new IllegalArgumentException("chainSize=" + chainSize + " must be 4 to 16");
        }
        if (limitPages <= 0) {
            throw new IllegalArgumentException("limitPages=" + limitPages + " must be positive");
        }
    }

    /// The default chain size and no limit but the arena's.
    public static PoolOptions defaults() {
        return new PoolOptions(DEFAULT_CHAIN_SIZE, Long.MAX_VALUE);
    }
}
