package dev.zspool.page;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;

/// Which frame is free, warm, draining or owned, and by whom, with the counters: everything of an
/// arena that the arena's lock guards.
///
/// The lock is a leaf: it is held for a few bit operations, never across a system call, never while
/// a frame is touched, and never while an owner is asked.
final class FrameLedger {
    /// Pageblocks that are looked at under one hold of the lock, where somebody looks at all.
    static final int SLICE_BLOCKS = 1024;

    private final ReentrantLock lock = new ReentrantLock();

    /// A run has come back from the system.
    private final Condition settled = lock.newCondition();

    private final Words descriptors;

    @GuardedBy("lock")
    private final FrameMap map;

    @GuardedBy("lock")
    private final FrameOwners owners;

    @GuardedBy("lock")
    private final int[] oneFrame = new int[1];

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

    /// @param descriptors a word a frame, cleared when the frame becomes free
    FrameLedger(int totalFrames, Words descriptors, FrameOwners owners) {
        this.descriptors = descriptors;
        this.map = new FrameMap(totalFrames);
        this.owners = owners;
    }

    /// Takes frames for an owner: all or none. Waits while frames that it needs are on their way
    /// back to the system.
    boolean take(int[] into, int count, PageOwner owner) {
        lock.lock();
        try {
            // What is on its way back to the system is free in a moment: no reason to refuse.
            while (freeFramesLocked() < count && inTransitFrames > 0) {
                settled.awaitUninterruptibly();
            }
            if (freeFramesLocked() < count) {
                return false;
            }
            if (freeFramesLocked() - map.drainingFrames() < count) {
                // Whoever empties that block will notice.
                map.endDrain();
            }
            ownLocked(into, map.take(into, count), owner);
            return true;
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private void ownLocked(int[] frames, int count, PageOwner owner) {
        owners.assign(frames, count, owner);
        ownedFrames += count;
        acquiredFrames += count;
    }

    @GuardedBy("lock")
    private long freeFramesLocked() {
        return map.bits().frames() - ownedFrames - inTransitFrames;
    }

    /// Takes a frame of a dense pageblock, for a page that leaves a sparse one.
    int takeTarget(PageOwner owner) {
        lock.lock();
        try {
            int frame = map.takeTarget();
            if (frame != Frames.NO_FRAME) {
                oneFrame[0] = frame;
                ownLocked(oneFrame, 1, owner);
            }
            return frame;
        } finally {
            lock.unlock();
        }
    }

    /// Puts owned frames back as free and warm: all, or none.
    ///
    /// @throws IllegalArgumentException when one is not owned
    void put(int[] from, int count) {
        lock.lock();
        try {
            map.putWarm(from, count);
            // Before anyone else can get them; their owner has touched these words, so it is cheap.
            for (int i = 0; i < count; i++) {
                descriptors.setOpaque(from[i], 0L);
            }
            owners.clear(from, count);
            ownedFrames -= count;
            releasedFrames += count;
        } finally {
            lock.unlock();
        }
    }

    /// Takes a run of warm frames out, to be given back; ends with {@link #settle}.
    ///
    /// @return `FrameRun.NONE` when there are not more than may be kept
    long takeWarmRun(int keepWarmFrames) {
        lock.lock();
        try {
            long run = map.bits().warmFrames() > keepWarmFrames ? map.takeWarmRun() : FrameRun.NONE;
            inTransitFrames += FrameRun.frames(run);
            return run;
        } finally {
            lock.unlock();
        }
    }

    /// Takes a run of warm frames out of a block in which nothing is owned.
    long takeUnusedRun() {
        lock.lock();
        try {
            long run = map.takeUnusedRun();
            inTransitFrames += FrameRun.frames(run);
            return run;
        } finally {
            lock.unlock();
        }
    }

    /// Ends what taking a run began.
    void settle(long run, boolean cold) {
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

    /// Keeps what is free in a block from everyone, until {@link #takeDrainedBlock} or until
    /// somebody needs it.
    void beginDrain(int block) {
        lock.lock();
        try {
            map.beginDrain(block);
        } finally {
            lock.unlock();
        }
    }

    /// Ends the draining. A block that is free by now is taken out as one run, to be given back.
    long takeDrainedBlock() {
        lock.lock();
        try {
            long run = map.takeDrainedBlock();
            inTransitFrames += FrameRun.frames(run);
            return run;
        } finally {
            lock.unlock();
        }
    }

    /// Shows the books to somebody who looks at a few pageblocks, and changes nothing.
    void look(Look look) {
        lock.lock();
        try {
            look.at(map, owners);
        } finally {
            lock.unlock();
        }
    }

    /// A look at the books, under the lock.
    @FunctionalInterface
    interface Look {
        void at(FrameMap map, FrameOwners owners);
    }

    /// How many pageblocks could be free if the owned frames filled as few as they can.
    long spareBlocks() {
        lock.lock();
        try {
            return DefragmentationPlan.spareBlocks(
                    map.lists().usedBlocks(), ownedFrames + inTransitFrames);
        } finally {
            lock.unlock();
        }
    }

    /// Whether every owned frame of a block has an owner that can move it.
    boolean isMovable(int block) {
        lock.lock();
        try {
            int frame = block << Frames.PAGEBLOCK_SHIFT;
            while ((frame = map.bits().nextOwned(block, frame)) != Frames.NO_FRAME) {
                if (owners.of(frame).pages() == UnmovablePages.INSTANCE) {
                    return false;
                }
                frame++;
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// The next frame of a draining block that is not free.
    ///
    /// @param from the frame to begin with
    /// @return {@link Frames#NO_FRAME} when there is none, or the block is draining no more
    int nextInDrained(int block, int from) {
        lock.lock();
        try {
            return map.lists().drainingBlock() == block
                    ? map.bits().nextOwned(block, from)
                    : Frames.NO_FRAME;
        } finally {
            lock.unlock();
        }
    }

    PageOwner ownerOf(int frame) {
        lock.lock();
        try {
            return owners.of(frame);
        } finally {
            lock.unlock();
        }
    }

    FrameState stateOf(int frame) {
        lock.lock();
        try {
            if (!map.bits().isFree(frame)) {
                return owners.of(frame) == owners.nobody()
                        ? FrameState.IN_TRANSIT
                        : FrameState.OWNED;
            }
            return map.bits().isWarm(frame) ? FrameState.WARM : FrameState.COLD;
        } finally {
            lock.unlock();
        }
    }

    /// The first of a few blocks in which every frame is owned and which is not marked as huge;
    /// marks it. `NO_BLOCK` when there is none, or while it cannot be told: a frame on its way back
    /// to the system is not in use.
    int markFullBlockHuge(int from, int to) {
        lock.lock();
        try {
            if (inTransitFrames > 0) {
                return PageblockLists.NO_BLOCK;
            }
            for (int block = from; block < to; block++) {
                if (map.bits().ownedInBlock(block) == Frames.PAGEBLOCK_FRAMES
                        && !map.lists().isHuge(block)) {
                    map.setHuge(block, true);
                    return block;
                }
            }
            return PageblockLists.NO_BLOCK;
        } finally {
            lock.unlock();
        }
    }

    /// Marks a block as huge, or not.
    ///
    /// @return whether it was marked until now
    boolean setHuge(int block, boolean value) {
        lock.lock();
        try {
            boolean before = map.lists().isHuge(block);
            map.setHuge(block, value);
            return before;
        } finally {
            lock.unlock();
        }
    }

    boolean isHuge(int block) {
        lock.lock();
        try {
            return map.lists().isHuge(block);
        } finally {
            lock.unlock();
        }
    }

    /// One of the numbers in the books.
    long count(ToLongFunction<FrameMap> number) {
        lock.lock();
        try {
            return number.applyAsLong(map);
        } finally {
            lock.unlock();
        }
    }

    ArenaStats stats(FrameBudget budget) {
        lock.lock();
        try {
            return new ArenaStats(
                    map.bits().frames(),
                    budget.limitPages(),
                    ownedFrames,
                    map.bits().warmFrames(),
                    inTransitFrames,
                    budget.tablePages(),
                    map.backedBlocks(),
                    DefragmentationPlan.spareBlocks(
                            map.lists().usedBlocks(), ownedFrames + inTransitFrames),
                    acquiredFrames,
                    releasedFrames,
                    budget.refusedPages(),
                    givenBackFrames,
                    giveBackCalls,
                    giveBackFailures);
        } finally {
            lock.unlock();
        }
    }

    /// Recounts a few blocks from their bits.
    void checkBlocks(int from, int to, List<String> violations) {
        lock.lock();
        try {
            for (int block = from; block < to; block++) {
                if (!map.isSound(block)) {
                    violations.add("I-10 pageblock " + block + ": counts, lists and bits differ");
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /// Recounts the totals.
    void checkTotals(List<String> violations) {
        lock.lock();
        try {
            if (!map.isTotalSound()) {
                violations.add("I-10 arena: warm frames or backed pageblocks are miscounted");
            }
            long recounted = map.bits().recountOwned();
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
    }

    /// Recounts whose the next frames are, and compares after the last one.
    ///
    /// @return false when frames have changed hands since the slice before
    boolean checkOwners(OwnerTally tally, int frames, List<String> violations) {
        lock.lock();
        try {
            if (!tally.advance(owners, map.bits(), frames, acquiredFrames + releasedFrames)) {
                return false;
            }
            if (tally.isComplete(map.bits()) && !owners.isCounted(tally.counted())) {
                violations.add("I-18 arena: an owner has other frames than it counts");
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// For tests that break the map and the count, and see the checker say so.
    void corrupt(Consumer<FrameMap> damage, int ownedDelta) {
        lock.lock();
        try {
            damage.accept(map);
            ownedFrames += ownedDelta;
        } finally {
            lock.unlock();
        }
    }
}
