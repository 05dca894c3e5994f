package dev.zspool.page;

import java.util.stream.IntStream;

/// Which pageblocks to empty, in which order: a pure function of how many frames are owned in each.
///
/// The migrate scanner begins with the sparsest block, the free scanner with the densest; they meet
/// when the owned frames fill as few blocks as they can. So every move counts: no smaller number of
/// moves makes as many blocks free.
final class DefragmentationPlan {
    private DefragmentationPlan() {}

    /// How many blocks could be free.
    ///
    /// @param usedBlocks blocks with an owned frame
    /// @param ownedFrames the owned frames of all of them
    static long spareBlocks(long usedBlocks, long ownedFrames) {
        long needed = (ownedFrames + Frames.PAGEBLOCK_FRAMES - 1) >> Frames.PAGEBLOCK_SHIFT;
        return Math.max(0, usedBlocks - needed);
    }

    /// The blocks that are in use and not full, the sparsest first; of equal ones those at the end
    /// of the arena first.
    static int[] sparsestFirst(short[] ownedInBlocks) {
        return IntStream.range(0, ownedInBlocks.length)
                .filter(block -> ownedInBlocks[block] > 0)
                .filter(block -> ownedInBlocks[block] < Frames.PAGEBLOCK_FRAMES)
                .mapToLong(block -> key(ownedInBlocks[block], block))
                .sorted()
                .mapToInt(key -> ~(int) key)
                .toArray();
    }

    /// Sorts by owned frames, then from the end.
    private static long key(long owned, int block) {
        return (owned << Integer.SIZE) | (~block & 0xFFFF_FFFFL);
    }
}
