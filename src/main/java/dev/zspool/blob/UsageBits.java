package dev.zspool.blob;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.zspool.page.Frames;
import dev.zspool.page.OutOfAddressSpaceException;
import dev.zspool.page.PageArena;
import dev.zspool.page.Region;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Two bits for each handle of a pool: when the blob whose root it is was read.
///
/// Time goes in *generations*: the one that runs now, the one before it, and all before that, which
/// is called idle. A read takes a blob to the generation that runs now. A blob that is new begins
/// in the one before: it has its chance, but whoever is only written is idle sooner than who is
/// read. {@link #age()} begins a new generation.
///
/// Off-heap, 16,384 handles a page, reserved when the first bit is wanted. Bits are hints: two
/// threads that write to the same word may lose one, and a handle without a page counts as idle.
/// Thread-safe; the lock is a leaf and taken only to make the table longer.
final class UsageBits {
    /// Neither read in this generation nor in the one before.
    static final int IDLE = 0;

    /// Read, or stored, in the generation before.
    static final int BEFORE = 1;

    /// Read in the generation that runs now.
    static final int NOW = 2;

    private static final int HANDLES_PER_WORD_SHIFT = 5;
    private static final int HANDLES_PER_PAGE_SHIFT = 14;
    private static final long PAIR = 3;

    /// The upper bits of all pairs of a word.
    private static final long ALL_NOW = 0xAAAA_AAAA_AAAA_AAAAL;

    /// Handles fit in 32 bits.
    private static final long MOST_BYTES = 1L << (32 - 2);

    /// The smallest slots have 32 bytes, so a frame has 128 objects at most; an eighth and some are
    /// for handles in quarantine.
    private static final long BYTES_PER_FRAME = (128 + 128 / 8) / 4;

    private final PageArena arena;
    private final long capacityPages;
    private final ReentrantLock lock = new ReentrantLock();

    /// Set once, under the lock.
    private volatile @Nullable Region region;

    /// Pages from the first on that may be touched. Written under the lock.
    private volatile long pages;

    @GuardedBy("lock")
    private boolean closed;

    UsageBits(PageArena arena) {
        this.arena = arena;
        long bytes = Math.min(arena.totalFrames() * BYTES_PER_FRAME, MOST_BYTES);
        this.capacityPages = (bytes >> Frames.FRAME_SHIFT) + 1;
    }

    /// Makes room for the bits of a handle, if memory allows it.
    ///
    /// @return whether it has them
    private boolean cover(long handle) {
        if (handle >>> HANDLES_PER_PAGE_SHIFT < pages) {
            return true;
        }
        lock.lock();
        try {
            long wanted = (handle >>> HANDLES_PER_PAGE_SHIFT) + 1;
            long have = pages;
            if (wanted > have
                    && (closed
                            || wanted > capacityPages
                            || !arena.budget().chargeTablePages(wanted - have))) {
                return false;
            }
            if (region == null) {
                try {
                    region = arena.tables().reserve(capacityPages << Frames.FRAME_SHIFT);
                } catch (OutOfAddressSpaceException refused) {
                    arena.budget().dischargeTablePages(wanted - have);
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
        set(handle, NOW);
    }

    /// Notes that the blob is new: whatever had the handle before is forgotten.
    void begin(long handle) {
        if (cover(handle)) {
            set(handle, BEFORE);
        }
    }

    /// When the blob was read last: {@link #IDLE}, {@link #BEFORE} or {@link #NOW}.
    int generation(long handle) {
        Region table = region;
        if (table == null || handle >>> HANDLES_PER_PAGE_SHIFT >= pages) {
            return IDLE;
        }
        return pairOf(table.words().getOpaque(handle >>> HANDLES_PER_WORD_SHIFT), handle);
    }

    /// Tells when the blob was read last, and makes it older by one generation.
    int ageOne(long handle) {
        int generation = generation(handle);
        if (generation != IDLE) {
            set(handle, generation - 1);
        }
        return generation;
    }

    /// Begins a new generation: makes all older by one.
    void age() {
        Region table = region;
        if (table == null) {
            return;
        }
        long words = pages << Frames.FRAME_SHIFT >> 3;
        for (long index = 0; index < words; index++) {
            long word = table.words().getOpaque(index);
            if (word != 0) {
                table.words().setOpaque(index, (word & ALL_NOW) >>> 1);
            }
        }
    }

    private void set(long handle, int generation) {
        Region table = region;
        if (table == null || handle >>> HANDLES_PER_PAGE_SHIFT >= pages) {
            return;
        }
        long index = handle >>> HANDLES_PER_WORD_SHIFT;
        long word = table.words().getOpaque(index);
        if (pairOf(word, handle) != generation) {
            long others = word & ~(PAIR << shiftOf(handle));
            table.words().setOpaque(index, others | (long) generation << shiftOf(handle));
        }
    }

    private static int pairOf(long word, long handle) {
        return (int) (word >>> shiftOf(handle) & PAIR);
    }

    private static int shiftOf(long handle) {
        return (int) (handle << 1);
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
                arena.budget().dischargeTablePages(pages);
            }
            pages = 0;
            region = null;
        } finally {
            lock.unlock();
        }
    }
}
