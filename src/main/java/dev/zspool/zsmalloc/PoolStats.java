package dev.zspool.zsmalloc;

/// A pool's counters at one moment. Pages have 4096 bytes.
///
/// @param allocatedPages pages of all zspages (`pages_allocated`)
/// @param peakPages the most there were at one time
/// @param limitPages the most there may be
/// @param freedByCompactionPages pages that compaction freed since the start (`pages_compacted`)
/// @param movedByCompactionObjects objects that compaction moved since the start
/// @param reclaimablePages pages that compaction could free now, at best
/// @param liveObjects objects that are stored
/// @param handlePages pages of the handle table in use
/// @param isolatedPages pages that are isolated now
public record PoolStats(
        long allocatedPages,
        long peakPages,
        long limitPages,
        long freedByCompactionPages,
        long movedByCompactionObjects,
        long reclaimablePages,
        long liveObjects,
        long handlePages,
        long isolatedPages) {}
