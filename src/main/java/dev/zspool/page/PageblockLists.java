package dev.zspool.page;

import java.util.BitSet;

/// Pageblocks filed by what can be had from them: warm frames, cold frames, memory for the system.
///
/// One block at a time may be *draining*: it is on no list, so that its free frames are not handed
/// out and not given back, and it becomes free as a whole. Blocks may be *huge*: perhaps backed by
/// one huge page, of which the system gets back the whole or nothing.
///
/// Not thread-safe: guarded by the arena's lock.
final class PageblockLists {
    static final int NO_BLOCK = -1;

    private final DensityLists withWarm;
    private final DensityLists withCold;

    /// Blocks whose warm frames the system would really get.
    private final DensityLists returnable;

    private final BitSet huge;

    /// Warm frames of each block that are not returnable, because it may be one huge page.
    private final short[] stuckFrames;

    private long allStuckFrames;

    /// Blocks with an owned frame.
    private final BitSet used;

    private int usedBlocks;
    private int drainingBlock = NO_BLOCK;

    PageblockLists(int blocks) {
        withWarm = new DensityLists(blocks);
        withCold = new DensityLists(blocks);
        returnable = new DensityLists(blocks);
        huge = new BitSet(blocks);
        stuckFrames = new short[blocks];
        used = new BitSet(blocks);
    }

    /// Files a block where it belongs now.
    void file(int block, int ownedFrames, int freeFrames, int warmFrames) {
        if (used.get(block) != ownedFrames > 0) {
            used.flip(block);
            usedBlocks += ownedFrames > 0 ? 1 : -1;
        }
        boolean isOpen = block != drainingBlock;
        withWarm.file(block, ownedFrames, isOpen && warmFrames > 0);
        withCold.file(block, ownedFrames, isOpen && freeFrames > warmFrames);
        returnable.file(block, ownedFrames, isOpen && isReturnable(block, ownedFrames, warmFrames));
        int stuck = stuck(block, ownedFrames, warmFrames);
        allStuckFrames += stuck - stuckFrames[block];
        stuckFrames[block] = (short) stuck;
    }

    private int stuck(int block, int ownedFrames, int warmFrames) {
        return huge.get(block) && ownedFrames > 0 ? warmFrames : 0;
    }

    private boolean isReturnable(int block, int ownedFrames, int warmFrames) {
        return warmFrames > 0 && (!huge.get(block) || ownedFrames == 0);
    }

    /// Whether a block is filed as {@link #file} would.
    boolean isFiled(int block, int ownedFrames, int freeFrames, int warmFrames) {
        boolean isOpen = block != drainingBlock;
        boolean isReturnable = isOpen && isReturnable(block, ownedFrames, warmFrames);
        return used.get(block) == ownedFrames > 0
                && stuckFrames[block] == stuck(block, ownedFrames, warmFrames)
                && withWarm.levelOf(block) == (isOpen && warmFrames > 0 ? ownedFrames : NO_BLOCK)
                && withCold.levelOf(block)
                        == (isOpen && freeFrames > warmFrames ? ownedFrames : NO_BLOCK)
                && returnable.levelOf(block) == (isReturnable ? ownedFrames : NO_BLOCK);
    }

    int densestWithWarm() {
        return withWarm.densest();
    }

    int densestWithCold() {
        return withCold.densest();
    }

    int sparsestReturnable() {
        return returnable.sparsest();
    }

    /// How many blocks have an owned frame.
    int usedBlocks() {
        return usedBlocks;
    }

    /// Warm frames of blocks that may be huge pages and are in use: the system gets them when the
    /// block is emptied.
    long stuckFrames() {
        return allStuckFrames;
    }

    boolean isTotalSound() {
        long stuck = 0;
        for (short frames : stuckFrames) {
            stuck += frames;
        }
        return used.cardinality() == usedBlocks && stuck == allStuckFrames;
    }

    int drainingBlock() {
        return drainingBlock;
    }

    /// The caller files the block, and the one before it, again.
    void setDrainingBlock(int block) {
        drainingBlock = block;
    }

    boolean isHuge(int block) {
        return huge.get(block);
    }

    /// The caller files the block again.
    void setHuge(int block, boolean value) {
        huge.set(block, value);
    }
}
