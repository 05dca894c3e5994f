package dev.zspool.page;

import java.util.Arrays;

/// Two bits a frame and two counts a pageblock: which frames are free, and which of the free ones
/// are still backed (*warm*).
///
/// A frame is owned (both bits clear), free and warm (both set) or free and cold (`free` set).
///
/// Not thread-safe: guarded by the arena's lock.
final class FrameBits {
    private static final int WORDS_PER_BLOCK = Frames.PAGEBLOCK_FRAMES / Long.SIZE;

    private final long[] free;
    private final long[] warm;
    private final short[] freeInBlock;
    private final short[] warmInBlock;
    private int warmFrames;

    FrameBits(int blocks) {
        free = new long[blocks * WORDS_PER_BLOCK];
        warm = new long[free.length];
        freeInBlock = new short[blocks];
        warmInBlock = new short[blocks];
        Arrays.fill(free, -1L);
        Arrays.fill(freeInBlock, (short) Frames.PAGEBLOCK_FRAMES);
    }

    int frames() {
        return free.length * Long.SIZE;
    }

    int warmFrames() {
        return warmFrames;
    }

    boolean isFree(int frame) {
        return (free[frame >>> 6] & 1L << frame) != 0;
    }

    boolean isWarm(int frame) {
        return (warm[frame >>> 6] & 1L << frame) != 0;
    }

    int ownedInBlock(int block) {
        return Frames.PAGEBLOCK_FRAMES - freeInBlock[block];
    }

    int freeInBlock(int block) {
        return freeInBlock[block];
    }

    int warmInBlock(int block) {
        return warmInBlock[block];
    }

    /// The owned frames of a range that lies in one word.
    int ownedIn(int from, int to) {
        return to - from - Long.bitCount(free[from >>> 6] & wordMask(from, to));
    }

    /// The warm frames of a range that lies in one word.
    int warmIn(int from, int to) {
        return Long.bitCount(warm[from >>> 6] & wordMask(from, to));
    }

    /// Shifts go by the lowest six bits.
    private static long wordMask(int from, int to) {
        return -1L >>> (Long.SIZE - (to - from)) << from;
    }

    /// Makes a free frame an owned one.
    void own(int frame) {
        int block = Frames.blockOf(frame);
        if (isWarm(frame)) {
            warm[frame >>> 6] &= ~(1L << frame);
            warmInBlock[block]--;
            warmFrames--;
        }
        free[frame >>> 6] &= ~(1L << frame);
        freeInBlock[block]--;
    }

    /// Makes an owned frame a free one.
    void free(int frame, boolean asWarm) {
        int block = Frames.blockOf(frame);
        free[frame >>> 6] |= 1L << frame;
        freeInBlock[block]++;
        if (asWarm) {
            warm[frame >>> 6] |= 1L << frame;
            warmInBlock[block]++;
            warmFrames++;
        }
    }

    /// The first warm frame of a block that has one.
    int firstWarm(int block) {
        return firstSet(warm, block);
    }

    /// The first free frame of a block that has one.
    int firstFree(int block) {
        return firstSet(free, block);
    }

    private static int firstSet(long[] bits, int block) {
        int word = block * WORDS_PER_BLOCK;
        while (bits[word] == 0) {
            word++;
        }
        return (word << 6) + Long.numberOfTrailingZeros(bits[word]);
    }

    /// The first owned frame of a block from one on, {@link Frames#NO_FRAME} when there is none.
    int nextOwned(int block, int from) {
        int limit = (block + 1) << Frames.PAGEBLOCK_SHIFT;
        for (int frame = from; frame < limit; frame++) {
            if (!isFree(frame)) {
                return frame;
            }
        }
        return Frames.NO_FRAME;
    }

    /// Recounts a block from its bits.
    boolean isSound(int block) {
        int freeOnes = 0;
        int warmOnes = 0;
        boolean warmIsFree = true;
        for (int word = block * WORDS_PER_BLOCK; word < (block + 1) * WORDS_PER_BLOCK; word++) {
            freeOnes += Long.bitCount(free[word]);
            warmOnes += Long.bitCount(warm[word]);
            warmIsFree &= (warm[word] & ~free[word]) == 0;
        }
        return warmIsFree && freeOnes == freeInBlock[block] && warmOnes == warmInBlock[block];
    }

    /// The frames that are not free, recounted from the bits.
    int recountOwned() {
        int freeOnes = 0;
        for (long word : free) {
            freeOnes += Long.bitCount(word);
        }
        return frames() - freeOnes;
    }

    /// For tests that break the count and see the checker say so.
    void corruptWarmFrames(int delta) {
        warmFrames += delta;
    }

    /// For tests that break a bit and see the checker say so.
    void flipFree(int frame) {
        free[frame >>> 6] ^= 1L << frame;
    }
}
