package dev.zspool.blob;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.zspool.page.Frames;
import dev.zspool.page.OutOfAddressSpaceException;
import dev.zspool.page.PageArena;
import dev.zspool.page.Region;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A bit for each handle of a pool: whether the blob whose root it is was read since somebody
/// looked last.
///
/// Off-heap, 32,768 handles a page, reserved when the first bit is wanted. Bits are hints: two
/// threads that write to the same word may lose one, and a handle without a page has none.
/// Thread-safe; the lock is a leaf and taken only to make the table longer.
final class UsageBits {
    private static final int HANDLES_PER_WORD_SHIFT = 6;
    private static final int HANDLES_PER_PAGE_SHIFT = 15;

    /// Handles fit in 32 bits.
    private static final long CAPACITY_BYTES = 1L << (32 - 3);

    private final PageArena arena;
    private final ReentrantLock lock = new ReentrantLock();

    /// Set once, under the lock.
    private volatile @Nullable Region region;

    /// Pages from the first on that may be touched. Written under the lock.
    private volatile long pages;

    @GuardedBy("lock")
    private boolean closed;

    UsageBits(PageArena arena) {
        this.arena = arena;
    }

    /// Makes room for the bit of a handle, if memory allows it.
    ///
    /// @return whether it has one
    boolean cover(long handle) {
        if (handle >>> HANDLES_PER_PAGE_SHIFT < pages) {
            return true;
        }
        lock.lock();
        try {
            long wanted = (handle >>> HANDLES_PER_PAGE_SHIFT) + 1;
            long have = pages;
            if (wanted > have && (closed || !arena.chargeTablePages(wanted - have))) {
                return false;
            }
            if (region == null) {
                try {
                    region = arena.tables().reserve(CAPACITY_BYTES);
                } catch (OutOfAddressSpaceException refused) {
                    arena.dischargeTablePages(wanted - have);
                    return false;
                }
            }
            pages = Math.max(wanted, have);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// Notes that the blob was read.
    void mark(long handle) {
        Region table = region;
        if (table == null || handle >>> HANDLES_PER_PAGE_SHIFT >= pages) {
            return;
        }
        long index = handle >>> HANDLES_PER_WORD_SHIFT;
        long word = table.words().getOpaque(index);
        if ((word & 1L << handle) == 0) {
            table.words().setOpaque(index, word | 1L << handle);
        }
    }

    /// Tells whether the blob was read.
    boolean isMarked(long handle) {
        Region table = region;
        return table != null
                && handle >>> HANDLES_PER_PAGE_SHIFT < pages
                && (table.words().getOpaque(handle >>> HANDLES_PER_WORD_SHIFT) & 1L << handle) != 0;
    }

    /// Tells whether the blob was read since the last call, and forgets it.
    boolean takeMark(long handle) {
        Region table = region;
        if (table == null || handle >>> HANDLES_PER_PAGE_SHIFT >= pages) {
            return false;
        }
        long index = handle >>> HANDLES_PER_WORD_SHIFT;
        long word = table.words().getOpaque(index);
        boolean isMarked = (word & 1L << handle) != 0;
        if (isMarked) {
            table.words().setOpaque(index, word & ~(1L << handle));
        }
        return isMarked;
    }

    /// Pages that it takes.
    long pages() {
        return pages;
    }

    /// Gives everything back. Nobody may use it meanwhile or afterwards.
    void close() {
        lock.lock();
        try {
            closed = true;
            Region table = region;
            if (table != null) {
                arena.tables().release(table, pages << Frames.FRAME_SHIFT);
                arena.dischargeTablePages(pages);
            }
            pages = 0;
            region = null;
        } finally {
            lock.unlock();
        }
    }
}
