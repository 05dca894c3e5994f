package dev.zspool.zsmalloc;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.zspool.page.Frames;
import dev.zspool.page.PageArena;
import dev.zspool.page.Region;
import java.util.concurrent.locks.ReentrantLock;

/// Which ids of a {@link ZspageTable} are in use, and the pages that the table has charged.
///
/// Thread-safe; its lock is a leaf.
final class ZspageIds {
    private final PageArena arena;
    private final Region region;
    private final ZspageTable table;
    private final ReentrantLock lock = new ReentrantLock();

    /// Freed ids, linked through `next`.
    @GuardedBy("lock")
    private int firstFreeId = ZspageTable.NO_ZSPAGE;

    /// Ids from here on were never used.
    @GuardedBy("lock")
    private int firstUnusedId = ZspageTable.NO_ZSPAGE + 1;

    /// Ids are below it; 0 when the table is closed and its memory may be another one's.
    private volatile int capacity;

    ZspageIds(PageArena arena, Region region, ZspageTable table, int capacity) {
        this.arena = arena;
        this.region = region;
        this.table = table;
        this.capacity = capacity;
    }

    /// Takes an unused id; its descriptor holds anything. {@link ZspageTable#NO_ZSPAGE} when the
    /// budget does not allow another page.
    int acquire() {
        lock.lock();
        try {
            int id = firstFreeId;
            if (id != ZspageTable.NO_ZSPAGE) {
                firstFreeId = table.next(id);
                return id;
            }
            id = firstUnusedId;
            boolean opensPage =
                    (long) id * ZspageTable.DESCRIPTOR_BYTES % Frames.FRAME_BYTES == 0 || id == 1;
            if (id >= capacity || (opensPage && !arena.budget().chargeTablePages(1))) {
                return ZspageTable.NO_ZSPAGE;
            }
            firstUnusedId++;
            return id;
        } finally {
            lock.unlock();
        }
    }

    /// Whether a number can be an id now; without a lock.
    boolean isInRange(int id) {
        return id < capacity;
    }

    void release(int id) {
        lock.lock();
        try {
            table.setNext(id, firstFreeId);
            firstFreeId = id;
        } finally {
            lock.unlock();
        }
    }

    /// Ids below this one were in use at some time.
    int limit() {
        lock.lock();
        try {
            return firstUnusedId;
        } finally {
            lock.unlock();
        }
    }

    /// Gives the table's memory and address space back; no zspage is in use any more. Called once.
    void close() {
        long pages = chargedPages();
        lock.lock();
        try {
            capacity = 0;
            firstFreeId = ZspageTable.NO_ZSPAGE;
            firstUnusedId = ZspageTable.NO_ZSPAGE + 1;
        } finally {
            lock.unlock();
        }
        arena.tables().release(region, pages << Frames.FRAME_SHIFT);
        arena.budget().dischargeTablePages(pages);
    }

    /// How many pages the table uses and has charged.
    long chargedPages() {
        int limit = limit();
        if (limit == 1) {
            return 0;
        }
        long lastByte = (long) limit * ZspageTable.DESCRIPTOR_BYTES - 1;
        return (lastByte >> Frames.FRAME_SHIFT) + 1;
    }
}
