package dev.zspool.zsmalloc;

import dev.zspool.page.ArenaCheck;
import dev.zspool.page.ArenaCheckResult;
import dev.zspool.page.Pace;
import dev.zspool.page.PageArena;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Looks a pool over while it is in use (`docs/invariants.md`): in slices, with at most one class
/// locked at a time, and no false alarm.
///
/// A zspage, and the place that a live word leads to, do not change under the lock of their class:
/// what is wrong there is wrong. Sums are compared only if nobody changed anything between their
/// parts, which is tried a few times. Cells and zspages that nobody can find are in the hands of an
/// operation under way, or lost: that cannot be told here, and is told as unverified.
///
/// Of one call.
final class LiveChecker {
    /// Zspages or pages of handles between two questions to the {@link Pace}.
    static final int SLICE = 64;

    /// A live word that changes at each look is that of an object in use.
    private static final int TRIES = 3;

    private final PageArena arena;
    private final Pace pace;
    private final ZspageTable zspages;
    private final HandleTable handles;

    /// By the index that filings and words carry; a merged index holds null.
    private final @Nullable SizeClass[] byIndex;

    private final Violations violations = new Violations();
    private final List<String> unverified = new ArrayList<>();
    private final ZspageChecker zspageChecker;
    private final HandleTableChecker tableChecker;
    private final ClassTotals totals;
    private long checkedZspages;
    private long checkedHandles;
    private int checkedHandlePages;
    private long done;
    private long goal;
    private boolean ended;

    LiveChecker(PageArena arena, ZsPool.Parts parts, SizeClass[] ascending, Pace pace) {
        this.arena = arena;
        this.pace = pace;
        this.zspages = parts.zspages();
        this.handles = parts.handles();
        this.byIndex = parts.byIndex();
        this.zspageChecker = new ZspageChecker(arena, parts, violations);
        this.tableChecker = new HandleTableChecker(handles, violations);
        this.totals = new ClassTotals(parts, ascending, violations, unverified, this::takeBreath);
    }

    LiveCheckResult check() {
        int limit = zspages.ids().limit();
        goal = limit + (long) handles.pageLimit();
        checkZspages(limit);
        long openings = openings();
        checkHandlePages();
        if (!ended) {
            checkOpenPages(openings);
            noteCellsInHand();
            totals.check();
        }
        ArenaCheckResult frames =
                ended
                        ? new ArenaCheckResult(List.of(), List.of(), 0, true)
                        : ArenaCheck.run(arena, pace);
        violations.addAll(frames.violations());
        unverified.addAll(frames.unverified());
        return new LiveCheckResult(
                violations.lines(),
                List.copyOf(unverified),
                checkedZspages,
                checkedHandles,
                checkedHandlePages,
                frames.pageblocks(),
                frames.cancelled());
    }

    /// @return whether to go on
    private boolean takeBreath() {
        ended |= !pace.proceed(Math.min(done, goal), goal);
        return !ended;
    }

    private void checkZspages(int limit) {
        for (int zspage = 1; zspage < limit && !ended; zspage++) {
            done++;
            // The class that it had last, if it is in no use: then it is none under that lock.
            SizeClass sizeClass = classAt(zspages.classIndex(zspage));
            if (sizeClass != null) {
                sizeClass.lockToLook();
                try {
                    checkZspageLocked(sizeClass, zspage);
                } finally {
                    sizeClass.unlock();
                }
            }
            if (zspage % SLICE == 0) {
                takeBreath();
            }
        }
    }

    private @Nullable SizeClass classAt(int index) {
        return index < byIndex.length ? byIndex[index] : null;
    }

    private void checkZspageLocked(SizeClass sizeClass, int zspage) {
        long filing = zspages.filing(zspage);
        if (!ZspageFiling.isInUse(filing)
                || ZspageFiling.classIndex(filing) != sizeClass.shape.index()) {
            return;
        }
        checkedZspages++;
        if (ZspageFiling.isolatedPages(filing) == 0) {
            violations.expect(
                    isLinkedBothWaysLocked(sizeClass, zspage),
                    "I-2 zspage %d: it and its neighbours on the list do not lead to each other",
                    zspage);
        } else {
            violations.expect(
                    !ZspageFiling.isLinked(filing),
                    "I-19 zspage %d: isolated, and on a list",
                    zspage);
            violations.expect(
                    sizeClass.isolatedZspages() > 0,
                    "I-19 zspage %d: isolated, and its class counts none",
                    zspage);
        }
        zspageChecker.checkLocked(sizeClass.shape, zspage);
    }

    private boolean isLinkedBothWaysLocked(SizeClass sizeClass, int zspage) {
        int previous = zspages.previous(zspage);
        int next = zspages.next(zspage);
        boolean isReached;
        if (previous == ZspageTable.NO_ZSPAGE) {
            int group = zspages.group(zspage);
            isReached =
                    group < FullnessGroup.COUNT && sizeClass.listsLocked().head(group) == zspage;
        } else {
            isReached = isNeighbour(zspage, previous) && zspages.next(previous) == zspage;
        }
        return isReached
                && (next == ZspageTable.NO_ZSPAGE
                        || (isNeighbour(zspage, next) && zspages.previous(next) == zspage));
    }

    private boolean isNeighbour(int zspage, int other) {
        return other > 0
                && zspages.ids().isInRange(other)
                && zspages.isLinked(other)
                && zspages.group(other) == zspages.group(zspage)
                && zspages.classIndex(other) == zspages.classIndex(zspage);
    }

    private void checkHandlePages() {
        // Pages that are opened from now on come with writes that this check does not wait for.
        int limit = handles.pageLimit();
        for (int page = 0; page < limit && !ended; page++) {
            done++;
            int current = page;
            handles.whileLocked(() -> tableChecker.checkPageLocked(current, true));
            long first = HandleTableChecker.firstHandle(page);
            for (int cell = 0; cell < HandleTable.CELLS_PER_PAGE; cell++) {
                checkHandle(first + cell);
            }
            checkedHandlePages++;
            if (page % SLICE == SLICE - 1) {
                takeBreath();
            }
        }
    }

    /// Follows a word to its object: without the lock first, which is enough where it is good.
    private void checkHandle(long handle) {
        for (int attempt = 0; attempt < TRIES; attempt++) {
            long word = handles.loadAcquire(handle);
            if (!ObjectLocation.isLive(word)) {
                return;
            }
            if (attempt == 0) {
                checkedHandles++;
            }
            SizeClass sizeClass = classAt(ObjectLocation.classIndex(word));
            if (sizeClass == null) {
                violations.expect(
                        handles.loadAcquire(handle) != word,
                        "I-8 handle %d: its word names a class that there is not",
                        handle);
            } else if (isGood(handle, word, sizeClass)) {
                return;
            }
        }
    }

    /// @return false when the word is another one now
    private boolean isGood(long handle, long word, SizeClass sizeClass) {
        if (zspageChecker.isThere(handle, word, sizeClass.shape)) {
            return true;
        }
        sizeClass.lockToLook();
        try {
            if (handles.loadOpaque(handle) != word) {
                return false;
            }
            violations.expect(
                    zspageChecker.isThere(handle, word, sizeClass.shape),
                    "I-8 handle %d: its word leads to no object of its own",
                    handle);
            return true;
        } finally {
            sizeClass.unlock();
        }
    }

    private long openings() {
        long[] openings = {0};
        handles.whileLocked(() -> openings[0] = handles.pages().openings());
        return openings[0];
    }

    private void checkOpenPages(long openingsBefore) {
        handles.whileLocked(() -> {
            if (handles.pages().openings() == openingsBefore) {
                tableChecker.checkOpenPagesLocked();
            } else {
                unverified.add("I-9 handle pages: opened or given back meanwhile");
            }
        });
    }

    /// A writer may stand still between taking a cell and publishing it for as long as it likes.
    private void noteCellsInHand() {
        if (tableChecker.cellsInHand() > 0) {
            unverified.add(
                    "I-9 handles: "
                            + tableChecker.cellsInHand()
                            + " cells are in the hands of writers, or lost");
        }
    }

    /// The most zspages that were looked at under one hold of a lock.
    int largestSlice() {
        return Math.max(1, totals.largestSlice());
    }
}
