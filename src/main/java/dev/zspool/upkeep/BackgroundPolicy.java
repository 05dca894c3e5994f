package dev.zspool.upkeep;

/// Whether work in the background is worth its while: a pure function.
final class BackgroundPolicy {
    /// Below 1 MiB nobody cares.
    static final long LEAST_PAGES = 256;

    /// Below 32 MiB a defragmentation is not worth its copies.
    static final long LEAST_BLOCKS = 16;

    private BackgroundPolicy() {}

    /// Whether a pool should be compacted.
    ///
    /// @param reclaimablePages what compaction would free
    /// @param usedPages the pool's pages
    static boolean shouldCompact(UpkeepOptions options, long reclaimablePages, long usedPages) {
        return options.background()
                && reclaimablePages >= LEAST_PAGES
                && isShare(options, reclaimablePages, usedPages);
    }

    /// Whether the arena should be defragmented.
    ///
    /// @param spareBlocks pageblocks that it would make free
    /// @param backedBlocks pageblocks that are backed
    static boolean shouldDefragment(UpkeepOptions options, long spareBlocks, long backedBlocks) {
        return options.background()
                && options.defragments()
                && spareBlocks >= LEAST_BLOCKS
                && isShare(options, spareBlocks, backedBlocks);
    }

    private static boolean isShare(UpkeepOptions options, long part, long whole) {
        return part * 100 >= whole * options.thresholdPercent();
    }
}
