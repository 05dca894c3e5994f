package dev.zspool.zsmalloc;

import org.jspecify.annotations.Nullable;

/// Shows the zspages of a pool one by one, and the objects in each, while the pool is in use: for
/// whoever wants to free whole pages, and needs to know who lives together.
///
/// A round goes over the numbers of zspages and stops at those of one fullness group. What is filed
/// elsewhere is passed over without a lock; a zspage that is shown was looked at under the lock of
/// its class, which is let go before the caller sees it. So what it shows is of one moment, and
/// past. Left out are zspages with an isolated page, those that are empty, and those of a single
/// object of a whole page, for which nobody needs to search: its page goes with the object.
///
/// It has room of its own for the objects of one zspage, and takes none otherwise. Of one thread.
public final class ZspageSurvey {
    /// Numbers of zspages that one call passes over at most.
    static final int MOST_PASSED = 8 * 1024;

    /// A slot has 32 bytes at least, and a zspage 16 pages at most.
    private static final int MOST_SLOTS = 16 * 4096 / 32;

    private static final int FIRST_ZSPAGE = ZspageTable.NO_ZSPAGE + 1;

    private final ZspageTable zspages;
    private final SlotMemory slots;

    /// By the index that filings carry; a merged index holds null.
    private final @Nullable SizeClass[] byIndex;

    private final int[] frames = new int[16];
    private final long[] handles = new long[MOST_SLOTS];
    private int position = FIRST_ZSPAGE;
    private int zspage = ZspageTable.NO_ZSPAGE;
    private int liveObjects;
    private int pages;
    private int slotBytes;

    ZspageSurvey(ZspageTable zspages, SlotMemory slots, @Nullable SizeClass[] byIndex) {
        this.zspages = zspages;
        this.slots = slots;
        this.byIndex = byIndex;
    }

    /// Goes on to the next zspage of a fullness group, and shows it.
    ///
    /// @param group its number, from 1 for the sparsest to 11 for full ({@link FullnessGroup})
    /// @return false when none was found: not yet, after so many others, or not in this round
    ///   ({@link #isRoundOver})
    public boolean next(int group) {
        int limit = zspages.ids().limit();
        int end = (int) Math.min(limit, (long) position + MOST_PASSED);
        while (position < end) {
            int candidate = position++;
            if (isCandidate(zspages.filing(candidate), group) && show(candidate, group)) {
                return true;
            }
        }
        return false;
    }

    /// Whether all zspages were passed in this round.
    public boolean isRoundOver() {
        return position >= zspages.ids().limit();
    }

    /// Begins a round.
    public void restart() {
        position = FIRST_ZSPAGE;
    }

    private boolean isCandidate(long filing, int group) {
        return ZspageFiling.isLinked(filing)
                && ZspageFiling.group(filing) == group
                && ZspageFiling.isolatedPages(filing) == 0;
    }

    private boolean show(int candidate, int group) {
        SizeClass sizeClass = classAt(ZspageFiling.classIndex(zspages.filing(candidate)));
        if (sizeClass == null || sizeClass.shape.isHuge()) {
            return false;
        }
        sizeClass.lockToLook();
        try {
            long filing = zspages.filing(candidate);
            if (!isCandidate(filing, group)
                    || ZspageFiling.classIndex(filing) != sizeClass.shape.index()) {
                // Another life of the zspage, or another fullness, has begun since.
                return false;
            }
            collectLocked(sizeClass.shape, candidate);
        } finally {
            sizeClass.unlock();
        }
        return true;
    }

    private @Nullable SizeClass classAt(int index) {
        return index < byIndex.length ? byIndex[index] : null;
    }

    private void collectLocked(SizeClassShape shape, int candidate) {
        zspage = candidate;
        pages = slots.frames(candidate, frames);
        slotBytes = shape.sizeBytes();
        liveObjects = 0;
        for (int slot = 0; slot < shape.slotsPerZspage(); slot++) {
            long header = slots.header(SlotMemory.addressIn(frames, slot * slotBytes));
            if (SlotLayout.isAllocated(header)) {
                handles[liveObjects++] = SlotLayout.handle(header);
            }
        }
    }

    /// The number of the zspage that is shown.
    public int zspage() {
        return zspage;
    }

    /// Its pages.
    public int pages() {
        return pages;
    }

    /// What each of its objects takes, header included.
    public int slotBytes() {
        return slotBytes;
    }

    /// How many objects it had.
    public int liveObjects() {
        return liveObjects;
    }

    /// The handle of an object that it had, from 0.
    public long handle(int nth) {
        return handles[nth];
    }
}
