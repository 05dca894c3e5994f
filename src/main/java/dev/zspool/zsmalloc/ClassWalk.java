package dev.zspool.zsmalloc;

import java.util.BitSet;
import java.util.List;
import java.util.function.IntConsumer;

/// Walks the lists of one size class from the first zspage to the last, in slices, and compares
/// what it finds with what the class counts.
///
/// The caller holds the lock of the class in every slice, and gives up when somebody changed the
/// class between two of them. Of one walk.
final class ClassWalk {
    private final SizeClass sizeClass;
    private final ZspageTable zspages;
    private final Violations violations;
    private final BitSet seen = new BitSet();

    private int group;
    private boolean isInGroup;
    private int zspage;
    private int previous;
    private int length;
    private long foundZspages;
    private long liveSlots;

    ClassWalk(SizeClass sizeClass, ZspageTable zspages, Violations violations) {
        this.sizeClass = sizeClass;
        this.zspages = zspages;
        this.violations = violations;
    }

    /// Takes the isolated zspages in, which are on no list: before all else.
    void addIsolatedLocked(List<Integer> isolated) {
        for (int isolatedZspage : isolated) {
            seen.set(isolatedZspage);
            liveSlots += zspages.liveSlots(isolatedZspage);
            violations.expect(
                    !zspages.isLinked(isolatedZspage),
                    "I-19 zspage %d: isolated, and on a list",
                    isolatedZspage);
        }
        foundZspages = isolated.size();
        violations.expect(
                sizeClass.isIsolationCounted(foundZspages, liveSlots),
                "I-19 class %d: %d zspages with %d objects are isolated, counted otherwise",
                sizeClass.shape.index(),
                foundZspages,
                liveSlots);
    }

    /// Goes on along the lists.
    ///
    /// @param most how many zspages at most
    /// @param visitor gets each of them
    /// @return whether the last list has ended
    boolean advanceLocked(int most, IntConsumer visitor) {
        FullnessLists lists = sizeClass.listsLocked();
        int left = most;
        while (group < FullnessGroup.COUNT) {
            if (!isInGroup) {
                zspage = lists.head(group);
                previous = ZspageTable.NO_ZSPAGE;
                length = 0;
                isInGroup = true;
            }
            while (zspage != ZspageTable.NO_ZSPAGE) {
                if (left == 0) {
                    return false;
                }
                left--;
                if (zspage < 0 || !zspages.ids().isInRange(zspage) || seen.get(zspage)) {
                    violations.report("I-3 zspage %d: listed twice, or no such zspage", zspage);
                    break;
                }
                visit(visitor);
            }
            violations.expect(
                    length == lists.count(group),
                    "I-3 class %d group %d: %d zspages counted, %d listed",
                    sizeClass.shape.index(),
                    group,
                    lists.count(group),
                    length);
            foundZspages += length;
            group++;
            isInGroup = false;
        }
        return true;
    }

    private void visit(IntConsumer visitor) {
        seen.set(zspage);
        checkFiling();
        visitor.accept(zspage);
        liveSlots += zspages.liveSlots(zspage);
        length++;
        previous = zspage;
        zspage = zspages.next(zspage);
    }

    private void checkFiling() {
        SizeClassShape shape = sizeClass.shape;
        int wanted = FullnessGroup.numberOf(zspages.liveSlots(zspage), shape.slotsPerZspage());
        violations.expect(
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

    /// Compares the sums with the class' counters, after the last slice and under the same lock.
    void checkCountersLocked() {
        SizeClassShape shape = sizeClass.shape;
        violations.expect(
                sizeClass.allocatedSlots() == foundZspages * shape.slotsPerZspage(),
                "I-4 class %d: %d slots counted, %d zspages of %d",
                shape.index(),
                sizeClass.allocatedSlots(),
                foundZspages,
                shape.slotsPerZspage());
        violations.expect(
                sizeClass.liveSlots() == liveSlots,
                "I-4 class %d: %d live slots counted, %d in the zspages",
                shape.index(),
                sizeClass.liveSlots(),
                liveSlots);
    }

    long foundPages() {
        return foundZspages * sizeClass.shape.pagesPerZspage();
    }

    /// Objects in what it found.
    long liveSlots() {
        return liveSlots;
    }
}
