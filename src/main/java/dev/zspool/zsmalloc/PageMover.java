package dev.zspool.zsmalloc;

import dev.zspool.page.Frames;
import dev.zspool.page.MovablePages;
import dev.zspool.page.MoveOutcome;
import dev.zspool.page.PageArena;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/// Isolates, migrates and puts back the pages of a pool (non-LRU page migration, 2016).
///
/// Isolation takes the zspage off its list, so that nothing is allocated from it; reads and frees
/// go on. Several pages of one zspage may be isolated; the last one that is not any more files the
/// zspage again. A zspage whose last object was freed meanwhile is released then (bugs B7, B27).
///
/// Who comes from a frame holds no lock and knows no class: he reads the frame's descriptor, the
/// zspage's filing, takes the lock of that class, and reads both again. Only a zspage of this pool
/// that is in use, and whose chain has that frame at that place, is believed.
final class PageMover implements MovablePages {
    /// The frame that a page has left, for the arena; no allocation behind a move.
    private static final ThreadLocal<int[]> LEFT_FRAME = ThreadLocal.withInitial(() -> new int[1]);

    private final PageArena arena;
    private final ZspageTable zspages;
    private final SlotMemory slots;
    private final HandleTable handles;
    private final ZspageAllocator allocator;

    /// By the index that filings carry; a merged index holds null.
    private final @Nullable SizeClass[] byIndex;

    private final IsolationGate gate = new IsolationGate();
    private final MoveCounters counters = new MoveCounters();

    PageMover(
            PageArena arena,
            ZspageTable zspages,
            SlotMemory slots,
            HandleTable handles,
            ZspageAllocator allocator,
            @Nullable SizeClass[] byIndex) {
        this.arena = arena;
        this.zspages = zspages;
        this.slots = slots;
        this.handles = handles;
        this.allocator = allocator;
        this.byIndex = byIndex;
    }

    @Override
    public MoveOutcome isolate(int frame) {
        SizeClass sizeClass = lockClassOf(frame);
        if (sizeClass == null) {
            return counters.count(MoveOutcome.GONE);
        }
        try {
            return counters.count(isolateLocked(sizeClass, slots.descriptor(frame)));
        } finally {
            sizeClass.unlock();
        }
    }

    private MoveOutcome isolateLocked(SizeClass sizeClass, long descriptor) {
        int zspage = PageDescriptor.zspage(descriptor);
        int bit = 1 << PageDescriptor.position(descriptor);
        int isolated = zspages.isolatedPages(zspage);
        if (zspages.liveSlots(zspage) == 0) {
            return MoveOutcome.EMPTY;
        }
        if ((isolated & bit) != 0) {
            return MoveOutcome.BUSY;
        }
        if (!gate.enter()) {
            return MoveOutcome.GONE;
        }
        if (isolated == 0) {
            sizeClass.listsLocked().unlink(zspage);
            sizeClass.addIsolatedLocked(
                    sizeClass.shape.slotsPerZspage(), zspages.liveSlots(zspage));
        }
        zspages.setIsolatedPages(zspage, isolated | bit);
        return MoveOutcome.ISOLATED;
    }

    @Override
    public MoveOutcome migrate(int frame, int target) {
        SizeClass sizeClass = lockClassOf(frame);
        if (sizeClass == null) {
            return counters.count(MoveOutcome.GONE);
        }
        MoveOutcome outcome;
        int emptied = ZspageTable.NO_ZSPAGE;
        try {
            // Before anything has moved: a heap that is full must not cost the old frame.
            int[] left = LEFT_FRAME.get();
            left[0] = frame;
            long descriptor = slots.descriptor(frame);
            int zspage = PageDescriptor.zspage(descriptor);
            int position = PageDescriptor.position(descriptor);
            if ((zspages.isolatedPages(zspage) & 1 << position) == 0) {
                return counters.count(MoveOutcome.NOT_ISOLATED);
            }
            outcome = zspages.liveSlots(zspage) == 0 ? MoveOutcome.EMPTY : MoveOutcome.MIGRATED;
            if (outcome == MoveOutcome.MIGRATED) {
                moveLocked(sizeClass.shape, zspage, position, frame, target);
            }
            emptied = endIsolationLocked(sizeClass, zspage, position);
        } finally {
            sizeClass.unlock();
        }
        if (outcome == MoveOutcome.MIGRATED) {
            arena.targets().release(LEFT_FRAME.get());
        }
        leaveGate(emptied);
        return counters.count(outcome);
    }

    /// Moves a page. Every object with a byte on it gets a new word, the one that runs into it from
    /// the page before included: a reader of it that took the old frame from the chain finds out.
    private void moveLocked(SizeClassShape shape, int zspage, int position, int frame, int target) {
        slots.replaceFrame(zspage, position, frame, target);
        if (shape.isHuge()) {
            handles.publishAt(zspages.hugeHandle(zspage), shape.index(), Frames.address(target));
        } else {
            int last = shape.lastSlotOn(position);
            for (int slot = shape.firstSlotOn(position); slot <= last; slot++) {
                long address = slots.address(zspage, slot, shape);
                long header = slots.header(address);
                if (SlotLayout.isAllocated(header)) {
                    handles.publishAt(SlotLayout.handle(header), shape.index(), address);
                }
            }
        }
        // The words lead elsewhere before the old frame can be anyone's.
        VarHandle.storeStoreFence();
    }

    @Override
    public MoveOutcome putBack(int frame) {
        SizeClass sizeClass = lockClassOf(frame);
        if (sizeClass == null) {
            return counters.count(MoveOutcome.GONE);
        }
        int emptied;
        try {
            long descriptor = slots.descriptor(frame);
            int zspage = PageDescriptor.zspage(descriptor);
            int position = PageDescriptor.position(descriptor);
            if ((zspages.isolatedPages(zspage) & 1 << position) == 0) {
                return counters.count(MoveOutcome.NOT_ISOLATED);
            }
            emptied = endIsolationLocked(sizeClass, zspage, position);
        } finally {
            sizeClass.unlock();
        }
        leaveGate(emptied);
        return counters.count(MoveOutcome.PUT_BACK);
    }

    /// Ends the isolation of one page, and files the zspage again with the last one.
    ///
    /// @return the zspage, when it is empty and no page of it is isolated; the caller destroys it
    ///   outside the lock
    private int endIsolationLocked(SizeClass sizeClass, int zspage, int position) {
        int isolated = zspages.isolatedPages(zspage) & ~(1 << position);
        zspages.setIsolatedPages(zspage, isolated);
        int emptied = ZspageTable.NO_ZSPAGE;
        if (isolated == 0) {
            sizeClass.addIsolatedLocked(
                    -sizeClass.shape.slotsPerZspage(), -zspages.liveSlots(zspage));
            if (zspages.liveSlots(zspage) == 0) {
                sizeClass.removeZspageLocked();
                allocator.withdrawnLocked(sizeClass.shape);
                emptied = zspage;
            } else {
                sizeClass.listsLocked().link(zspage);
            }
        }
        return emptied;
    }

    /// Ends what an isolation began, the last thing that is done to a page: whoever destroys the
    /// pool must find neither a frame that it left nor a zspage that was deferred (bugs B8, B9).
    ///
    /// @param emptied a zspage to release, or none
    private void leaveGate(int emptied) {
        if (emptied != ZspageTable.NO_ZSPAGE) {
            allocator.destroy(emptied);
        }
        gate.leave();
    }

    /// Locks the class of the page in a frame.
    ///
    /// Only under the lock is it known whether a zspage is in use: one that is being filed anew, or
    /// that compaction works on, is on no list for a moment.
    ///
    /// @return the locked class, null when the frame is no page of this pool
    @Nullable SizeClass lockClassOf(int frame) {
        if (frame < 0 || frame >= arena.totalFrames()) {
            return null;
        }
        while (true) {
            long descriptor = slots.descriptor(frame);
            int zspage = PageDescriptor.zspage(descriptor);
            if (!PageDescriptor.isOfZspage(descriptor) || !zspages.ids().isInRange(zspage)) {
                return null;
            }
            SizeClass sizeClass = byIndex[zspages.classIndex(zspage)];
            if (sizeClass == null) {
                return null;
            }
            sizeClass.lock();
            long now = zspages.filing(zspage);
            if (ZspageFiling.classIndex(now) == sizeClass.shape.index()) {
                if (ZspageFiling.isInUse(now) && isPage(sizeClass.shape, zspage, frame)) {
                    return sizeClass;
                }
                sizeClass.unlock();
                return null;
            }
            // Another life of the zspage has begun since.
            sizeClass.unlock();
        }
    }

    /// Whether a zspage of a locked class has a frame where the frame's descriptor says.
    private boolean isPage(SizeClassShape shape, int zspage, int frame) {
        long descriptor = slots.descriptor(frame);
        int position = PageDescriptor.position(descriptor);
        return PageDescriptor.isOfZspage(descriptor)
                && PageDescriptor.zspage(descriptor) == zspage
                && position < shape.pagesPerZspage()
                && slots.frameAt(zspage, position) == frame;
    }

    /// How many pages are isolated now.
    int isolatedPages() {
        return gate.isolatedPages();
    }

    /// How often each outcome was answered.
    MoveCounters counters() {
        return counters;
    }

    /// For tests that end an isolation by hand.
    IsolationGate gate() {
        return gate;
    }

    /// Lets no page be isolated any more, and waits until all are put back or migrated.
    void closeAndAwait() {
        gate.closeAndAwaitEmpty();
    }
}
