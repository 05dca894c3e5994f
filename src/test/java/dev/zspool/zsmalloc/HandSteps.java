package dev.zspool.zsmalloc;

import dev.zspool.page.Frames;
import dev.zspool.zsmalloc.RacePool.Content;
import dev.zspool.zsmalloc.RacePool.Shape;
import java.lang.invoke.VarHandle;

/// The steps of a pool's reader and writers taken by hand: paused in the middle, or in a wrong
/// order.
///
/// With {@link Order#RIGHT} they are those of {@link ZsPool} and {@link Compactor}; the other
/// orders are the mistakes that the protocol exists to prevent.
public final class HandSteps {
    /// In which order a writer works.
    public enum Order {
        RIGHT,
        /// Begins a life before its bytes are there.
        WORD_BEFORE_BYTES,
        /// Ends a life, and lets the place be used again, before the word says so.
        PLACE_BEFORE_WORD
    }

    private final ZsPool pool;
    private final Shape shape;
    private final SizeClassShape slotShape;
    private final SizeClass sizeClass;
    private final ZspageTable zspages;
    private final SlotMemory slots;
    private final HandleTable handles;

    public HandSteps(RacePool racePool, Shape shape) {
        this.pool = racePool.pool();
        this.shape = shape;
        this.slotShape = pool.sizeClasses().forPayload(shape.length());
        ZsPool.Parts parts = pool.parts();
        this.sizeClass = parts.byIndex()[slotShape.index()];
        this.zspages = parts.zspages();
        this.slots = parts.slots();
        this.handles = parts.handles();
    }

    /// A reader that stops after each of its steps: load the word, copy, look at the word again.
    public final class PausedRead {
        private final long handle;
        private final long word;
        private final byte[] copy = new byte[ZsPool.MAX_OBJECT_BYTES];
        private int length;

        private PausedRead(long handle) {
            this.handle = handle;
            this.word = handles.loadAcquire(handle);
        }

        public void copy() {
            if (ObjectLocation.isLive(word)) {
                length = slots.copyOut(word, slotShape, copy, 0);
            }
        }

        /// Looks at the word again, and says whose bytes were read, or why they do not count.
        public String finish() {
            if (!ObjectLocation.isLive(word)) {
                return RacePool.NOT_LIVE;
            }
            VarHandle.loadLoadFence();
            boolean accepted = length != SlotMemory.TORN && handles.loadOpaque(handle) == word;
            return accepted ? RacePool.ownerOf(copy, shape.length()) : RacePool.REFUSED;
        }
    }

    /// Loads the word of a handle.
    public PausedRead beginRead(long handle) {
        return new PausedRead(handle);
    }

    /// Stores an object in a zspage that has room, as {@link ZsPool#allocate} does.
    public long store(Content content, Order order) {
        long handle = handles.acquire();
        sizeClass.lock();
        try {
            int zspage = sizeClass.listsLocked().fullestWithRoom();
            fillSlot(zspage, handle, content, order);
            sizeClass.addLiveLocked(1);
            sizeClass.listsLocked().refile(zspage);
        } finally {
            sizeClass.unlock();
        }
        return handle;
    }

    private void fillSlot(int zspage, long handle, Content content, Order order) {
        long slot = slots.popFree(zspage, slotShape, handle);
        if (order == Order.WORD_BEFORE_BYTES) {
            handles.publishAt(handle, slotShape.index(), slot);
            slots.copyIn(slot, slotShape, content.bytes(), 0, shape.length());
        } else {
            slots.copyIn(slot, slotShape, content.bytes(), 0, shape.length());
            handles.publishAt(handle, slotShape.index(), slot);
        }
    }

    /// Frees an object and stores another one in its place.
    public void replace(long handle, Content content, Order order) {
        long next = handles.acquire();
        sizeClass.lock();
        try {
            Place place = new Place(handle);
            if (order != Order.PLACE_BEFORE_WORD) {
                handles.retire(handle);
                VarHandle.storeStoreFence();
            }
            slots.pushFree(place.zspage, place.slot, place.address, slotShape);
            fillSlot(place.zspage, next, content, order);
            if (order == Order.PLACE_BEFORE_WORD) {
                handles.retire(handle);
            }
        } finally {
            sizeClass.unlock();
        }
        handles.release(handle);
    }

    /// Moves an object from the emptiest to the fullest zspage, as {@link Compactor} does, and
    /// stores another one in the place that it left.
    public void moveAndReuse(long handle, Content content, Order order) {
        long next = handles.acquire();
        sizeClass.lock();
        try {
            int destination = sizeClass.listsLocked().fullestPartial();
            Place from = new Place(handle);
            long to = slots.popFree(destination, slotShape, handle);
            if (order == Order.WORD_BEFORE_BYTES) {
                handles.publishAt(handle, slotShape.index(), to);
            }
            slots.copySlot(from.address, to, slotShape.sizeBytes());
            if (order == Order.RIGHT) {
                handles.publishAt(handle, slotShape.index(), to);
                VarHandle.storeStoreFence();
            }
            slots.pushFree(from.zspage, from.slot, from.address, slotShape);
            fillSlot(from.zspage, next, content, Order.RIGHT);
            if (order == Order.PLACE_BEFORE_WORD) {
                handles.publishAt(handle, slotShape.index(), to);
            }
            sizeClass.addLiveLocked(1);
            sizeClass.listsLocked().refile(destination);
            sizeClass.listsLocked().refile(from.zspage);
        } finally {
            sizeClass.unlock();
        }
    }

    /// Moves an object to the other of two zspages, the right way.
    public void moveAway(long handle) {
        sizeClass.lock();
        try {
            Place from = new Place(handle);
            FullnessLists lists = sizeClass.listsLocked();
            lists.unlink(from.zspage);
            int destination = lists.fullestWithRoom();
            long to = slots.popFree(destination, slotShape, handle);
            slots.copySlot(from.address, to, slotShape.sizeBytes());
            handles.publishAt(handle, slotShape.index(), to);
            VarHandle.storeStoreFence();
            slots.pushFree(from.zspage, from.slot, from.address, slotShape);
            lists.refile(destination);
            lists.link(from.zspage);
        } finally {
            sizeClass.unlock();
        }
    }

    /// Frees an object where it was before the lock was taken (bug B30): a compaction may have
    /// moved it meanwhile.
    public String freeWithStaleLocation(long handle) {
        Place place = new Place(handle);
        boolean emptied;
        sizeClass.lock();
        try {
            emptied = freeLocked(handle, place);
            if (emptied) {
                sizeClass.listsLocked().unlink(place.zspage);
                sizeClass.removeZspageLocked();
            }
        } catch (IndexOutOfBoundsException noSuchZspage) {
            return FreeOutcome.FREED.name();
        } finally {
            sizeClass.unlock();
        }
        finishFree(handle, place, emptied);
        return FreeOutcome.FREED.name();
    }

    /// Frees an object, and takes a zspage that it leaves empty off its list in a second critical
    /// section: somebody may find it there meanwhile.
    public String freeInTwoSections(long handle) {
        Place place;
        boolean emptied;
        sizeClass.lock();
        try {
            place = new Place(handle);
            emptied = freeLocked(handle, place);
        } finally {
            sizeClass.unlock();
        }
        if (emptied) {
            sizeClass.lock();
            try {
                sizeClass.listsLocked().unlink(place.zspage);
                sizeClass.removeZspageLocked();
            } finally {
                sizeClass.unlock();
            }
        }
        finishFree(handle, place, emptied);
        return FreeOutcome.FREED.name();
    }

    private boolean freeLocked(long handle, Place place) {
        handles.retire(handle);
        VarHandle.storeStoreFence();
        slots.pushFree(place.zspage, place.slot, place.address, slotShape);
        sizeClass.addLiveLocked(-1);
        sizeClass.listsLocked().refile(place.zspage);
        return zspages.liveSlots(place.zspage) == 0;
    }

    private void finishFree(long handle, Place place, boolean emptied) {
        handles.release(handle);
        if (emptied) {
            pool.parts().allocator().destroy(place.zspage);
        }
    }

    /// The word of a handle.
    long word(long handle) {
        return handles.loadAcquire(handle);
    }

    /// Where an object lies, as its word says now.
    private final class Place {
        private final int zspage;
        private final int slot;
        private final long address;

        private Place(long handle) {
            long word = handles.loadOpaque(handle);
            this.zspage = slots.zspageOf(word);
            this.slot = slots.slotOf(word, slotShape);
            this.address =
                    Frames.address(ObjectLocation.frame(word)) + ObjectLocation.offsetBytes(word);
        }
    }
}
