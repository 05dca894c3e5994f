package dev.zspool.zsmalloc;

import dev.zspool.page.Frames;
import dev.zspool.page.PageArena;
import dev.zspool.page.Words;
import java.util.BitSet;

/// Looks one zspage over: its chain, its slots, its free list, and the handles of its objects.
///
/// The caller holds the lock of the zspage's class; then nothing of it changes meanwhile, whatever
/// goes on in the pool.
final class ZspageChecker {
    private final PageArena arena;
    private final Words descriptors;
    private final ZspageTable zspages;
    private final SlotMemory slots;
    private final HandleTable handles;
    private final Violations violations;

    ZspageChecker(PageArena arena, ZsPool.Parts parts, Violations violations) {
        this.arena = arena;
        this.descriptors = arena.descriptors();
        this.zspages = parts.zspages();
        this.slots = parts.slots();
        this.handles = parts.handles();
        this.violations = violations;
    }

    void checkLocked(SizeClassShape shape, int zspage) {
        violations.expect(
                zspages.isolatedPages(zspage) >>> shape.pagesPerZspage() == 0,
                "I-19 zspage %d: a page is isolated that it does not have",
                zspage);
        if (!isChainSound(shape, zspage)) {
            violations.report("I-6 zspage %d: its frames do not form its chain", zspage);
        } else if (shape.isHuge()) {
            checkHuge(shape, zspage);
        } else {
            checkSlots(shape, zspage);
        }
    }

    /// No frame can be in two chains that are both sound, since its descriptor names one zspage.
    private boolean isChainSound(SizeClassShape shape, int zspage) {
        int frame = zspages.firstFrame(zspage);
        for (int position = 0; position < shape.pagesPerZspage(); position++) {
            if (!arena.isOwned(frame)) {
                return false;
            }
            long descriptor = descriptors.getOpaque(frame);
            if (!PageDescriptor.isOfZspage(descriptor)
                    || PageDescriptor.zspage(descriptor) != zspage
                    || PageDescriptor.position(descriptor) != position) {
                return false;
            }
            frame = PageDescriptor.nextFrame(descriptor);
        }
        return frame == Frames.NO_FRAME;
    }

    private void checkHuge(SizeClassShape shape, int zspage) {
        long handle = zspages.hugeHandle(zspage);
        int tagged = handle == ZsPool.NULL_HANDLE ? 0 : 1;
        violations.expect(
                zspages.liveSlots(zspage) == tagged,
                "I-1 huge zspage %d: %d live slots, handle %d",
                zspage,
                zspages.liveSlots(zspage),
                handle);
        if (tagged == 1) {
            checkRoundTrip(shape, zspage, 0, slots.address(zspage, 0, shape), handle);
        }
    }

    private void checkSlots(SizeClassShape shape, int zspage) {
        BitSet allocated = new BitSet(shape.slotsPerZspage());
        for (int slot = 0; slot < shape.slotsPerZspage(); slot++) {
            long address = slots.address(zspage, slot, shape);
            long header = slots.header(address);
            if (SlotLayout.isAllocated(header)) {
                allocated.set(slot);
                checkRoundTrip(shape, zspage, slot, address, SlotLayout.handle(header));
            }
        }
        checkFreeList(shape, zspage, allocated);
    }

    private void checkRoundTrip(
            SizeClassShape shape, int zspage, int slot, long address, long handle) {
        long word = handles.loadAcquire(handle);
        violations.expect(
                ObjectLocation.isLive(word)
                        && ObjectLocation.classIndex(word) == shape.index()
                        && addressOf(word) == address,
                "I-7 zspage %d slot %d: handle %d does not lead back to it",
                zspage,
                slot,
                handle);
    }

    private static long addressOf(long word) {
        return Frames.address(ObjectLocation.frame(word)) + ObjectLocation.offsetBytes(word);
    }

    private void checkFreeList(SizeClassShape shape, int zspage, BitSet allocated) {
        int live = zspages.liveSlots(zspage);
        violations.expect(
                live == allocated.cardinality(),
                "I-1 zspage %d: %d live slots counted, %d tagged",
                zspage,
                live,
                allocated.cardinality());
        BitSet free = new BitSet(shape.slotsPerZspage());
        int slot = zspages.firstFreeSlot(zspage);
        while (slot != SlotLayout.NO_SLOT) {
            if (slot >= shape.slotsPerZspage() || free.get(slot) || allocated.get(slot)) {
                violations.report(
                        "I-1 zspage %d: slot %d must not be on the free list", zspage, slot);
                return;
            }
            free.set(slot);
            slot = SlotLayout.nextFreeSlot(slots.header(slots.address(zspage, slot, shape)));
        }
        violations.expect(
                free.cardinality() + allocated.cardinality() == shape.slotsPerZspage(),
                "I-1 zspage %d: %d slots free, %d tagged, of %d",
                zspage,
                free.cardinality(),
                allocated.cardinality(),
                shape.slotsPerZspage());
    }

    /// Whether the place that a live word leads to holds the object of that handle. Exact under the
    /// lock of the word's class; without it, a yes is good and a no may come too late.
    boolean isThere(long handle, long word, SizeClassShape shape) {
        int frame = ObjectLocation.frame(word);
        if (frame >= arena.totalFrames()) {
            return false;
        }
        long descriptor = slots.descriptor(frame);
        int zspage = PageDescriptor.zspage(descriptor);
        if (!PageDescriptor.isOfZspage(descriptor) || !zspages.ids().isInRange(zspage)) {
            return false;
        }
        int offset =
                (PageDescriptor.position(descriptor) << Frames.FRAME_SHIFT)
                        + ObjectLocation.offsetBytes(word);
        if (shape.isHuge()) {
            return offset == 0 && zspages.hugeHandle(zspage) == handle;
        }
        return offset % shape.sizeBytes() == 0
                && slots.header(addressOf(word)) == SlotLayout.allocated(handle);
    }
}
