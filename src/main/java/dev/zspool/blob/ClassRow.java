package dev.zspool.blob;

import dev.zspool.zsmalloc.ClassStats;
import dev.zspool.zsmalloc.FullnessGroup;
import java.util.List;

/// A size class of a pool: a row of the kernel's debugfs file `zsmalloc/<pool>/classes`.
///
/// @param index the number of the class
/// @param sizeBytes the size of its slots, header included
/// @param zspagesByGroup zspages in the fullness groups 1 to 11: below 10 %, below 20 %, ..., below
///   90 %, below 100 %, full
/// @param allocatedSlots slots of all its zspages
/// @param liveSlots slots that hold an object
/// @param usedPages pages of all its zspages
/// @param pagesPerZspage pages of one zspage
/// @param reclaimablePages pages that compaction could free at best
/// @param isolatedZspages zspages with an isolated page; they are in no group
public record ClassRow(
        int index,
        int sizeBytes,
        List<Integer> zspagesByGroup,
        long allocatedSlots,
        long liveSlots,
        long usedPages,
        int pagesPerZspage,
        long reclaimablePages,
        long isolatedZspages) {

    public ClassRow {
        zspagesByGroup = List.copyOf(zspagesByGroup);
    }

    static ClassRow of(ClassStats stats) {
        return new ClassRow(
                stats.shape().index(),
                stats.shape().sizeBytes(),
                stats.zspagesByGroup().subList(1, FullnessGroup.COUNT),
                stats.allocatedSlots(),
                stats.liveSlots(),
                stats.usedPages(),
                stats.shape().pagesPerZspage(),
                stats.reclaimablePages(),
                stats.isolatedZspages());
    }
}
