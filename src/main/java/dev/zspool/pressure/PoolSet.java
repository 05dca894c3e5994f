package dev.zspool.pressure;

import dev.zspool.blob.BlobPool;
import dev.zspool.blob.BlobStore;
import java.util.Arrays;

/// The pools that there are, in an array: to be looked at ten times a second without allocation.
final class PoolSet implements BlobStore.Listener {
    private volatile BlobPool[] pools = {};

    @Override
    public synchronized void added(BlobPool pool) {
        BlobPool[] next = new BlobPool[pools.length + 1];
        System.arraycopy(pools, 0, next, 0, pools.length);
        next[pools.length] = pool;
        pools = next;
    }

    @Override
    public synchronized void removed(BlobPool pool) {
        int kept = 0;
        BlobPool[] next = new BlobPool[pools.length];
        for (BlobPool each : pools) {
            if (each != pool) {
                next[kept++] = each;
            }
        }
        pools = Arrays.copyOf(next, kept);
    }

    /// Not to be changed.
    BlobPool[] now() {
        return pools;
    }

    /// Bytes that compaction of all pools could free.
    long compactablePages() {
        long pages = 0;
        for (BlobPool pool : pools) {
            pages += pool.keeper().reclaimablePages();
        }
        return pages;
    }

    /// Pages that pools of one kind could free by eviction.
    ///
    /// @param durable whether of those that lose nothing by it
    long evictablePages(boolean durable) {
        long pages = 0;
        for (BlobPool pool : pools) {
            if (pool.options().durability().isDurable() == durable) {
                pages += pool.keeper().eviction().evictablePages();
            }
        }
        return pages;
    }
}
