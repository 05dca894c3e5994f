package dev.zspool.zsmalloc;

import dev.zspool.page.PageArena;
import dev.zspool.page.PageOwner;
import java.util.concurrent.atomic.AtomicLong;

/// Makes zspages from frames and takes them apart, within the pool's limit.
///
/// Thread-safe, without a lock of its own. Never called under the lock of a size class: making a
/// zspage touches memory, which may take microseconds.
final class ZspageAllocator {
    /// The pool's own limit does not allow another zspage.
    static final int LIMIT_REACHED = -1;

    /// The arena's budget does not allow it.
    static final int OUT_OF_MEMORY = -2;

    private static final ThreadLocal<int[]> FRAMES =
            ThreadLocal.withInitial(() -> new int[PoolGeometry.MAX_CHAIN_SIZE]);

    private final PageArena arena;
    private final ZspageTable zspages;
    private final SlotMemory slots;
    private final AtomicLong allocatedPages = new AtomicLong();
    private final AtomicLong peakPages = new AtomicLong();
    private volatile long limitPages;

    ZspageAllocator(PageArena arena, ZspageTable zspages, SlotMemory slots, long limitPages) {
        this.arena = arena;
        this.zspages = zspages;
        this.slots = slots;
        this.limitPages = limitPages;
    }

    /// Makes an empty zspage that nobody else knows yet.
    ///
    /// @param owner whose the frames are
    /// @return its id, {@link #LIMIT_REACHED} or {@link #OUT_OF_MEMORY}
    int build(SizeClassShape shape, PageOwner owner) {
        int pages = shape.pagesPerZspage();
        if (!chargeLimit(pages)) {
            return LIMIT_REACHED;
        }
        int zspage = zspages.ids().acquire();
        if (zspage != ZspageTable.NO_ZSPAGE) {
            int[] frames = FRAMES.get();
            if (arena.acquire(frames, pages, owner)) {
                peakPages.accumulateAndGet(allocatedPages.get(), Math::max);
                slots.format(zspage, shape, frames);
                return zspage;
            }
            zspages.ids().release(zspage);
        }
        allocatedPages.addAndGet(-pages);
        return OUT_OF_MEMORY;
    }

    /// Gives an empty zspage's frames back. No list and no word leads to it any more.
    void destroy(int zspage) {
        int[] frames = FRAMES.get();
        int pages = slots.frames(zspage, frames);
        arena.release(frames, pages);
        zspages.ids().release(zspage);
        allocatedPages.addAndGet(-pages);
    }

    private boolean chargeLimit(int pages) {
        long now = allocatedPages.get();
        while (now + pages <= limitPages) {
            if (allocatedPages.compareAndSet(now, now + pages)) {
                return true;
            }
            now = allocatedPages.get();
        }
        return false;
    }

    /// Pages of all zspages (`pages_allocated`).
    long allocatedPages() {
        return allocatedPages.get();
    }

    /// The most pages there were at one time.
    long peakPages() {
        return peakPages.get();
    }

    long limitPages() {
        return limitPages;
    }

    void setLimitPages(long pages) {
        limitPages = pages;
    }
}
