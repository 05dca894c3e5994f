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

    ZspageIds(PageArena arena, Region region, ZspageTable table) {
        this.arena = arena;
        this.region = region;
        this.table = table;
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
            if (id == table.capacity() || (opensPage && !arena.chargeTablePages(1))) {
                return ZspageTable.NO_ZSPAGE;
            }
            firstUnusedId++;
            return id;
        } finally {
            lock.unlock();
        }
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

    /// Gives the table's memory back; no zspage is in use any more.
    void close() {
        long pages = chargedPages();
        lock.lock();
        try {
            firstFreeId = ZspageTable.NO_ZSPAGE;
            firstUnusedId = ZspageTable.NO_ZSPAGE + 1;
        } finally {
            lock.unlock();
        }
        if (pages > 0) {
            region.giveBack(0, pages << Frames.FRAME_SHIFT);
            arena.dischargeTablePages(pages);
        }
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
