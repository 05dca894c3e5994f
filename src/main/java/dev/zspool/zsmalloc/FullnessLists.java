package dev.zspool.zsmalloc;

/// The zspages of one size class, filed by fullness group: twelve doubly linked lists through the
/// descriptors.
///
/// A zspage is always put at the head (`insert_zspage` since Linux 6.4), so the list is last in,
/// first out. Not thread-safe: guarded by the lock of the size class.
final class FullnessLists {
    private static final int COUNTS = FullnessGroup.COUNT;

    /// Of all classes that never had a zspage, which are most of them: never written to.
    private static final int[] NEVER_USED = new int[2 * FullnessGroup.COUNT];

    private final ZspageTable zspages;
    private final int slotsPerZspage;

    /// The heads of all groups, then how many zspages each has.
    private int[] words = NEVER_USED;

    FullnessLists(ZspageTable zspages, int slotsPerZspage) {
        this.zspages = zspages;
        this.slotsPerZspage = slotsPerZspage;
    }

    /// Puts a zspage at the head of the list of its group.
    @SuppressWarnings("ReferenceEquality")
    void link(int zspage) {
        if (words == NEVER_USED) {
            words = new int[2 * FullnessGroup.COUNT];
        }
        int group = FullnessGroup.numberOf(zspages.liveSlots(zspage), slotsPerZspage);
        int head = words[group];
        zspages.setPrevious(zspage, ZspageTable.NO_ZSPAGE);
        zspages.setNext(zspage, head);
        if (head != ZspageTable.NO_ZSPAGE) {
            zspages.setPrevious(head, zspage);
        }
        words[group] = zspage;
        words[COUNTS + group]++;
        zspages.setGroup(zspage, group);
        zspages.setLinked(zspage, true);
    }

    /// Takes a zspage off its list.
    void unlink(int zspage) {
        int group = zspages.group(zspage);
        int previous = zspages.previous(zspage);
        int next = zspages.next(zspage);
        if (previous == ZspageTable.NO_ZSPAGE) {
            words[group] = next;
        } else {
            zspages.setNext(previous, next);
        }
        if (next != ZspageTable.NO_ZSPAGE) {
            zspages.setPrevious(next, previous);
        }
        words[COUNTS + group]--;
        zspages.setLinked(zspage, false);
    }

    /// Moves a zspage to the list of the group that it belongs to now; it keeps its place if that
    /// did not change.
    void refile(int zspage) {
        int group = FullnessGroup.numberOf(zspages.liveSlots(zspage), slotsPerZspage);
        if (group != zspages.group(zspage)) {
            unlink(zspage);
            link(zspage);
        }
    }

    /// The zspage that the next object goes to: the one filed last in the fullest group with room,
    /// none when all are full.
    int fullestWithRoom() {
        return firstIn(FullnessGroup.DENSEST_GROUP, FullnessGroup.EMPTY_GROUP, -1);
    }

    /// The zspage that compaction fills next, none when every one is empty or full.
    int fullestPartial() {
        return firstIn(FullnessGroup.DENSEST_GROUP, FullnessGroup.SPARSEST_GROUP, -1);
    }

    /// The zspage that compaction empties next, none when every one is empty or full.
    int emptiestPartial() {
        return firstIn(FullnessGroup.SPARSEST_GROUP, FullnessGroup.DENSEST_GROUP, 1);
    }

    private int firstIn(int from, int to, int step) {
        for (int group = from; group != to + step; group += step) {
            if (words[group] != ZspageTable.NO_ZSPAGE) {
                return words[group];
            }
        }
        return ZspageTable.NO_ZSPAGE;
    }

    int head(int group) {
        return words[group];
    }

    int count(int group) {
        return words[COUNTS + group];
    }

    /// For tests that break a count and see the checker say so.
    void corruptCount(int group, int delta) {
        words[COUNTS + group] += delta;
    }
}
