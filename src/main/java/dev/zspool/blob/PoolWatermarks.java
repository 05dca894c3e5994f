package dev.zspool.blob;

/// How much of a pool's limit is to be free, in bytes: min < low < high, as for the kernel's
/// kswapd.
///
/// Below *low* eviction begins in the background, and goes on to *high*, so that it does not begin
/// anew at every write. What was evicted comes back unasked only while more than *high* is free, so
/// that the two never work against each other. Below *min* blobs leave that were read lately, too.
record PoolWatermarks(long minBytes, long lowBytes, long highBytes) {
    private static final int MIN_SHARE = 128;
    private static final int LOW_SHARE = 32;
    private static final int HIGH_SHARE = 16;

    /// Writers do not become faster with the pool: of a large one no more than that is kept free.
    private static final long MOST_HIGH_BYTES = 256L << 20;

    /// Those of a limit. A pure function.
    static PoolWatermarks of(long limitBytes) {
        long high = Math.min(limitBytes / HIGH_SHARE, MOST_HIGH_BYTES);
        return new PoolWatermarks(
                high * HIGH_SHARE / MIN_SHARE, high * HIGH_SHARE / LOW_SHARE, high);
    }

    /// Whether eviction in the background shall begin.
    boolean isShort(long freeBytes) {
        return freeBytes < lowBytes;
    }

    /// Whether eviction in the background that has begun shall go on.
    boolean wantsMore(long freeBytes) {
        return freeBytes < highBytes;
    }

    /// Whether also blobs that were read lately shall leave.
    boolean isDire(long freeBytes) {
        return freeBytes < minBytes;
    }

    /// Whether what was evicted may come back unasked.
    boolean hasFreeRoom(long freeBytes) {
        return freeBytes > highBytes;
    }
}
