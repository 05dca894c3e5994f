package dev.zspool.page;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.zspool.os.Errno;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The address space of tables. What a table leaves is kept for the next one of the same size.
///
/// It is kept, and not unmapped, for three reasons. A reader that is too late, in a table that was
/// closed under it, reads zeros or another table's words, but never faults. Pools that come and go
/// cost no system call each, as long as they stay empty. And the process' mappings stay as they
/// are, of which the kernel allows 65,530 only. All tables of an arena's pools come in three sizes,
/// so that there is never more kept than was once in use at the same time. The price is the
/// kernel's page tables for what was touched: 4 KiB for each 2 MiB of a table, which it may keep
/// for the next one.
///
/// Thread-safe; its lock is a leaf and never held across a system call.
public final class TableSpace {
    private final PageSource source;
    private final ReentrantLock lock = new ReentrantLock();

    /// What nobody uses now, by its size in bytes; all of it reads as zeros.
    @GuardedBy("lock")
    private final Map<Long, Deque<Region>> spare = new HashMap<>();

    @GuardedBy("lock")
    private long spareBytes;

    TableSpace(PageSource source) {
        this.source = source;
    }

    /// Takes address space for a table; it reads as zeros. Its pages are charged one by one with
    /// {@link FrameBudget#chargeTablePages}.
    ///
    /// @param sizeBytes how large it may become; rounded up to whole pageblocks
    /// @throws OutOfAddressSpaceException when there is none
    public Region reserve(long sizeBytes) {
        long wholeBytes = Frames.wholeBlocks(sizeBytes);
        Region kept = takeSpare(wholeBytes);
        return kept == null ? source.reserve(wholeBytes) : kept;
    }

    private @Nullable Region takeSpare(long wholeBytes) {
        lock.lock();
        try {
            Deque<Region> ofSize = spare.get(wholeBytes);
            Region kept = ofSize == null ? null : ofSize.poll();
            spareBytes -= kept == null ? 0 : wholeBytes;
            return kept;
        } finally {
            lock.unlock();
        }
    }

    /// Takes the address space of a table back, and gives the memory behind it to the system. The
    /// caller discharges its pages, and does not touch it any more: it will be another table's.
    ///
    /// @param usedBytes how much of it, from its beginning, may have been touched; a multiple of
    ///   {@link Frames#FRAME_BYTES}
    public void release(Region table, long usedBytes) {
        boolean isGiven = usedBytes == 0;
        try {
            isGiven = isGiven || table.giveBack(0, usedBytes) == Errno.NONE;
        } finally {
            if (!isGiven) {
                // Locked pages, for instance: the next table has to find zeros all the same.
                table.memory().asSlice(0, usedBytes).fill((byte) 0);
            }
            putSpare(table);
        }
    }

    private void putSpare(Region table) {
        long wholeBytes = table.memory().byteSize();
        lock.lock();
        try {
            spare.computeIfAbsent(wholeBytes, _ -> new ArrayDeque<>(1)).push(table);
            spareBytes += wholeBytes;
        } finally {
            lock.unlock();
        }
    }

    /// Address space that no table uses now.
    public long spareBytes() {
        lock.lock();
        try {
            return spareBytes;
        } finally {
            lock.unlock();
        }
    }
}
