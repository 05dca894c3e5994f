package dev.zspool.zsmalloc;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;

/// The sums of a pool that is in use: lists and counters of each class, pages of the pool.
///
/// A class is walked in slices of at most {@value #SLICE_ZSPAGES} zspages, and is right or wrong
/// only if nobody had its lock between them; a class that fits into one slice always is. Of one
/// call.
final class ClassTotals {
    /// Zspages that are walked along under one hold of a class' lock.
    static final int SLICE_ZSPAGES = 256;

    private static final int TRIES = 3;

    private final ZspageTable zspages;
    private final ZspageAllocator allocator;
    private final PageMover mover;
    private final SizeClass[] ascending;
    private final Violations violations;
    private final List<String> unverified;
    private final BooleanSupplier breath;

    /// Classes that are not compared yet, by their place among the ascending ones.
    private final BitSet pending = new BitSet();

    /// The state of each class when its sums were taken.
    private final long[] changes;

    private final long[] pages;

    /// The sum over all classes before isolated zspages were collected.
    private long changesBeforeScan;

    private int slice;
    private int largestSlice;

    /// @param breath asked between slices whether to go on
    ClassTotals(
            ZsPool.Parts parts,
            SizeClass[] ascending,
            Violations violations,
            List<String> unverified,
            BooleanSupplier breath) {
        this.zspages = parts.zspages();
        this.allocator = parts.allocator();
        this.mover = parts.mover();
        this.ascending = ascending;
        this.violations = violations;
        this.unverified = unverified;
        this.breath = breath;
        this.changes = new long[ascending.length];
        this.pages = new long[ascending.length];
    }

    void check() {
        pending.set(0, ascending.length);
        long isolatedPages = 0;
        boolean goOn = true;
        for (int attempt = 0; attempt < TRIES && goOn && !pending.isEmpty(); attempt++) {
            Map<Integer, List<Integer>> isolated = new HashMap<>();
            noteChanges();
            isolatedPages = collectIsolated(isolated);
            for (int i = pending.nextSetBit(0); i >= 0 && goOn; i = pending.nextSetBit(i + 1)) {
                goOn = checkClass(i, isolated);
            }
        }
        if (goOn) {
            pending.stream()
                    .forEach(i ->
                            unverified.add(
                                    "I-3, I-4, I-19 class "
                                            + ascending[i].shape.index()
                                            + ": changed all the time"));
            checkPool(isolatedPages);
        }
    }

    private void noteChanges() {
        for (int i = pending.nextSetBit(0); i >= 0; i = pending.nextSetBit(i + 1)) {
            changes[i] = changesOf(ascending[i]);
        }
        changesBeforeScan = LongStream.of(changes).sum();
    }

    private static long changesOf(SizeClass sizeClass) {
        sizeClass.lockToLook();
        try {
            return sizeClass.changesLocked();
        } finally {
            sizeClass.unlock();
        }
    }

    /// What is found without the locks counts only for classes that do not change.
    private long collectIsolated(Map<Integer, List<Integer>> isolated) {
        long found = 0;
        int limit = zspages.ids().limit();
        for (int zspage = 1; zspage < limit; zspage++) {
            long filing = zspages.filing(zspage);
            int positions = ZspageFiling.isolatedPages(filing);
            if (positions != 0) {
                found += Integer.bitCount(positions);
                isolated.computeIfAbsent(
                                ZspageFiling.classIndex(filing), index -> new ArrayList<>())
                        .add(zspage);
            }
        }
        return found;
    }

    /// @return whether to go on
    private boolean checkClass(int i, Map<Integer, List<Integer>> isolated) {
        SizeClass sizeClass = ascending[i];
        // Violations count only if the walk comes to its end.
        Violations found = new Violations();
        ClassWalk walk = new ClassWalk(sizeClass, zspages, found);
        boolean isFirst = true;
        boolean isDone = false;
        boolean goOn = true;
        while (!isDone && goOn) {
            sizeClass.lockToLook();
            try {
                if (isFirst && isSmallLocked(sizeClass)) {
                    changes[i] = sizeClass.changesLocked();
                    walk.addIsolatedLocked(List.of());
                } else if (changes[i] != sizeClass.changesLocked()) {
                    return true;
                } else if (isFirst) {
                    walk.addIsolatedLocked(
                            isolated.getOrDefault(sizeClass.shape.index(), List.of()));
                }
                isFirst = false;
                isDone = walk.advanceLocked(SLICE_ZSPAGES, this::count);
                if (isDone) {
                    walk.checkCountersLocked();
                }
            } finally {
                sizeClass.unlock();
            }
            endSlice();
            goOn = breath.getAsBoolean();
        }
        if (isDone) {
            violations.addAll(found.lines());
            pages[i] = walk.foundPages();
            pending.clear(i);
        }
        return goOn;
    }

    /// Whether a class without isolated zspages is walked in one go.
    private static boolean isSmallLocked(SizeClass sizeClass) {
        FullnessLists lists = sizeClass.listsLocked();
        long listed = 0;
        for (int group = 0; group < FullnessGroup.COUNT; group++) {
            listed += lists.count(group);
        }
        return listed < SLICE_ZSPAGES && sizeClass.isIsolationCounted(0, 0);
    }

    private void count(int zspage) {
        slice++;
    }

    private void endSlice() {
        largestSlice = Math.max(largestSlice, slice);
        slice = 0;
    }

    /// Compares the pool's counters with the sums of all classes, if none has changed since.
    private void checkPool(long isolatedPages) {
        long filed = allocator.filedPages();
        long inTransit = allocator.inTransitPages();
        long counted = mover.isolatedPages();
        if (!pending.isEmpty() || isChanged()) {
            unverified.add("I-5, I-19 pool: changed all the time");
            return;
        }
        violations.expect(
                LongStream.of(pages).sum() == filed,
                "I-5 pool pages: %d counted, %d in the zspages",
                filed,
                LongStream.of(pages).sum());
        if (inTransit > 0) {
            unverified.add(
                    "I-5 pool: "
                            + inTransit
                            + " pages are in the hands of who makes or releases them, or lost");
        }
        violations.expect(
                counted >= isolatedPages,
                "I-19 pool: %d isolated pages counted, %d marked",
                counted,
                isolatedPages);
        if (counted > isolatedPages) {
            // Who releases the last page of a zspage is counted until that is done.
            unverified.add("I-19 pool: " + (counted - isolatedPages) + " pages are being released");
        }
    }

    private boolean isChanged() {
        for (int i = 0; i < ascending.length; i++) {
            if (changesOf(ascending[i]) != changes[i]) {
                return true;
            }
        }
        return changesBeforeScan != LongStream.of(changes).sum();
    }

    /// The most zspages that were walked along under one hold of a lock.
    int largestSlice() {
        return largestSlice;
    }
}
