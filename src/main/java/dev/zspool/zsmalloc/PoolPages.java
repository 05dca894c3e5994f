package dev.zspool.zsmalloc;

import dev.zspool.page.Frames;
import dev.zspool.page.MovablePages;
import dev.zspool.page.MoveOutcome;
import dev.zspool.page.PageArena;
import dev.zspool.page.PageOwner;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// The pages of a pool: to look at, to isolate, to migrate, to put back.
///
/// Thread-safe. What is told of a page is consistent, since the page's class is locked meanwhile;
/// several pages are of slightly different moments.
public final class PoolPages implements MovablePages {
    /// How many frames one call of {@link #list} looks at, at most.
    private static final int SCANNED_FRAMES = 1 << 18;

    private final PageArena arena;
    private final PageOwner owner;
    private final PageMover mover;
    private final ZspageTable zspages;
    private final SlotMemory slots;

    PoolPages(
            PageArena arena,
            PageOwner owner,
            PageMover mover,
            ZspageTable zspages,
            SlotMemory slots) {
        this.arena = arena;
        this.owner = owner;
        this.mover = mover;
        this.zspages = zspages;
        this.slots = slots;
    }

    @Override
    public MoveOutcome isolate(int frame) {
        return mover.isolate(frame);
    }

    @Override
    public MoveOutcome migrate(int frame, int target) {
        return mover.migrate(frame, target);
    }

    @Override
    public MoveOutcome putBack(int frame) {
        return mover.putBack(frame);
    }

    /// Keeps the pool from being destroyed while somebody holds a target in its name.
    ///
    /// @return false when it is being destroyed
    boolean beginMove() {
        return mover.gate().beginMove();
    }

    /// Ends what {@link #beginMove} began.
    void endMove() {
        mover.gate().endMove();
    }

    /// Takes a frame that a page of this pool is about to be moved to.
    ///
    /// @return the frame, {@link Frames#NO_FRAME} when there is none
    public int acquireTarget() {
        return arena.targets().acquire(owner);
    }

    /// Gives a target back that no page was moved to.
    public void releaseTarget(int target) {
        arena.targets().release(new int[] {target});
    }

    /// How often an outcome was answered since the pool was made.
    public long count(MoveOutcome outcome) {
        return mover.counters().of(outcome);
    }

    /// How many pages are isolated now.
    public int isolatedPages() {
        return mover.isolatedPages();
    }

    /// How many frames the arena has handed to this pool, by the arena's own count.
    public long ownedFrames() {
        return owner.ownedFrames();
    }

    /// The number that the arena knows this pool's frames by.
    public int ownerId() {
        return owner.id();
    }

    /// A short look at a frame of this pool, without a lock: right as long as the page stays what
    /// it is.
    ///
    /// @param frame a frame of the arena
    /// @return as {@link PageGlance} reads it
    public int glance(int frame) {
        long descriptor = slots.descriptor(frame);
        int zspage = PageDescriptor.zspage(descriptor);
        if (!PageDescriptor.isOfZspage(descriptor) || !zspages.ids().isInRange(zspage)) {
            return PageGlance.NO_PAGE;
        }
        return PageGlance.of(
                zspages.classIndex(zspage),
                isIsolated(zspage, PageDescriptor.position(descriptor)));
    }

    /// Lists pages in ascending order of their frames.
    ///
    /// @param after the frame behind which to begin, -1 for the first
    /// @param limit how many at most, positive
    public PageListing list(PageFilter filter, int after, int limit) {
        if (after < -1 || limit < 1) {
            throw new IllegalArgumentException("after=" + after + " limit=" + limit);
        }
        List<PageInfo> found = new ArrayList<>();
        int frame = Math.min(after, arena.totalFrames() - 1) + 1;
        int end = Math.min(frame + SCANNED_FRAMES, arena.totalFrames());
        while (frame < end && found.size() < limit) {
            PageInfo page = find(frame, filter);
            if (page != null) {
                found.add(page);
            }
            frame++;
        }
        return new PageListing(
                found,
                frame < arena.totalFrames() ? OptionalInt.of(frame - 1) : OptionalInt.empty());
    }

    /// The page in a frame, if it is one that was asked for. Most frames are not, so a page's
    /// objects are looked at last.
    private @Nullable PageInfo find(int frame, PageFilter filter) {
        if (!PageDescriptor.isOfZspage(slots.descriptor(frame))) {
            return null;
        }
        SizeClass sizeClass = mover.lockClassOf(frame);
        if (sizeClass == null) {
            return null;
        }
        try {
            long descriptor = slots.descriptor(frame);
            int zspage = PageDescriptor.zspage(descriptor);
            int position = PageDescriptor.position(descriptor);
            boolean isWanted =
                    filter.accepts(
                            sizeClass.shape.index(),
                            groupOf(sizeClass.shape, zspage),
                            isIsolated(zspage, position));
            return isWanted
                    ? info(
                            sizeClass.shape,
                            frame,
                            liveSlots(sizeClass.shape, zspage, position).size())
                    : null;
        } finally {
            sizeClass.unlock();
        }
    }

    /// Describes a page.
    ///
    /// @param frame any number
    /// @return empty when the frame is no page of this pool
    public Optional<PageDetail> describe(int frame) {
        SizeClass sizeClass = mover.lockClassOf(frame);
        if (sizeClass == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(describeLocked(sizeClass.shape, frame));
        } finally {
            sizeClass.unlock();
        }
    }

    private PageDetail describeLocked(SizeClassShape shape, int frame) {
        long descriptor = slots.descriptor(frame);
        int zspage = PageDescriptor.zspage(descriptor);
        List<PageDetail.LiveSlot> live =
                liveSlots(shape, zspage, PageDescriptor.position(descriptor));
        List<Integer> chain = new ArrayList<>();
        for (int place = 0; place < shape.pagesPerZspage(); place++) {
            chain.add(slots.frameAt(zspage, place));
        }
        return new PageDetail(info(shape, frame, live.size()), chain, live);
    }

    private PageInfo info(SizeClassShape shape, int frame, int liveObjects) {
        long descriptor = slots.descriptor(frame);
        int zspage = PageDescriptor.zspage(descriptor);
        int position = PageDescriptor.position(descriptor);
        return new PageInfo(
                frame,
                zspage,
                position,
                shape.pagesPerZspage(),
                shape.index(),
                shape.sizeBytes(),
                groupOf(shape, zspage),
                zspages.liveSlots(zspage),
                shape.slotsPerZspage(),
                liveObjects,
                isIsolated(zspage, position));
    }

    private int groupOf(SizeClassShape shape, int zspage) {
        return FullnessGroup.numberOf(zspages.liveSlots(zspage), shape.slotsPerZspage());
    }

    private boolean isIsolated(int zspage, int position) {
        return (zspages.isolatedPages(zspage) & 1 << position) != 0;
    }

    private List<PageDetail.LiveSlot> liveSlots(SizeClassShape shape, int zspage, int position) {
        List<PageDetail.LiveSlot> live = new ArrayList<>();
        int pageStart = position << Frames.FRAME_SHIFT;
        if (shape.isHuge()) {
            if (zspages.liveSlots(zspage) > 0) {
                live.add(new PageDetail.LiveSlot(0, zspages.hugeHandle(zspage), 0));
            }
            return live;
        }
        for (int slot = shape.firstSlotOn(position); slot <= shape.lastSlotOn(position); slot++) {
            long header = slots.header(slots.address(zspage, slot, shape));
            if (SlotLayout.isAllocated(header)) {
                live.add(
                        new PageDetail.LiveSlot(
                                slot,
                                SlotLayout.handle(header),
                                slot * shape.sizeBytes() - pageStart));
            }
        }
        return live;
    }
}
