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

    private static final int IN_TRANSIT_SHIFT = 32;

    private static final ThreadLocal<int[]> FRAMES =
            ThreadLocal.withInitial(() -> new int[PoolGeometry.MAX_CHAIN_SIZE]);

    private final PageArena arena;
    private final ZspageTable zspages;
    private final SlotMemory slots;

    /// Pages of all zspages, in the lower half; in the upper half those of zspages that no class
    /// has yet, or has any more. One word, so that a checker sees both of one moment.
    private final AtomicLong pages = new AtomicLong();

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
        int count = shape.pagesPerZspage();
        if (!chargeLimit(count)) {
            return LIMIT_REACHED;
        }
        int zspage = zspages.ids().acquire();
        if (zspage != ZspageTable.NO_ZSPAGE) {
            int[] frames = FRAMES.get();
            if (arena.acquire(frames, count, owner)) {
                peakPages.accumulateAndGet(allocatedPages(), Math::max);
                slots.format(zspage, shape, frames);
                return zspage;
            }
            zspages.ids().release(zspage);
        }
        pages.addAndGet(-inTransit(count) - count);
        return OUT_OF_MEMORY;
    }

    private static long inTransit(int count) {
        return (long) count << IN_TRANSIT_SHIFT;
    }

    /// Notes that a class has taken a zspage in; the caller holds the lock of the class.
    void filedLocked(SizeClassShape shape) {
        pages.addAndGet(-inTransit(shape.pagesPerZspage()));
    }

    /// Notes that a class has let a zspage go that is to be destroyed; the caller holds the lock of
    /// the class.
    void withdrawnLocked(SizeClassShape shape) {
        pages.addAndGet(inTransit(shape.pagesPerZspage()));
    }

    /// Gives an empty zspage's frames back. No list and no word leads to it any more.
    void destroy(int zspage) {
        int[] frames = FRAMES.get();
        int count = slots.frames(zspage, frames);
        arena.release(frames, count);
        zspages.ids().release(zspage);
        pages.addAndGet(-inTransit(count) - count);
    }

    private boolean chargeLimit(int count) {
        long now = pages.get();
        while ((int) now + count <= limitPages) {
            if (pages.compareAndSet(now, now + inTransit(count) + count)) {
                if ((int) now + count <= limitPages) {
                    return true;
                }
                // It was lowered in between, and whoever did it knows by now.
                pages.addAndGet(-inTransit(count) - count);
            }
            now = pages.get();
        }
        return false;
    }

    /// Whether more pages are in use than the limit allows, because it was lowered.
    boolean isAboveLimit() {
        return allocatedPages() > limitPages;
    }

    /// Whether the limit allows another zspage, as it looks now.
    boolean isAllowed(SizeClassShape shape) {
        return allocatedPages() + shape.pagesPerZspage() <= limitPages;
    }

    /// Pages of all zspages (`pages_allocated`).
    long allocatedPages() {
        return (int) pages.get();
    }

    /// Pages of all zspages less those of zspages that no class has at this moment.
    long filedPages() {
        long now = pages.get();
        return (int) now - (now >> IN_TRANSIT_SHIFT);
    }

    /// Pages of zspages that no class has yet, or has any more.
    long inTransitPages() {
        return pages.get() >> IN_TRANSIT_SHIFT;
    }

    /// The most pages there were at one time.
    long peakPages() {
        return peakPages.get();
    }

    long limitPages() {
        return limitPages;
    }

    void setLimitPages(long most) {
        limitPages = most;
    }
}
