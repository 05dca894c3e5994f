package dev.zspool.blob;

import dev.zspool.page.Frames;
import dev.zspool.zsmalloc.ZsPool;
import java.util.function.Supplier;

/// Says whether a pool has room for blobs that nobody waits for. Thread-safe.
///
/// @param options the pool's, now
record RoomWatermark(ZsPool pool, Supplier<BlobPoolOptions> options) {
    /// Blobs come into memory as long as this part of the limit is free.
    private static final int FREE_SHARE = 16;

    boolean hasFreeRoom() {
        long limitBytes = options.get().limitBytes();
        long usedBytes = pool.stats().allocatedPages() << Frames.FRAME_SHIFT;
        return usedBytes < limitBytes - limitBytes / FREE_SHARE;
    }
}
