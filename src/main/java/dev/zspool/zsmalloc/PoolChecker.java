package dev.zspool.zsmalloc;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import dev.zspool.page.Frames;
import dev.zspool.page.PageArena;
import dev.zspool.page.Words;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// A read-only walk over a whole pool that names every broken invariant (`docs/invariants.md`): the
/// oracle of every test.
///
/// It holds all class locks meanwhile, taken in ascending order. Allocations and frees that are
/// under way between two locks would be reported, so the pool's writers have to be quiet.
final class PoolChecker {
    private static final int MOST_VIOLATIONS = 100;

    private final PageArena arena;
    private final Words descriptors;
    private final ZspageTable zspages;
    private final SlotMemory slots;
    private final HandleTable handles;
    private final ZspageAllocator allocator;
    private final PageMover mover;
    private final SizeClass[] ascending;
    private final List<String> violations = new ArrayList<>();
    private final BitSet seenZspages = new BitSet();
    private final BitSet seenFrames = new BitSet();
    private final Map<Integer, List<Integer>> isolated = new HashMap<>();
    private long countedIsolatedPages;
    private long countedPages;
    private long countedObjects;

    PoolChecker(PageArena arena, ZsPool.Parts parts, SizeClass[] ascending) {
        this.arena = arena;
        this.descriptors = arena.descriptors();
        this.zspages = parts.zspages();
        this.slots = parts.slots();
        this.handles = parts.handles();
        this.allocator = parts.allocator();
        this.mover = parts.mover();
        this.ascending = ascending;
    }

    List<String> check() {
        for (SizeClass sizeClass : ascending) {
            sizeClass.lock();
        }
        try {
            collectIsolated();
            for (SizeClass sizeClass : ascending) {
                checkClass(sizeClass);
            }
            expect(
                    mover.isolatedPages() == countedIsolatedPages,
                    "I-19 pool: %d isolated pages counted, %d marked",
                    mover.isolatedPages(),
                    countedIsolatedPages);
            expect(
                    countedPages == allocator.allocatedPages(),
                    "I-5 pool pages: %d counted, %d in the zspages",
                    allocator.allocatedPages(),
                    countedPages);
            new HandleTableChecker(handles, violations).check(countedObjects);
        } finally {
            for (SizeClass sizeClass : ascending) {
                sizeClass.unlock();
            }
        }
        violations.addAll(arena.check());
        return violations.size() <= MOST_VIOLATIONS
                ? violations
                : violations.subList(0, MOST_VIOLATIONS);
    }

    /// Isolated zspages are on no list; only their descriptors tell.
    private void collectIsolated() {
        for (int zspage = 1; zspage < zspages.ids().limit(); zspage++) {
            int positions = zspages.isolatedPages(zspage);
            if (positions == 0) {
                continue;
            }
            countedIsolatedPages += Integer.bitCount(positions);
            isolated.computeIfAbsent(zspages.classIndex(zspage), index -> new ArrayList<>())
                    .add(zspage);
            expect(!zspages.isLinked(zspage), "I-19 zspage %d: isolated, and on a list", zspage);
        }
    }

    private void checkClass(SizeClass sizeClass) {
        FullnessLists lists = sizeClass.listsLocked();
        long zspagesOfClass = 0;
        long liveSlots = 0;
        for (int zspage : isolated.getOrDefault(sizeClass.shape.index(), List.of())) {
            seenZspages.set(zspage);
            checkZspage(sizeClass.shape, zspage);
            expect(
                    zspages.isolatedPages(zspage) >>> sizeClass.shape.pagesPerZspage() == 0,
                    "I-19 zspage %d: a page is isolated that it does not have",
                    zspage);
            liveSlots += zspages.liveSlots(zspage);
            zspagesOfClass++;
        }
        expect(
                sizeClass.isIsolationCounted(zspagesOfClass, liveSlots),
                "I-19 class %d: %d zspages with %d objects are isolated, counted otherwise",
                sizeClass.shape.index(),
                zspagesOfClass,
                liveSlots);
        for (int group = 0; group < FullnessGroup.COUNT; group++) {
            int previous = ZspageTable.NO_ZSPAGE;
            int length = 0;
            int zspage = lists.head(group);
            while (zspage != ZspageTable.NO_ZSPAGE) {
                if (zspage < 0 || zspage >= zspages.ids().limit() || seenZspages.get(zspage)) {
                    report("I-3 zspage %d: listed twice, or no such zspage", zspage);
                    break;
                }
                seenZspages.set(zspage);
                checkFiling(sizeClass.shape, zspage, group, previous);
                checkZspage(sizeClass.shape, zspage);
                liveSlots += zspages.liveSlots(zspage);
                length++;
                previous = zspage;
                zspage = zspages.next(zspage);
            }
            expect(
                    length == lists.count(group),
                    "I-3 class %d group %d: %d zspages counted, %d listed",
                    sizeClass.shape.index(),
                    group,
                    lists.count(group),
                    length);
            zspagesOfClass += length;
        }
        checkCounters(sizeClass, zspagesOfClass, liveSlots);
    }

    private void checkCounters(SizeClass sizeClass, long zspagesOfClass, long liveSlots) {
        SizeClassShape shape = sizeClass.shape;
        expect(
                sizeClass.allocatedSlots() == zspagesOfClass * shape.slotsPerZspage(),
                "I-4 class %d: %d slots counted, %d zspages of %d",
                shape.index(),
                sizeClass.allocatedSlots(),
                zspagesOfClass,
                shape.slotsPerZspage());
        expect(
                sizeClass.liveSlots() == liveSlots,
                "I-4 class %d: %d live slots counted, %d in the zspages",
                shape.index(),
                sizeClass.liveSlots(),
                liveSlots);
        countedPages += zspagesOfClass * shape.pagesPerZspage();
        countedObjects += liveSlots;
    }

    private void checkFiling(SizeClassShape shape, int zspage, int group, int previous) {
        int wanted = FullnessGroup.numberOf(zspages.liveSlots(zspage), shape.slotsPerZspage());
        expect(
                zspages.isLinked(zspage)
                        && zspages.group(zspage) == group
                        && wanted == group
                        && zspages.previous(zspage) == previous
                        && zspages.classIndex(zspage) == shape.index(),
                "I-2 zspage %d: filed under class %d group %d, belongs to class %d group %d",
                zspage,
                shape.index(),
                group,
                zspages.classIndex(zspage),
                wanted);
    }

    private void checkZspage(SizeClassShape shape, int zspage) {
        if (!isChainSound(shape, zspage)) {
            report("I-6 zspage %d: its frames do not form its chain", zspage);
            return;
        }
        if (shape.isHuge()) {
            checkHuge(shape, zspage);
            return;
        }
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

    private void checkHuge(SizeClassShape shape, int zspage) {
        long handle = zspages.hugeHandle(zspage);
        int tagged = handle == ZsPool.NULL_HANDLE ? 0 : 1;
        expect(
                zspages.liveSlots(zspage) == tagged,
                "I-1 huge zspage %d: %d live slots, handle %d",
                zspage,
                zspages.liveSlots(zspage),
                handle);
        if (tagged == 1) {
            checkRoundTrip(shape, zspage, 0, slots.address(zspage, 0, shape), handle);
        }
    }

    private void checkRoundTrip(
            SizeClassShape shape, int zspage, int slot, long address, long handle) {
        long word = handles.loadAcquire(handle);
        long wordAddress =
                Frames.address(ObjectLocation.frame(word)) + ObjectLocation.offsetBytes(word);
        expect(
                ObjectLocation.isLive(word)
                        && ObjectLocation.classIndex(word) == shape.index()
                        && wordAddress == address,
                "I-7 zspage %d slot %d: handle %d does not lead back to it",
                zspage,
                slot,
                handle);
    }

    private void checkFreeList(SizeClassShape shape, int zspage, BitSet allocated) {
        int live = zspages.liveSlots(zspage);
        expect(
                live == allocated.cardinality(),
                "I-1 zspage %d: %d live slots counted, %d tagged",
                zspage,
                live,
                allocated.cardinality());
        BitSet free = new BitSet(shape.slotsPerZspage());
        int slot = zspages.firstFreeSlot(zspage);
        while (slot != SlotLayout.NO_SLOT) {
            if (slot >= shape.slotsPerZspage() || free.get(slot) || allocated.get(slot)) {
                report("I-1 zspage %d: slot %d must not be on the free list", zspage, slot);
                return;
            }
            free.set(slot);
            slot = SlotLayout.nextFreeSlot(slots.header(slots.address(zspage, slot, shape)));
        }
        expect(
                free.cardinality() + allocated.cardinality() == shape.slotsPerZspage(),
                "I-1 zspage %d: %d slots free, %d tagged, of %d",
                zspage,
                free.cardinality(),
                allocated.cardinality(),
                shape.slotsPerZspage());
    }

    private boolean isChainSound(SizeClassShape shape, int zspage) {
        int frame = zspages.firstFrame(zspage);
        for (int position = 0; position < shape.pagesPerZspage(); position++) {
            if (!arena.isOwned(frame) || seenFrames.get(frame)) {
                return false;
            }
            seenFrames.set(frame);
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

    @FormatMethod
    private void expect(boolean holds, @FormatString String violation, Object... arguments) {
        if (!holds) {
            report(violation, arguments);
        }
    }

    @FormatMethod
    private void report(@FormatString String violation, Object... arguments) {
        violations.add(String.format(Locale.ROOT, violation, arguments));
    }
}
