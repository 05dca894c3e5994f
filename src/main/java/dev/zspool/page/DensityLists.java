package dev.zspool.page;

import java.util.Arrays;

/// Pageblocks sorted by how many of their frames are owned: one doubly linked list a count, and a
/// bitmap of the lists that are not empty, so that the densest and the sparsest block are found in
/// a handful of steps however large the arena is.
///
/// Not thread-safe: guarded by the arena's lock.
final class DensityLists {
    private static final int NONE = -1;
    private static final int LEVELS = Frames.PAGEBLOCK_FRAMES + 1;

    private final int[] heads = new int[LEVELS];
    private final long[] nonEmpty = new long[(LEVELS + Long.SIZE - 1) / Long.SIZE];
    private final int[] next;
    private final int[] previous;
    private final short[] level;

    DensityLists(int blocks) {
        next = new int[blocks];
        previous = new int[blocks];
        level = new short[blocks];
        Arrays.fill(heads, NONE);
        Arrays.fill(level, (short) NONE);
    }

    /// Files a block under a count, or takes it off every list when it is not `present`.
    void file(int block, int ownedFrames, boolean present) {
        int wanted = present ? ownedFrames : NONE;
        if (level[block] == wanted) {
            return;
        }
        if (level[block] != NONE) {
            unlink(block, level[block]);
        }
        if (present) {
            link(block, ownedFrames);
        }
        level[block] = (short) wanted;
    }

    /// The block with the most owned frames, -1 when no block is filed.
    int densest() {
        for (int word = nonEmpty.length - 1; word >= 0; word--) {
            if (nonEmpty[word] != 0) {
                return heads[(word << 6) + 63 - Long.numberOfLeadingZeros(nonEmpty[word])];
            }
        }
        return NONE;
    }

    /// The block with the fewest owned frames, -1 when no block is filed.
    int sparsest() {
        for (int word = 0; word < nonEmpty.length; word++) {
            if (nonEmpty[word] != 0) {
                return heads[(word << 6) + Long.numberOfTrailingZeros(nonEmpty[word])];
            }
        }
        return NONE;
    }

    /// The count under which a block is filed, -1 when it is on no list.
    int levelOf(int block) {
        return level[block];
    }

    private void link(int block, int at) {
        int head = heads[at];
        next[block] = head;
        previous[block] = NONE;
        if (head != NONE) {
            previous[head] = block;
        }
        heads[at] = block;
        nonEmpty[at >>> 6] |= 1L << at;
    }

    private void unlink(int block, int at) {
        if (previous[block] == NONE) {
            heads[at] = next[block];
        } else {
            next[previous[block]] = next[block];
        }
        if (next[block] != NONE) {
            previous[next[block]] = previous[block];
        }
        if (heads[at] == NONE) {
            nonEmpty[at >>> 6] &= ~(1L << at);
        }
    }
}
