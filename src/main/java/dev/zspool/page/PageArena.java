package dev.zspool.page;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.zspool.os.Errno;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// The physical memory: one reserved address range, divided into frames of 4 KiB and pageblocks of
/// 2 MiB.
///
/// A frame is *cold* (free, not backed, reads as zeros), *warm* (free, still backed, holds old
/// bytes) or *owned*. Owners are a pool's zspages and an index's segments. What they take counts
/// against a hard budget, together with the pages of tables (handles, descriptors), so that memory
/// is bounded by arithmetic and not by sampling.
///
/// **Concurrency.** Thread-safe. One lock, a leaf: it is held for a few bit operations, never
/// across a system call and never while a frame is touched. Whoever acquires a frame touches it
/// outside every lock: a first touch costs microseconds. The range is never unmapped while the
/// arena is open, so a reader that comes too late reads zeros or other bytes, and finds out by the
/// handle's version; it never faults.
public final class PageArena implements AutoCloseable {
    private final PageSource source;
    private final ArenaOptions options;
    private final Region frames;
    private final Region descriptors;

    /// Owned frames, frames in transit excluded, and table pages: what the budget bounds.
    private final AtomicLong usedPages = new AtomicLong();

    private final AtomicLong tablePages = new AtomicLong();
    private final AtomicLong refusedPages = new AtomicLong();
    private final AtomicLong limitPages;

    private final ReentrantLock lock = new ReentrantLock();

    /// A run has come back from the system.
    private final Condition settled = lock.newCondition();

    @GuardedBy("lock")
    private final FrameMap map;

    @GuardedBy("lock")
    private long ownedFrames;

    @GuardedBy("lock")
    private long inTransitFrames;

    @GuardedBy("lock")
    private long acquiredFrames;

    @GuardedBy("lock")
    private long releasedFrames;

    @GuardedBy("lock")
    private long givenBackFrames;

    @GuardedBy("lock")
    private long giveBackCalls;

    @GuardedBy("lock")
    private long giveBackFailures;

    /// @throws OutOfAddressSpaceException when the range cannot be reserved
    public PageArena(PageSource source, ArenaOptions options) {
        this.source = source;
        this.options = options;
        this.limitPages = new AtomicLong(options.limitPages());
        this.frames = source.reserve(options.sizeBytes());
        int totalFrames = (int) (options.sizeBytes() >> Frames.FRAME_SHIFT);
        this.descriptors = source.reserve(wholeBlocks((long) totalFrames * Long.BYTES));
        this.map = new FrameMap(totalFrames);
    }

    /// The whole range; a frame begins at {@link Frames#address}.
    public MemorySegment memory() {
        return frames.memory();
    }

    /// The whole range as 64-bit words with ordered access; the word at byte address `a` has index
    /// `a / 8`.
    public Words words() {
        return frames.words();
    }

    /// One word a frame, for its owner to describe it in (the kernel's `struct page`). Zero when
    /// the frame is free.
    public Words descriptors() {
        return descriptors.words();
    }

    public int totalFrames() {
        return (int) (options.sizeBytes() >> Frames.FRAME_SHIFT);
    }

    /// Takes frames for an owner: all or none.
    ///
    /// Warm frames come first, then cold ones, each from the densest pageblock that has any. A
    /// frame may hold old bytes. Where only frames on their way back to the system are left, it
    /// waits for them: as long as the kernel needs for one run.
    ///
    /// @param into receives the frames from index 0
    /// @param count how many
    /// @return false when the budget or the range does not allow it
    public boolean acquire(int[] into, int count) {
        if (!chargePages(count)) {
            return false;
        }
        lock.lock();
        try {
            // What is on its way back to the system is free in a moment: no reason to refuse.
            while (freeFramesLocked() < count && inTransitFrames > 0) {
                settled.awaitUninterruptibly();
            }
            if (freeFramesLocked() >= count) {
                int taken = map.take(into, count);
                ownedFrames += taken;
                acquiredFrames += taken;
                return true;
            }
        } finally {
            lock.unlock();
        }
        usedPages.addAndGet(-count);
        refusedPages.addAndGet(count);
        return false;
    }

    @GuardedBy("lock")
    private long freeFramesLocked() {
        return totalFrames() - ownedFrames - inTransitFrames;
    }

    /// Takes frames back from their owner. They stay backed until {@link #giveBack} gives them to
    /// the system.
    ///
    /// The owner has already made sure that no word leads to them any more.
    ///
    /// @throws IllegalArgumentException when one is not owned; then nothing has changed
    public void release(int[] from, int count) {
        lock.lock();
        try {
            map.putWarm(from, count);
            // Before anyone else can get them; their owner has touched these words, so it is cheap.
            for (int i = 0; i < count; i++) {
                descriptors.words().setOpaque(from[i], 0L);
            }
            ownedFrames -= count;
            releasedFrames += count;
        } finally {
            lock.unlock();
        }
        usedPages.addAndGet(-count);
    }

    /// Reserves address space for a table. Its pages are charged one by one with {@link
    /// #chargePages}.
    ///
    /// @param sizeBytes how large it may become; rounded up to whole pageblocks
    public Region reserveTable(long sizeBytes) {
        return source.reserve(wholeBlocks(sizeBytes));
    }

    /// Counts pages of a table against the budget before they are touched.
    ///
    /// @return false when the budget does not allow it
    public boolean chargeTablePages(long pages) {
        boolean charged = chargePages(pages);
        if (charged) {
            tablePages.addAndGet(pages);
        }
        return charged;
    }

    /// Ends what {@link #chargeTablePages} began, after the pages were given back.
    public void dischargeTablePages(long pages) {
        tablePages.addAndGet(-pages);
        usedPages.addAndGet(-pages);
    }

    private boolean chargePages(long pages) {
        long used = usedPages.get();
        while (used + pages <= limitPages.get()) {
            if (usedPages.compareAndSet(used, used + pages)) {
                return true;
            }
            used = usedPages.get();
        }
        refusedPages.addAndGet(pages);
        return false;
    }

    /// Gives warm frames back to the system until at most the stock's bound is left. See {@link
    /// #giveBack(int)}.
    public long giveBackSurplus() {
        return giveBack(options.warmFrames());
    }

    /// Gives warm frames back to the system, those of the sparsest pageblocks first, in runs as
    /// long as they come.
    ///
    /// Works outside the lock; call it off the hot path. A run that the system refuses stays warm,
    /// and the call ends.
    ///
    /// @param keepWarmFrames how many may stay
    /// @return how many warm frames were given back
    public long giveBack(int keepWarmFrames) {
        long given = 0;
        while (true) {
            long run;
            lock.lock();
            try {
                run = map.warmFrames() > keepWarmFrames ? map.takeWarmRun() : FrameRun.NONE;
                inTransitFrames += FrameRun.frames(run);
            } finally {
                lock.unlock();
            }
            if (run == FrameRun.NONE) {
                return given;
            }
            Errno errno = giveBackRun(run);
            if (errno != Errno.NONE) {
                return given;
            }
            given += FrameRun.warmFrames(run);
        }
    }

    private Errno giveBackRun(long run) {
        // What a call that throws has done is not known; as warm frames they are right either way.
        Errno errno = Errno.OTHER;
        try {
            errno =
                    frames.giveBack(
                            Frames.address(FrameRun.start(run)),
                            (long) FrameRun.frames(run) << Frames.FRAME_SHIFT);
        } finally {
            settle(run, errno);
        }
        return errno;
    }

    private void settle(long run, Errno errno) {
        boolean cold = errno == Errno.NONE;
        lock.lock();
        try {
            map.putRun(run, cold);
            inTransitFrames -= FrameRun.frames(run);
            settled.signalAll();
            giveBackCalls++;
            if (cold) {
                givenBackFrames += FrameRun.warmFrames(run);
            } else {
                giveBackFailures++;
            }
        } finally {
            lock.unlock();
        }
    }

    /// Tells whether some owner holds the frame.
    public boolean isOwned(int frame) {
        lock.lock();
        try {
            return frame >= 0 && frame < totalFrames() && !map.isFree(frame);
        } finally {
            lock.unlock();
        }
    }

    public ArenaStats stats() {
        lock.lock();
        try {
            return new ArenaStats(
                    totalFrames(),
                    limitPages.get(),
                    ownedFrames,
                    map.warmFrames(),
                    inTransitFrames,
                    tablePages.get(),
                    map.backedBlocks(),
                    acquiredFrames,
                    releasedFrames,
                    refusedPages.get(),
                    givenBackFrames,
                    giveBackCalls,
                    giveBackFailures);
        } finally {
            lock.unlock();
        }
    }

    /// Recounts everything from the bits, under the lock.
    ///
    /// @return what does not agree, in words; empty when the arena is sound
    public List<String> check() {
        List<String> violations = new ArrayList<>();
        lock.lock();
        try {
            for (int block = 0; block < map.blocks(); block++) {
                if (!map.isSound(block)) {
                    violations.add("I-10 pageblock " + block + ": counts, lists and bits differ");
                }
            }
            if (!map.isTotalSound()) {
                violations.add("I-10 arena: warm frames or backed pageblocks are miscounted");
            }
            long recounted = map.recountOwned();
            if (recounted != ownedFrames + inTransitFrames) {
                violations.add(
                        "I-11 owned frames: "
                                + recounted
                                + " in the map, "
                                + ownedFrames
                                + " counted");
            }
        } finally {
            lock.unlock();
        }
        return violations;
    }

    /// For tests that break the arena and see the checker say so.
    void corruptFreeBit(int frame) {
        lock.lock();
        try {
            map.flipFreeBit(frame);
        } finally {
            lock.unlock();
        }
    }

    /// For tests that break the count and see the checker say so.
    void corruptOwnedFrames(int delta) {
        lock.lock();
        try {
            ownedFrames += delta;
        } finally {
            lock.unlock();
        }
    }

    /// For tests that break the count and see the checker say so.
    void corruptWarmFrames(int delta) {
        lock.lock();
        try {
            map.corruptWarmFrames(delta);
        } finally {
            lock.unlock();
        }
    }

    /// Gives the range back. Nobody may use a frame afterwards.
    @Override
    public void close() {
        source.close();
    }

    private static long wholeBlocks(long sizeBytes) {
        return (sizeBytes + Frames.PAGEBLOCK_BYTES - 1) & -Frames.PAGEBLOCK_BYTES;
    }
}
