package dev.zspool.page;

/// Which frames are handed out and which are given back to the system: frames are taken from the
/// densest pageblock and given back from the sparsest, so that whole blocks become free by
/// themselves.
///
/// A run on its way back to the system counts as owned meanwhile, so that nobody can take it.
///
/// Not thread-safe: guarded by the arena's lock.
final class FrameMap {
    private final FrameBits bits;
    private final PageblockLists lists;
    private final int blocks;
    private final TransitRuns transit = new TransitRuns();
    private int backedBlocks;
    private int everBackedBlocks;

    FrameMap(int frames) {
        blocks = frames >>> Frames.PAGEBLOCK_SHIFT;
        bits = new FrameBits(blocks);
        lists = new PageblockLists(blocks);
        for (int block = blocks - 1; block >= 0; block--) {
            refile(block);
        }
    }

    /// The frames one by one.
    FrameBits bits() {
        return bits;
    }

    /// How the pageblocks are filed.
    PageblockLists lists() {
        return lists;
    }

    int blocks() {
        return blocks;
    }

    int backedBlocks() {
        return backedBlocks;
    }

    /// The blocks up to the last one that was ever backed.
    int everBackedBlocks() {
        return everBackedBlocks;
    }

    /// Runs that are on their way back to the system.
    TransitRuns transit() {
        return transit;
    }

    /// Takes free frames: warm ones before cold ones, those of the densest block first, neighbours
    /// where it can.
    ///
    /// @return how many there were
    int take(int[] frames, int count) {
        int taken = 0;
        while (taken < count) {
            int block = lists.densestWithWarm();
            boolean warmOnes = block != PageblockLists.NO_BLOCK;
            if (!warmOnes) {
                block = lists.densestWithCold();
            }
            if (block == PageblockLists.NO_BLOCK) {
                break;
            }
            int most = warmOnes ? bits.warmInBlock(block) : bits.freeInBlock(block);
            int upTo = Math.min(count, taken + most);
            boolean wasBacked = isBacked(block);
            while (taken < upTo) {
                int frame = warmOnes ? bits.firstWarm(block) : bits.firstFree(block);
                bits.own(frame);
                frames[taken++] = frame;
            }
            settle(block, wasBacked);
        }
        return taken;
    }

    /// Takes one free frame of the densest block that is in use already: what a page moves to that
    /// is to make another block free.
    ///
    /// @return the frame, {@link Frames#NO_FRAME} when only unused blocks have free ones
    int takeTarget() {
        int warmBlock = lists.densestWithWarm();
        int coldBlock = lists.densestWithCold();
        boolean isWarmDenser = usedFrames(warmBlock) >= usedFrames(coldBlock);
        int block = isWarmDenser ? warmBlock : coldBlock;
        if (usedFrames(block) == 0) {
            return Frames.NO_FRAME;
        }
        int frame = isWarmDenser ? bits.firstWarm(block) : bits.firstFree(block);
        bits.own(frame);
        settle(block, true);
        return frame;
    }

    private int usedFrames(int block) {
        return block == PageblockLists.NO_BLOCK ? 0 : bits.ownedInBlock(block);
    }

    /// Puts owned frames back as free and warm: all of them, or none.
    ///
    /// @throws IllegalArgumentException when one is free already, or not in the range
    void putWarm(int[] frames, int count) {
        for (int done = 0; done < count; done++) {
            int frame = frames[done];
            if (frame < 0 || frame >= bits.frames() || bits.isFree(frame)) {
                for (int i = 0; i < done; i++) {
                    bits.own(frames[i]);
                    refile(Frames.blockOf(frames[i]));
                }
                throw new IllegalArgumentException("frame " + frame + " is not owned");
            }
            bits.free(frame, true);
            refile(Frames.blockOf(frame));
        }
    }

    /// Takes a run as {@link #takeWarmRun}, but only out of a block without an owned frame.
    long takeUnusedRun() {
        return usedFrames(lists.sparsestReturnable()) > 0 ? FrameRun.NONE : takeWarmRun();
    }

    /// Takes one run of free frames out of the sparsest block that has warm ones, so that it can be
    /// given back: from a warm frame to a warm frame, cold ones between them included, because one
    /// longer call is cheaper than two.
    ///
    /// @return the run as {@link FrameRun}, `FrameRun.NONE` when there is no warm frame
    long takeWarmRun() {
        int block = lists.sparsestReturnable();
        if (block == PageblockLists.NO_BLOCK) {
            return FrameRun.NONE;
        }
        int start = bits.firstWarm(block);
        int limit = (block + 1) << Frames.PAGEBLOCK_SHIFT;
        int end = start + 1;
        for (int frame = end; frame < limit && bits.isFree(frame); frame++) {
            if (bits.isWarm(frame)) {
                end = frame + 1;
            }
        }
        return takeRun(start, end);
    }

    private long takeRun(int start, int end) {
        int block = Frames.blockOf(start);
        int warmBefore = bits.warmInBlock(block);
        for (int frame = start; frame < end; frame++) {
            bits.own(frame);
        }
        refile(block);
        long run = FrameRun.of(start, end - start, warmBefore - bits.warmInBlock(block));
        transit.add(run);
        return run;
    }

    /// Ends what taking a run began: the run is free again, cold, or warm when the system did not
    /// take it.
    void putRun(long run, boolean cold) {
        transit.remove(run);
        int start = FrameRun.start(run);
        int block = Frames.blockOf(start);
        boolean wasBacked = isBacked(block);
        for (int frame = start; frame < start + FrameRun.frames(run); frame++) {
            bits.free(frame, !cold);
        }
        settle(block, wasBacked);
    }

    /// Keeps the free frames of a block from everyone until the draining ends.
    void beginDrain(int block) {
        lists.setDrainingBlock(block);
        refile(block);
    }

    /// Files the draining block again, if there is one.
    void endDrain() {
        int block = lists.drainingBlock();
        lists.setDrainingBlock(PageblockLists.NO_BLOCK);
        if (block != PageblockLists.NO_BLOCK) {
            refile(block);
        }
    }

    /// Free frames that nobody gets because their block is draining.
    int drainingFrames() {
        int block = lists.drainingBlock();
        return block == PageblockLists.NO_BLOCK ? 0 : bits.freeInBlock(block);
    }

    /// Takes the whole draining block out as one run, so that it can be given back; the draining is
    /// over, whatever the answer.
    ///
    /// @return the run, `FrameRun.NONE` when some frame of it is owned, or none is backed
    long takeDrainedBlock() {
        int block = lists.drainingBlock();
        endDrain();
        if (block == PageblockLists.NO_BLOCK
                || bits.ownedInBlock(block) > 0
                || bits.warmInBlock(block) == 0) {
            return FrameRun.NONE;
        }
        int start = block << Frames.PAGEBLOCK_SHIFT;
        return takeRun(start, start + Frames.PAGEBLOCK_FRAMES);
    }

    void setHuge(int block, boolean value) {
        lists.setHuge(block, value);
        refile(block);
    }

    private boolean isBacked(int block) {
        return bits.ownedInBlock(block) + bits.warmInBlock(block) > 0;
    }

    private void settle(int block, boolean wasBacked) {
        if (wasBacked != isBacked(block)) {
            backedBlocks += wasBacked ? -1 : 1;
            everBackedBlocks = Math.max(everBackedBlocks, block + 1);
        }
        refile(block);
    }

    private void refile(int block) {
        lists.file(
                block, bits.ownedInBlock(block), bits.freeInBlock(block), bits.warmInBlock(block));
    }

    /// Recounts a block from its bits and tells whether counts, lists and bits agree.
    boolean isSound(int block) {
        return bits.isSound(block)
                && lists.isFiled(
                        block,
                        bits.ownedInBlock(block),
                        bits.freeInBlock(block),
                        bits.warmInBlock(block));
    }

    /// Recounts what is counted for the whole map.
    boolean isTotalSound() {
        int warmOnes = 0;
        int backed = 0;
        for (int block = 0; block < blocks; block++) {
            warmOnes += bits.warmInBlock(block);
            backed += isBacked(block) ? 1 : 0;
        }
        return warmOnes == bits.warmFrames() && backed == backedBlocks && lists.isTotalSound();
    }
}
