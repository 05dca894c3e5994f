package dev.zspool.zsmalloc;

import dev.zspool.page.Pace;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/// Moves objects from the emptiest zspages of a class to its fullest, until no zspage could be
/// spared (`zs_compact`).
///
/// It works in slices of at most {@link #SLICE_OBJECTS} objects or {@link #SLICE_BYTES} bytes, and
/// lets the class' lock go between them. At the end of a slice both zspages go back to their lists,
/// the source first and the destination last, so that the next slice finds the same destination at
/// the head; the other order fills the source again and never ends. Counts decide, not clocks:
/// single-threaded, slices change nothing, and the kernel's numbers come out.
///
/// Readers are not asked: a reader of an object that moves finds another word after its copy and
/// reads again.
final class Compactor {
    static final int SLICE_OBJECTS = 64;
    static final int SLICE_BYTES = 256 * 1024;

    private final int sliceObjects;

    private final SlotMemory slots;
    private final ZspageTable zspages;
    private final HandleTable handles;
    private final ZspageAllocator allocator;
    private final AtomicBoolean running = new AtomicBoolean();
    private final AtomicLong freedPages = new AtomicLong();
    private final AtomicLong movedObjects = new AtomicLong();

    /// Sources that the slice emptied; only the running compactor touches it.
    private final int[] emptied;

    private Pace pace = Pace.FULL_SPEED;
    private boolean ended;
    private long goalPages;
    private long freedInPass;
    private long movedInPass;
    private int emptiedCount;
    private int movedInSlice;
    private long movesLeft;

    Compactor(
            SlotMemory slots, ZspageTable zspages, HandleTable handles, ZspageAllocator allocator) {
        this(slots, zspages, handles, allocator, SLICE_OBJECTS);
    }

    /// With slices of another size, for the tests that show that it changes nothing.
    Compactor(
            SlotMemory slots,
            ZspageTable zspages,
            HandleTable handles,
            ZspageAllocator allocator,
            int sliceObjects) {
        this.sliceObjects = sliceObjects;
        this.emptied = new int[sliceObjects];
        this.slots = slots;
        this.zspages = zspages;
        this.handles = handles;
        this.allocator = allocator;
    }

    /// Pages freed since the pool was made.
    long freedPages() {
        return freedPages.get();
    }

    /// Objects moved since the pool was made.
    long movedObjects() {
        return movedObjects.get();
    }

    /// Compacts all classes, the largest first.
    ///
    /// @param ascending the classes in ascending order
    /// @param wantedPace asked between slices; its unit is pages
    /// @return what this call did; BUSY at once when another thread compacts this pool (bug B25)
    CompactionResult compact(SizeClass[] ascending, Pace wantedPace) {
        if (!running.compareAndSet(false, true)) {
            return CompactionResult.BUSY;
        }
        try {
            pace = wantedPace;
            ended = false;
            freedInPass = 0;
            movedInPass = 0;
            goalPages = 0;
            for (SizeClass sizeClass : ascending) {
                goalPages += sizeClass.reclaimablePages();
            }
            for (int i = ascending.length - 1; i >= 0 && !ended; i--) {
                compactClass(ascending[i]);
            }
            return new CompactionResult(
                    ended ? CompactionResult.Outcome.CANCELLED : CompactionResult.Outcome.DONE,
                    freedInPass,
                    movedInPass);
        } finally {
            pace = Pace.FULL_SPEED;
            running.set(false);
        }
    }

    private void compactClass(SizeClass sizeClass) {
        // Others may free and allocate between slices; this bounds the pass whatever they do.
        movesLeft = sizeClass.liveSlots();
        boolean more = sizeClass.reclaimablePages() > 0;
        while (more && !ended) {
            sizeClass.lock();
            try {
                more = runSliceLocked(sizeClass) && movesLeft > 0;
            } finally {
                sizeClass.unlock();
            }
            endSlice(sizeClass.shape);
        }
    }

    private void endSlice(SizeClassShape shape) {
        for (int i = 0; i < emptiedCount; i++) {
            allocator.destroy(emptied[i]);
        }
        long freed = (long) emptiedCount * shape.pagesPerZspage();
        emptiedCount = 0;
        freedPages.addAndGet(freed);
        movedObjects.addAndGet(movedInSlice);
        freedInPass += freed;
        movedInPass += movedInSlice;
        ended = !pace.proceed(freedInPass, goalPages);
    }

    /// @return whether the slice ended before the class was done
    private boolean runSliceLocked(SizeClass sizeClass) {
        FullnessLists lists = sizeClass.listsLocked();
        SizeClassShape shape = sizeClass.shape;
        int most = Math.min(sliceObjects, Math.max(1, SLICE_BYTES / shape.sizeBytes()));
        int destination = ZspageTable.NO_ZSPAGE;
        movedInSlice = 0;
        while (sizeClass.reclaimablePages() > 0 && movedInSlice < most) {
            if (destination == ZspageTable.NO_ZSPAGE) {
                destination = lists.fullestPartial();
                if (destination == ZspageTable.NO_ZSPAGE) {
                    return false;
                }
                lists.unlink(destination);
            }
            int source = lists.emptiestPartial();
            if (source == ZspageTable.NO_ZSPAGE) {
                lists.link(destination);
                return false;
            }
            lists.unlink(source);
            moveObjects(shape, source, destination, most);
            putSourceBack(sizeClass, lists, source);
            if (zspages.liveSlots(destination) == shape.slotsPerZspage()) {
                lists.link(destination);
                destination = ZspageTable.NO_ZSPAGE;
            }
        }
        if (destination != ZspageTable.NO_ZSPAGE) {
            lists.link(destination);
        }
        return movedInSlice >= most;
    }

    private void putSourceBack(SizeClass sizeClass, FullnessLists lists, int source) {
        if (zspages.liveSlots(source) == 0) {
            sizeClass.removeZspageLocked();
            allocator.withdrawnLocked(sizeClass.shape);
            emptied[emptiedCount++] = source;
        } else {
            lists.link(source);
        }
    }

    private void moveObjects(SizeClassShape shape, int source, int destination, int most) {
        for (int slot = 0; slot < shape.slotsPerZspage(); slot++) {
            if (movedInSlice == most
                    || zspages.liveSlots(source) == 0
                    || zspages.liveSlots(destination) == shape.slotsPerZspage()) {
                return;
            }
            long from = slots.address(source, slot, shape);
            long header = slots.header(from);
            if (SlotLayout.isAllocated(header)) {
                moveObject(shape, source, slot, from, destination);
                movedInSlice++;
                movesLeft--;
            }
        }
    }

    private void moveObject(
            SizeClassShape shape, int source, int slot, long from, int destination) {
        long handle = SlotLayout.handle(slots.header(from));
        long to = slots.popFree(destination, shape, handle);
        slots.copySlot(from, to, shape.sizeBytes());
        // The bytes are there before the word leads to them, and the word leads away before the old
        // place is reused.
        handles.publishAt(handle, shape.index(), to);
        VarHandle.storeStoreFence();
        slots.pushFree(source, slot, from, shape);
    }
}
