package dev.zspool.page;

import java.util.Arrays;

/// Which frames are free, and which of the free ones are still backed (*warm*).
///
/// Two bits a frame and two counts a pageblock. A frame is owned (both bits clear), free and warm
/// (both set) or free and cold (`free` set). A run on its way back to the system counts as owned
/// meanwhile, so that nobody can take it.
///
/// Not thread-safe: guarded by the arena's lock.
final class FrameMap {
    private static final int WORDS_PER_BLOCK = Frames.PAGEBLOCK_FRAMES / Long.SIZE;

    private final long[] free;
    private final long[] warm;
    private final short[] freeInBlock;
    private final short[] warmInBlock;
    private final DensityLists withWarm;
    private final DensityLists withCold;
    private final int blocks;
    private int warmFrames;
    private int backedBlocks;

    FrameMap(int frames) {
        blocks = frames / Frames.PAGEBLOCK_FRAMES;
        free = new long[blocks * WORDS_PER_BLOCK];
        warm = new long[free.length];
        freeInBlock = new short[blocks];
        warmInBlock = new short[blocks];
        withWarm = new DensityLists(blocks);
        withCold = new DensityLists(blocks);
        Arrays.fill(free, -1L);
        Arrays.fill(freeInBlock, (short) Frames.PAGEBLOCK_FRAMES);
        for (int block = blocks - 1; block >= 0; block--) {
            refile(block);
        }
    }

    int warmFrames() {
        return warmFrames;
    }

    int backedBlocks() {
        return backedBlocks;
    }

    int blocks() {
        return blocks;
    }

    boolean isFree(int frame) {
        return (free[frame >>> 6] & 1L << frame) != 0;
    }

    boolean isWarm(int frame) {
        return (warm[frame >>> 6] & 1L << frame) != 0;
    }

    /// Takes free frames: warm ones before cold ones, those of the densest block first, neighbours
    /// where it can.
    ///
    /// @return how many there were
    int take(int[] frames, int count) {
        int taken = 0;
        while (taken < count) {
            int block = withWarm.densest();
            long[] candidates = warm;
            if (block < 0) {
                block = withCold.densest();
                candidates = free;
            }
            if (block < 0) {
                break;
            }
            taken = takeFrom(block, candidates, frames, taken, count);
        }
        return taken;
    }

    private int takeFrom(int block, long[] candidates, int[] frames, int from, int count) {
        boolean wasBacked = isBacked(block);
        int taken = from;
        int firstWord = block * WORDS_PER_BLOCK;
        for (int word = firstWord; word < firstWord + WORDS_PER_BLOCK && taken < count; word++) {
            while (candidates[word] != 0 && taken < count) {
                long bit = Long.lowestOneBit(candidates[word]);
                frames[taken++] = (word << 6) + Long.numberOfTrailingZeros(bit);
                if ((warm[word] & bit) != 0) {
                    warm[word] &= ~bit;
                    warmInBlock[block]--;
                    warmFrames--;
                }
                free[word] &= ~bit;
                freeInBlock[block]--;
            }
        }
        settle(block, wasBacked);
        return taken;
    }

    /// Puts owned frames back as free and warm: all of them, or none.
    ///
    /// @throws IllegalArgumentException when one is free already, or not in the range
    void putWarm(int[] frames, int count) {
        for (int done = 0; done < count; done++) {
            int frame = frames[done];
            if (frame < 0 || frame >= blocks << Frames.PAGEBLOCK_SHIFT || isFree(frame)) {
                for (int i = 0; i < done; i++) {
                    own(frames[i]);
                }
                throw new IllegalArgumentException("frame " + frame + " is not owned");
            }
            putWarm(frame);
        }
    }

    private void own(int warmFrame) {
        int block = Frames.blockOf(warmFrame);
        free[warmFrame >>> 6] &= ~(1L << warmFrame);
        warm[warmFrame >>> 6] &= ~(1L << warmFrame);
        freeInBlock[block]--;
        warmInBlock[block]--;
        warmFrames--;
        refile(block);
    }

    private void putWarm(int frame) {
        int block = Frames.blockOf(frame);
        free[frame >>> 6] |= 1L << frame;
        warm[frame >>> 6] |= 1L << frame;
        freeInBlock[block]++;
        warmInBlock[block]++;
        warmFrames++;
        refile(block);
    }

    /// Takes one run of free frames out of the sparsest block that has warm ones, so that it can be
    /// given back: from a warm frame to a warm frame, cold ones between them included, because one
    /// longer call is cheaper than two.
    ///
    /// @return the run as {@link FrameRun}, `FrameRun.NONE` when there is no warm frame
    long takeWarmRun() {
        int block = withWarm.sparsest();
        if (block < 0) {
            return FrameRun.NONE;
        }
        int start = nextSet(warm, block << Frames.PAGEBLOCK_SHIFT);
        int limit = (block + 1) << Frames.PAGEBLOCK_SHIFT;
        int end = start + 1;
        int warmOnes = 1;
        for (int frame = end; frame < limit && isFree(frame); frame++) {
            if (isWarm(frame)) {
                end = frame + 1;
                warmOnes++;
            }
        }
        for (int frame = start; frame < end; frame++) {
            free[frame >>> 6] &= ~(1L << frame);
            warm[frame >>> 6] &= ~(1L << frame);
        }
        freeInBlock[block] -= (short) (end - start);
        warmInBlock[block] -= (short) warmOnes;
        warmFrames -= warmOnes;
        refile(block);
        return FrameRun.of(start, end - start, warmOnes);
    }

    /// Ends what {@link #takeWarmRun} began: the run is free again, cold, or warm when the system
    /// did not take it.
    void putRun(long run, boolean cold) {
        int start = FrameRun.start(run);
        int block = Frames.blockOf(start);
        boolean wasBacked = isBacked(block);
        for (int frame = start; frame < start + FrameRun.frames(run); frame++) {
            free[frame >>> 6] |= 1L << frame;
            if (!cold) {
                warm[frame >>> 6] |= 1L << frame;
            }
        }
        freeInBlock[block] += (short) FrameRun.frames(run);
        if (!cold) {
            warmInBlock[block] += (short) FrameRun.frames(run);
            warmFrames += FrameRun.frames(run);
        }
        settle(block, wasBacked);
    }

    int ownedInBlock(int block) {
        return Frames.PAGEBLOCK_FRAMES - freeInBlock[block];
    }

    private boolean isBacked(int block) {
        return ownedInBlock(block) + warmInBlock[block] > 0;
    }

    private void settle(int block, boolean wasBacked) {
        if (wasBacked != isBacked(block)) {
            backedBlocks += wasBacked ? -1 : 1;
        }
        refile(block);
    }

    private void refile(int block) {
        int owned = ownedInBlock(block);
        withWarm.file(block, owned, warmInBlock[block] > 0);
        withCold.file(block, owned, freeInBlock[block] > warmInBlock[block]);
    }

    private static int nextSet(long[] bits, int from) {
        int word = from >>> 6;
        long rest = bits[word] & -1L << from;
        while (rest == 0) {
            rest = bits[++word];
        }
        return (word << 6) + Long.numberOfTrailingZeros(rest);
    }

    /// Recounts a block from its bits and tells whether counts, lists and bits agree.
    boolean isSound(int block) {
        int freeOnes = 0;
        int warmOnes = 0;
        boolean warmIsFree = true;
        for (int word = block * WORDS_PER_BLOCK; word < (block + 1) * WORDS_PER_BLOCK; word++) {
            freeOnes += Long.bitCount(free[word]);
            warmOnes += Long.bitCount(warm[word]);
            warmIsFree &= (warm[word] & ~free[word]) == 0;
        }
        int owned = Frames.PAGEBLOCK_FRAMES - freeOnes;
        return warmIsFree
                && freeOnes == freeInBlock[block]
                && warmOnes == warmInBlock[block]
                && withWarm.levelOf(block) == (warmOnes > 0 ? owned : -1)
                && withCold.levelOf(block) == (freeOnes > warmOnes ? owned : -1);
    }

    /// The frames that are not free, recounted from the bits.
    int recountOwned() {
        int freeOnes = 0;
        for (long word : free) {
            freeOnes += Long.bitCount(word);
        }
        return free.length * Long.SIZE - freeOnes;
    }

    /// Recounts what is counted for the whole map.
    boolean isTotalSound() {
        int warmOnes = 0;
        int backed = 0;
        for (int block = 0; block < blocks; block++) {
            warmOnes += warmInBlock[block];
            backed += isBacked(block) ? 1 : 0;
        }
        return warmOnes == warmFrames && backed == backedBlocks;
    }

    /// For tests that break the count and see the checker say so.
    void corruptWarmFrames(int delta) {
        warmFrames += delta;
    }

    /// For tests that break the map and see the checker say so.
    void flipFreeBit(int frame) {
        free[frame >>> 6] ^= 1L << frame;
    }
}
