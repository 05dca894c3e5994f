package dev.zspool.zsmalloc;

import java.util.List;

/// One size class at one moment: a row of the kernel's debugfs file `zsmalloc/<pool>/classes`.
///
/// @param shape the class' fixed numbers
/// @param zspagesByGroup how many zspages are in each of the twelve fullness groups, group 0 first
/// @param allocatedSlots slots of all its zspages (`obj_allocated`)
/// @param liveSlots slots that hold an object (`obj_used`)
/// @param isolatedZspages zspages with an isolated page; they are in no group
/// @param reclaimablePages pages that compaction could free at best (`freeable`)
public record ClassStats(
        SizeClassShape shape,
        List<Integer> zspagesByGroup,
        long allocatedSlots,
        long liveSlots,
        long isolatedZspages,
        long reclaimablePages) {

    public ClassStats {
        zspagesByGroup = List.copyOf(zspagesByGroup);
    }

    /// Pages of all its zspages (`pages_used`).
    public long usedPages() {
        return allocatedSlots / shape.slotsPerZspage() * shape.pagesPerZspage();
    }

    /// The fewest pages that could hold its objects.
    public long neededPages() {
        long slots = shape.slotsPerZspage();
        return (liveSlots + slots - 1) / slots * shape.pagesPerZspage();
    }
}
