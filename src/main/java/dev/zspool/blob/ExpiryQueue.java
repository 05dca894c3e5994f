package dev.zspool.blob;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.zspool.page.Frames;
import dev.zspool.page.OutOfAddressSpaceException;
import dev.zspool.page.PageArena;
import dev.zspool.page.Region;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The blobs of a pool that have an end, the soonest first: a heap of four branches a node in a
/// table, off-heap, eight bytes an entry.
///
/// ```
///  63                             32 31                              0
/// +---------------------------------+---------------------------------+
/// | the second in which it is over  | the pool's handle of its root   |
/// +---------------------------------+---------------------------------+
/// ```
///
/// The second is on top, so that words are in the order of their ends, and rounded up: in it the
/// blob is over for certain. The upper bit of 32 is part of the number (until 2106).
///
/// An entry stays where it is when its blob is replaced or deleted: finding it would take a search.
/// Whoever takes it out looks at the root: one that is not there any more, or has another end, is
/// no longer this entry's. {@link ExpirySweep} takes such entries out when they are more than the
/// others.
///
/// The entries lie close together from the first on, so the table is as long as it must be,
/// whatever was taken out. Thread-safe; its lock is a leaf, held for one entry's way through the
/// heap.
final class ExpiryQueue {
    /// No entry.
    static final long NONE = 0L;

    private static final int BRANCHES_SHIFT = 2;
    private static final int ENTRIES_PER_PAGE = Frames.FRAME_BYTES / Long.BYTES;
    private static final long HANDLE_MASK = 0xFFFF_FFFFL;

    /// Pages behind the last entry that stay, so that a queue whose length swings is left alone.
    private static final int SPARE_PAGES = 4;

    private final PageArena arena;
    private final long capacity;
    private final ReentrantLock lock = new ReentrantLock();

    /// Reserved with the first entry: most pools never have one.
    @GuardedBy("lock")
    private @Nullable Region region;

    @GuardedBy("lock")
    private long size;

    /// Room that was promised to writes that are about to be published.
    @GuardedBy("lock")
    private long promised;

    /// Pages from the first on that are charged to the budget and may hold entries.
    @GuardedBy("lock")
    private long pages;

    /// Pages behind those are on their way back to the system.
    @GuardedBy("lock")
    private boolean isShrinking;

    @GuardedBy("lock")
    private boolean closed;

    ExpiryQueue(PageArena arena) {
        this.arena = arena;
        // A root takes more than a fiftieth of a frame; twice that for entries that are out of use.
        this.capacity = (long) arena.totalFrames() * 100 + ENTRIES_PER_PAGE;
    }

    static long entry(long expiresEpochMillis, long rootHandle) {
        return secondOf(expiresEpochMillis) << Integer.SIZE | rootHandle;
    }

    /// The second in which something is over that ends at a time.
    static long secondOf(long expiresEpochMillis) {
        return (expiresEpochMillis + 999) / 1000 & HANDLE_MASK;
    }

    static long second(long entry) {
        return entry >>> Integer.SIZE;
    }

    static long rootHandle(long entry) {
        return entry & HANDLE_MASK;
    }

    /// Makes room for one more entry, which {@link #add} or {@link #release} must follow.
    ///
    /// @return false when the budget does not allow it
    boolean reserve() {
        while (true) {
            lock.lock();
            try {
                if (closed || size + promised >= capacity) {
                    return false;
                }
                if (size + promised < pages * ENTRIES_PER_PAGE) {
                    promised++;
                    return true;
                }
                if (!isShrinking) {
                    if (!growLocked()) {
                        return false;
                    }
                    promised++;
                    return true;
                }
            } finally {
                lock.unlock();
            }
            // For as long as the system takes to get a few pages back, once in many entries.
            Thread.onSpinWait();
        }
    }

    @GuardedBy("lock")
    private boolean growLocked() {
        if (!arena.budget().chargeTablePages(1)) {
            return false;
        }
        if (region == null) {
            try {
                region = arena.tables().reserve(capacity * Long.BYTES);
            } catch (OutOfAddressSpaceException refused) {
                arena.budget().dischargeTablePages(1);
                return false;
            }
        }
        pages++;
        return true;
    }

    /// Gives room back that {@link #reserve} made and nobody needs.
    void release() {
        lock.lock();
        try {
            promised--;
        } finally {
            lock.unlock();
        }
    }

    /// Adds an entry in the room that was reserved for it.
    void add(long entry) {
        lock.lock();
        try {
            promised--;
            size++;
            siftUpLocked(size - 1, entry);
        } finally {
            lock.unlock();
        }
    }

    /// Adds an entry again that was taken out too early, in the room that it has left.
    void putBack(long entry) {
        if (reserve()) {
            add(entry);
        }
    }

    /// Takes the first entry out if its time has come.
    ///
    /// @param epochSecond now
    /// @return the entry, {@link #NONE} when none is due
    long pollDue(long epochSecond) {
        lock.lock();
        try {
            if (size == 0 || Long.compareUnsigned(second(getLocked(0)), epochSecond) > 0) {
                return NONE;
            }
            long first = getLocked(0);
            removeLocked(0);
            return first;
        } finally {
            lock.unlock();
        }
    }

    /// Copies entries out, to be looked at without the lock.
    ///
    /// @param from the place of the first
    /// @return how many there were
    int copy(long from, long[] into) {
        lock.lock();
        try {
            int count = (int) Math.max(0, Math.min(into.length, size - from));
            for (int i = 0; i < count; i++) {
                into[i] = getLocked(from + i);
            }
            return count;
        } finally {
            lock.unlock();
        }
    }

    /// Takes an entry out if it is still at the place where it was seen.
    ///
    /// @return whether it was
    boolean remove(long place, long entry) {
        lock.lock();
        try {
            if (place >= size || getLocked(place) != entry) {
                return false;
            }
            removeLocked(place);
            return true;
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private void removeLocked(long place) {
        size--;
        long last = getLocked(size);
        if (place == size) {
            return;
        }
        if (place > 0 && Long.compareUnsigned(last, getLocked(parent(place))) < 0) {
            siftUpLocked(place, last);
        } else {
            siftDownLocked(place, last);
        }
    }

    @GuardedBy("lock")
    private void siftUpLocked(long place, long entry) {
        long at = place;
        while (at > 0) {
            long above = getLocked(parent(at));
            if (Long.compareUnsigned(above, entry) <= 0) {
                break;
            }
            setLocked(at, above);
            at = parent(at);
        }
        setLocked(at, entry);
    }

    @GuardedBy("lock")
    private void siftDownLocked(long place, long entry) {
        long at = place;
        while (true) {
            long first = (at << BRANCHES_SHIFT) + 1;
            if (first >= size) {
                break;
            }
            long end = Math.min(size, first + (1 << BRANCHES_SHIFT));
            long least = first;
            for (long branch = first + 1; branch < end; branch++) {
                if (Long.compareUnsigned(getLocked(branch), getLocked(least)) < 0) {
                    least = branch;
                }
            }
            if (Long.compareUnsigned(entry, getLocked(least)) <= 0) {
                break;
            }
            setLocked(at, getLocked(least));
            at = least;
        }
        setLocked(at, entry);
    }

    private static long parent(long place) {
        return (place - 1) >> BRANCHES_SHIFT;
    }

    @GuardedBy("lock")
    private long getLocked(long place) {
        return memoryLocked().getAtIndex(ValueLayout.JAVA_LONG, place);
    }

    @GuardedBy("lock")
    private void setLocked(long place, long entry) {
        memoryLocked().setAtIndex(ValueLayout.JAVA_LONG, place, entry);
    }

    @GuardedBy("lock")
    private MemorySegment memoryLocked() {
        Region present = region;
        if (present == null) {
            throw new IllegalStateException("no entry was ever reserved");
        }
        return present.memory();
    }

    /// Gives pages behind the last entry back to the system. Call it off the hot path.
    ///
    /// @return how many
    long giveBackPages() {
        long from;
        long count;
        Region table;
        lock.lock();
        try {
            table = region;
            long needed = (size + promised + ENTRIES_PER_PAGE - 1) / ENTRIES_PER_PAGE;
            from = size + promised == 0 ? 0 : needed + SPARE_PAGES;
            count = pages - from;
            if (table == null || isShrinking || closed || count <= 0) {
                return 0;
            }
            pages = from;
            isShrinking = true;
        } finally {
            lock.unlock();
        }
        boolean isGone = false;
        try {
            isGone = table.tryGiveBack(from << Frames.FRAME_SHIFT, count << Frames.FRAME_SHIFT);
        } finally {
            // Whatever came of it: writers wait for its end.
            lock.lock();
            try {
                isShrinking = false;
                pages = isGone ? from : from + count;
            } finally {
                lock.unlock();
            }
        }
        if (isGone) {
            arena.budget().dischargeTablePages(count);
        }
        return isGone ? count : 0;
    }

    long size() {
        lock.lock();
        try {
            return size;
        } finally {
            lock.unlock();
        }
    }

    /// Pages that it takes now.
    long pages() {
        lock.lock();
        try {
            return pages;
        } finally {
            lock.unlock();
        }
    }

    /// Looks over that no entry is sooner than the one above it, and that no room is promised.
    ///
    /// @param violations receives what is wrong
    void check(List<String> violations) {
        lock.lock();
        try {
            for (long place = 1; place < size; place++) {
                if (Long.compareUnsigned(getLocked(place), getLocked(parent(place))) < 0) {
                    violations.add(
                            String.format(
                                    Locale.ROOT,
                                    "I-20 entry %d: sooner than the one above",
                                    place));
                    return;
                }
            }
            if (promised != 0 || size > pages * ENTRIES_PER_PAGE) {
                violations.add(
                        String.format(
                                Locale.ROOT,
                                "I-20 queue: %d entries and %d promised in %d pages",
                                size,
                                promised,
                                pages));
            }
        } finally {
            lock.unlock();
        }
    }

    /// Takes part in tests that break the order and see the checker say so.
    void corrupt(long place, long entry) {
        lock.lock();
        try {
            setLocked(place, entry);
        } finally {
            lock.unlock();
        }
    }

    /// Gives everything back. Nobody may use it meanwhile or afterwards.
    void close() {
        lock.lock();
        try {
            closed = true;
            if (region != null) {
                arena.tables().release(region, pages << Frames.FRAME_SHIFT);
                region = null;
            }
            arena.budget().dischargeTablePages(pages);
            pages = 0;
            size = 0;
        } finally {
            lock.unlock();
        }
    }
}
