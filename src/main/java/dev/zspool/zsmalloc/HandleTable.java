package dev.zspool.zsmalloc;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.zspool.os.Errno;
import dev.zspool.page.Frames;
import dev.zspool.page.OutOfAddressSpaceException;
import dev.zspool.page.PageArena;
import dev.zspool.page.Region;
import dev.zspool.page.Words;
import java.util.concurrent.locks.ReentrantLock;

/// The words behind the handles of a pool: one {@link ObjectLocation} a cell, 512 cells a page,
/// off-heap.
///
/// A handle is the number of its cell, from 1, and never moves; what its word says does. Cells of a
/// page are reused first in, first out, and only while more than {@link #QUARANTINE_CELLS} of them
/// are free, so that at least that many other cells of the page are freed between two lives of one
/// cell. Together with the version's width this bounds from below how long a reader may sleep
/// between its two loads (`docs/memory-layout.md`).
///
/// Pages whose cells are all free are given back by {@link #giveBackEmptyPages} and read as zeros,
/// which means "not live". Such a page is not used again before the pass after the next begins, and
/// its versions go on where they were.
///
/// **Concurrency.** Words are read by anyone at any time. A word is written by whoever holds the
/// lock of the object's size class (publish, move, retire), or, while its cell is free, under the
/// table's lock, a leaf.
final class HandleTable {
    static final int CELLS_PER_PAGE = Frames.FRAME_BYTES / Long.BYTES;

    /// Free cells that a page keeps before one is reused.
    static final int QUARANTINE_CELLS = 32;

    /// 2^32 cells: whoever stores a handle may do so in 32 bits.
    private static final int MOST_PAGES = 1 << 23;

    private static final int CELL_SHIFT = 9;
    private static final int CELL_MASK = CELLS_PER_PAGE - 1;

    private final PageArena arena;
    private final Region region;
    private final Words words;
    private final HandlePages pages;
    private final HandlePageDescriptors descriptors;
    private final int versionMask;
    private final ReentrantLock lock = new ReentrantLock();

    /// Pages from this one on were never used. Read without the lock to bound a reader's handle.
    private volatile int firstUnusedPage;

    @GuardedBy("lock")
    private long chargedPages;

    @GuardedBy("lock")
    private boolean closed;

    /// @param maxObjects how many objects the pool can ever hold at once
    /// @param versionBits 21; fewer in the tests that show why
    HandleTable(PageArena arena, long maxObjects, int versionBits) {
        this.arena = arena;
        long cells = maxObjects + maxObjects / 8 + 2L * CELLS_PER_PAGE;
        int capacityPages = (int) Math.min(cells / CELLS_PER_PAGE + 1, MOST_PAGES);
        this.region = arena.tables().reserve((long) capacityPages << Frames.FRAME_SHIFT);
        this.words = region.words();
        try {
            this.pages = new HandlePages(arena, capacityPages);
        } catch (OutOfAddressSpaceException refused) {
            arena.tables().release(region, 0);
            throw refused;
        }
        this.descriptors = pages.descriptors();
        this.versionMask = (1 << versionBits) - 1;
    }

    /// Takes a free cell. Its word is not live until {@link #publishAt}.
    ///
    /// @return the handle, 0 when the budget does not allow another page
    long acquire() {
        while (true) {
            int page;
            lock.lock();
            try {
                page = pages.firstAvailable();
                if (page != HandlePages.NO_PAGE) {
                    return popLocked(page);
                }
                page = reservePageLocked();
            } finally {
                lock.unlock();
            }
            if (page == HandlePages.NO_PAGE) {
                return ZsPool.NULL_HANDLE;
            }
            openPage(page);
        }
    }

    @GuardedBy("lock")
    private long popLocked(int page) {
        int cell = descriptors.head(page);
        long handle = (long) page << CELL_SHIFT | cell;
        descriptors.setHead(page, ObjectLocation.nextFreeCell(words.getOpaque(handle)));
        descriptors.setFreeCells(page, descriptors.freeCells(page) - 1);
        pages.refile(page);
        return handle;
    }

    @GuardedBy("lock")
    private int reservePageLocked() {
        if (closed || !arena.budget().chargeTablePages(1)) {
            return HandlePages.NO_PAGE;
        }
        int page = pages.popReusable();
        if (page == HandlePages.NO_PAGE) {
            page = firstUnusedPage;
            if (page == pages.capacity() || !pages.ensureBacked(page)) {
                arena.budget().dischargeTablePages(1);
                return HandlePages.NO_PAGE;
            }
            firstUnusedPage = page + 1;
        }
        chargedPages++;
        return page;
    }

    /// Links all cells of a page that nobody else can see yet. The first touch happens here,
    /// outside the lock.
    private void openPage(int page) {
        int version = descriptors.versionFloor(page);
        long base = (long) page << CELL_SHIFT;
        int first = page == 0 ? 1 : 0;
        for (int cell = first; cell < CELLS_PER_PAGE; cell++) {
            words.setOpaque(base | cell, ObjectLocation.free(version, (cell + 1) & CELL_MASK));
        }
        lock.lock();
        try {
            descriptors.setHead(page, first);
            descriptors.setTail(page, CELLS_PER_PAGE - 1);
            descriptors.setFreeCells(page, CELLS_PER_PAGE - first);
            pages.refile(page);
        } finally {
            lock.unlock();
        }
    }

    /// Gives a cell back whose word is not live: after {@link #retire}, or unused after {@link
    /// #acquire}.
    void release(long handle) {
        int page = (int) (handle >>> CELL_SHIFT);
        int cell = (int) handle & CELL_MASK;
        lock.lock();
        try {
            int version = ObjectLocation.version(words.getOpaque(handle));
            words.setOpaque(handle, ObjectLocation.free(version, 0));
            int freeCells = descriptors.freeCells(page);
            if (freeCells == 0) {
                descriptors.setHead(page, cell);
            } else {
                long last = (long) page << CELL_SHIFT | descriptors.tail(page);
                int lastVersion = ObjectLocation.version(words.getOpaque(last));
                words.setOpaque(last, ObjectLocation.free(lastVersion, cell));
            }
            descriptors.setTail(page, cell);
            descriptors.setFreeCells(page, freeCells + 1);
            pages.refile(page);
        } finally {
            lock.unlock();
        }
    }

    /// The word of a handle, 0 (not live) for a number that never was one. Later loads stay behind
    /// this one.
    long loadAcquire(long handle) {
        return isInRange(handle) ? words.getAcquire(handle) : 0L;
    }

    /// The second load of an optimistic reader, which has put a fence before it.
    long loadOpaque(long handle) {
        return words.getOpaque(handle);
    }

    /// Makes the object of a handle visible at a place whose bytes are written. Gives the word a
    /// new version.
    ///
    /// @param slotAddress the first byte of the slot in the arena
    void publishAt(long handle, int classIndex, long slotAddress) {
        int frame = (int) (slotAddress >>> Frames.FRAME_SHIFT);
        int offsetBytes = (int) (slotAddress & Frames.FRAME_BYTES - 1);
        words.setRelease(
                handle, ObjectLocation.live(nextVersion(handle), classIndex, frame, offsetBytes));
    }

    /// Makes a handle name nothing, with a new version. The caller puts a store-store fence behind
    /// it before it reuses the place.
    void retire(long handle) {
        words.setOpaque(handle, ObjectLocation.free(nextVersion(handle), 0));
    }

    private int nextVersion(long handle) {
        return ObjectLocation.version(words.getOpaque(handle)) + 1 & versionMask;
    }

    private boolean isInRange(long handle) {
        return handle > 0 && handle >>> CELL_SHIFT < firstUnusedPage;
    }

    /// Gives pages without a live cell back to the system, all but one. Call it at most once a
    /// second: a page that this pass gives back rests for one whole pass, and may be used again
    /// when the one after that begins; a reader must not sleep that long. The first page that the
    /// system refuses ends the pass.
    ///
    /// @return how many pages were given back
    int giveBackEmptyPages() {
        lock.lock();
        try {
            pages.ripen();
        } finally {
            lock.unlock();
        }
        int given = 0;
        while (true) {
            int page;
            lock.lock();
            try {
                page = pages.takeEmpty();
            } finally {
                lock.unlock();
            }
            // A refused page is an empty one again: the next pass tries it, not this one for ever.
            if (page == HandlePages.NO_PAGE || !giveBack(page)) {
                return given;
            }
            given++;
        }
    }

    private boolean giveBack(int page) {
        int floor = versionFloorOf(page);
        boolean refused = false;
        try {
            refused =
                    region.giveBack((long) page << Frames.FRAME_SHIFT, Frames.FRAME_BYTES)
                            != Errno.NONE;
        } finally {
            // A call that throws may have emptied the page: at rest it is right either way.
            settle(page, floor, refused);
        }
        return !refused;
    }

    /// Ends a give-back: the page rests, or is an empty one again.
    private void settle(int page, int floor, boolean refused) {
        lock.lock();
        try {
            descriptors.setVersionFloor(page, floor);
            if (refused) {
                pages.refile(page);
                return;
            }
            pages.pushResting(page);
            chargedPages--;
        } finally {
            lock.unlock();
        }
        arena.budget().dischargeTablePages(1);
    }

    /// A version that no cell of a page has had yet, as far as the width allows.
    private int versionFloorOf(int page) {
        int highest = 0;
        for (int cell = 0; cell < CELLS_PER_PAGE; cell++) {
            long word = words.getOpaque((long) page << CELL_SHIFT | cell);
            highest = Math.max(highest, ObjectLocation.version(word));
        }
        return highest + 1 & versionMask;
    }

    /// Gives everything back, the address space too: the pool is closed. No handle is live any
    /// more, and none can be had. Called once.
    void close() {
        long charged;
        long usedBytes;
        lock.lock();
        try {
            closed = true;
            charged = chargedPages;
            chargedPages = 0;
            usedBytes = (long) firstUnusedPage << Frames.FRAME_SHIFT;
            firstUnusedPage = 0;
            pages.forgetAll();
        } finally {
            lock.unlock();
        }
        arena.tables().release(region, usedBytes);
        arena.budget().dischargeTablePages(charged);
        pages.close();
    }

    /// Pages of cells that are in use now.
    long usedPages() {
        lock.lock();
        try {
            return chargedPages;
        } finally {
            lock.unlock();
        }
    }

    int pageLimit() {
        return firstUnusedPage;
    }

    /// For the checker: the pages' bookkeeping, to be read while the table is quiet.
    HandlePages pages() {
        return pages;
    }

    /// Runs something while no cell is taken or given back: for the checker.
    void whileLocked(Runnable action) {
        lock.lock();
        try {
            action.run();
        } finally {
            lock.unlock();
        }
    }

    /// For tests that break a word and see the checker say so.
    void corrupt(long handle, long word) {
        words.setRelease(handle, word);
    }
}
