package dev.zspool.zsmalloc;

import java.util.BitSet;

/// The handle table's part of the checkers: live words against objects, free cells against their
/// lists.
///
/// A cell that was taken and not published yet, or retired and not given back yet, is *in hand*: of
/// a table that is quiet no cell may be.
final class HandleTableChecker {
    private final HandleTable handles;
    private final HandlePages pages;
    private final HandlePageDescriptors descriptors;
    private final Violations violations;

    private long liveWords;
    private long openPages;
    private long cellsInHand;

    HandleTableChecker(HandleTable handles, Violations violations) {
        this.handles = handles;
        this.pages = handles.pages();
        this.descriptors = pages.descriptors();
        this.violations = violations;
    }

    /// Looks a table over that is quiet.
    ///
    /// @param liveObjects how many objects the zspages hold
    void check(long liveObjects) {
        handles.whileLocked(() -> {
            for (int page = 0; page < handles.pageLimit(); page++) {
                checkPageLocked(page, false);
            }
            checkOpenPagesLocked();
            violations.expect(
                    liveWords == liveObjects,
                    "I-8 handles: %d live words, %d objects",
                    liveWords,
                    liveObjects);
        });
    }

    /// Compares the pages that were looked at with those that are charged.
    void checkOpenPagesLocked() {
        violations.expect(
                openPages == handles.usedPages(),
                "I-9 handle pages: %d in use, %d charged",
                openPages,
                handles.usedPages());
    }

    /// Looks a page over.
    ///
    /// @param inUse whether cells may be in hand and pages on their way to the system
    void checkPageLocked(int page, boolean inUse) {
        BitSet live = liveCells(page);
        liveWords += live.cardinality();
        if (pages.isGivenBack(page)) {
            violations.expect(
                    live.isEmpty(), "I-9 handle page %d: given back, but it has live words", page);
            return;
        }
        openPages++;
        // Empty pages go back to the system at any time, while the writers are quiet too.
        if (pages.isLeaving(page) && (inUse || live.isEmpty())) {
            cellsInHand += HandleTable.CELLS_PER_PAGE;
            return;
        }
        int freeCells = descriptors.freeCells(page);
        BitSet free = freeCells(page, freeCells);
        int unused = page == 0 ? 1 : 0;
        int inHand = HandleTable.CELLS_PER_PAGE - unused - freeCells - live.cardinality();
        cellsInHand += inHand;
        boolean isPartition =
                free.cardinality() == freeCells
                        && !free.intersects(live)
                        && isTailLast(page, freeCells)
                        && (inUse ? inHand >= 0 : inHand == 0);
        violations.expect(
                isPartition && pages.isFiledRight(page),
                "I-9 handle page %d: %d cells free, %d on the list, %d live",
                page,
                freeCells,
                free.cardinality(),
                live.cardinality());
    }

    private BitSet liveCells(int page) {
        BitSet live = new BitSet(HandleTable.CELLS_PER_PAGE);
        for (int cell = 0; cell < HandleTable.CELLS_PER_PAGE; cell++) {
            live.set(cell, ObjectLocation.isLive(handles.loadOpaque(firstHandle(page) + cell)));
        }
        return live;
    }

    private BitSet freeCells(int page, int count) {
        BitSet free = new BitSet(HandleTable.CELLS_PER_PAGE);
        int cell = descriptors.head(page) & HandleTable.CELLS_PER_PAGE - 1;
        for (int i = 0; i < count; i++) {
            free.set(cell);
            cell = ObjectLocation.nextFreeCell(handles.loadOpaque(firstHandle(page) + cell));
        }
        return free;
    }

    private boolean isTailLast(int page, int count) {
        int last = descriptors.head(page) & HandleTable.CELLS_PER_PAGE - 1;
        for (int i = 1; i < count; i++) {
            last = ObjectLocation.nextFreeCell(handles.loadOpaque(firstHandle(page) + last));
        }
        return count == 0 || last == descriptors.tail(page);
    }

    /// The first handle of a page.
    static long firstHandle(int page) {
        return (long) page * HandleTable.CELLS_PER_PAGE;
    }

    /// Cells that were in hand when their page was looked at.
    long cellsInHand() {
        return cellsInHand;
    }
}
