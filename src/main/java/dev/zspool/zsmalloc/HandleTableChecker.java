package dev.zspool.zsmalloc;

import java.util.BitSet;
import java.util.List;
import java.util.Locale;

/// The handle table's part of the {@link PoolChecker}: live words against objects, free cells
/// against their lists.
final class HandleTableChecker {
    private final HandleTable handles;
    private final HandlePages pages;
    private final HandlePageDescriptors descriptors;
    private final List<String> violations;

    HandleTableChecker(HandleTable handles, List<String> violations) {
        this.handles = handles;
        this.pages = handles.pages();
        this.descriptors = pages.descriptors();
        this.violations = violations;
    }

    /// @param liveObjects how many objects the zspages hold
    void check(long liveObjects) {
        handles.whileLocked(() -> {
            long live = 0;
            long open = 0;
            for (int page = 0; page < handles.pageLimit(); page++) {
                live += checkPage(page);
                open += pages.isGivenBack(page) ? 0 : 1;
            }
            if (open != handles.usedPages()) {
                violations.add(
                        "I-9 handle pages: "
                                + open
                                + " in use, "
                                + handles.usedPages()
                                + " charged");
            }
            if (live != liveObjects) {
                violations.add("I-8 handles: " + live + " live words, " + liveObjects + " objects");
            }
        });
    }

    private int checkPage(int page) {
        long base = (long) page * HandleTable.CELLS_PER_PAGE;
        BitSet live = new BitSet(HandleTable.CELLS_PER_PAGE);
        for (int cell = 0; cell < HandleTable.CELLS_PER_PAGE; cell++) {
            live.set(cell, ObjectLocation.isLive(handles.loadOpaque(base + cell)));
        }
        if (pages.isGivenBack(page)) {
            if (!live.isEmpty()) {
                violations.add("I-9 handle page " + page + ": given back, but it has live words");
            }
            return live.cardinality();
        }
        int unused = page == 0 ? 1 : 0;
        int freeCells = descriptors.freeCells(page);
        BitSet free = new BitSet(HandleTable.CELLS_PER_PAGE);
        int cell = descriptors.head(page);
        for (int i = 0; i < freeCells; i++) {
            free.set(cell);
            cell = ObjectLocation.nextFreeCell(handles.loadOpaque(base + cell));
        }
        boolean partition =
                free.cardinality() == freeCells
                        && !free.intersects(live)
                        && freeCells + live.cardinality() + unused == HandleTable.CELLS_PER_PAGE;
        if (!partition || !pages.isFiledRight(page)) {
            violations.add(
                    String.format(
                            Locale.ROOT,
                            "I-9 handle page %d: %d cells free, %d on the list, %d live",
                            page,
                            freeCells,
                            free.cardinality(),
                            live.cardinality()));
        }
        return live.cardinality();
    }
}
