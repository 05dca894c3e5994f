package dev.zspool.zsmalloc;

import dev.zspool.page.PageArena;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A read-only walk over a whole pool that names every broken invariant (`docs/invariants.md`): the
/// oracle of every test.
///
/// It holds all class locks meanwhile, taken in ascending order. Allocations and frees that are
/// under way between two locks would be reported, so the pool's writers have to be quiet. {@link
/// LiveChecker} is for a pool that is in use.
final class PoolChecker {
    private final PageArena arena;
    private final ZspageTable zspages;
    private final HandleTable handles;
    private final ZspageAllocator allocator;
    private final PageMover mover;
    private final SizeClass[] ascending;
    private final Violations violations = new Violations();
    private final ZspageChecker zspageChecker;
    private final Map<Integer, List<Integer>> isolated = new HashMap<>();
    private long countedIsolatedPages;
    private long countedPages;
    private long countedObjects;

    PoolChecker(PageArena arena, ZsPool.Parts parts, SizeClass[] ascending) {
        this.arena = arena;
        this.zspages = parts.zspages();
        this.handles = parts.handles();
        this.allocator = parts.allocator();
        this.mover = parts.mover();
        this.ascending = ascending;
        this.zspageChecker = new ZspageChecker(arena, parts, violations);
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
            violations.expect(
                    mover.isolatedPages() == countedIsolatedPages,
                    "I-19 pool: %d isolated pages counted, %d marked",
                    mover.isolatedPages(),
                    countedIsolatedPages);
            violations.expect(
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
        return violations.lines();
    }

    /// Isolated zspages are on no list; only their descriptors tell.
    private void collectIsolated() {
        for (int zspage = 1; zspage < zspages.ids().limit(); zspage++) {
            int positions = zspages.isolatedPages(zspage);
            if (positions != 0) {
                countedIsolatedPages += Integer.bitCount(positions);
                isolated.computeIfAbsent(zspages.classIndex(zspage), index -> new ArrayList<>())
                        .add(zspage);
            }
        }
    }

    private void checkClass(SizeClass sizeClass) {
        ClassWalk walk = new ClassWalk(sizeClass, zspages, violations);
        List<Integer> ofClass = isolated.getOrDefault(sizeClass.shape.index(), List.of());
        walk.addIsolatedLocked(ofClass);
        for (int zspage : ofClass) {
            zspageChecker.checkLocked(sizeClass.shape, zspage);
        }
        walk.advanceLocked(
                Integer.MAX_VALUE, zspage -> zspageChecker.checkLocked(sizeClass.shape, zspage));
        walk.checkCountersLocked();
        countedPages += walk.foundPages();
        countedObjects += walk.liveSlots();
    }
}
