package dev.zspool.pressure;

import dev.zspool.blob.BlobPool;
import dev.zspool.blob.BlobStore;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;

/// The pools that there are, in an array: to be looked at ten times a second without allocation.
final class PoolSet implements BlobStore.Listener {
    private final ReentrantLock lock = new ReentrantLock();

    /// Written under the lock, a new one each time.
    private volatile BlobPool[] pools = {};

    @Override
    public void added(BlobPool pool) {
        lock.lock();
        try {
            BlobPool[] next = Arrays.copyOf(pools, pools.length + 1);
            next[pools.length] = pool;
            pools = next;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void removed(BlobPool pool) {
        lock.lock();
        try {
            pools = Arrays.stream(pools).filter(each -> each != pool).toArray(BlobPool[]::new);
        } finally {
            lock.unlock();
        }
    }

    /// Not to be changed.
    BlobPool[] now() {
        return pools;
    }

    /// Whether there is one whose blobs survive.
    boolean hasDurable() {
        for (BlobPool pool : pools) {
            if (pool.options().durability().isDurable()) {
                return true;
            }
        }
        return false;
    }

    /// Pages that compaction of all pools could free.
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
