package dev.zspool.page;

/// How many frames of an arena are in use, how many are warm and how many have been given back, for
/// each of many equal ranges, its *cells*.
///
/// Where a cell covers whole pageblocks it costs what the pageblocks' counts cost. The lock is held
/// for a few pageblocks at a time, so cells are of slightly different moments.
public final class FrameSurvey {
    private final int firstFrame;
    private final int endFrame;
    private final int cellShift;
    private final int[] owned;
    private final int[] warm;
    private int readings;

    private FrameSurvey(int firstFrame, int frames, int framesPerCell) {
        this.firstFrame = firstFrame;
        this.endFrame = firstFrame + frames;
        this.cellShift = Integer.numberOfTrailingZeros(framesPerCell);
        this.owned = new int[(frames + framesPerCell - 1) >> cellShift];
        this.warm = new int[owned.length];
    }

    /// Counts.
    ///
    /// @param firstFrame where the first cell begins, a multiple of the frames of a cell
    /// @param frames how many frames, the last cell may be a smaller one
    /// @param framesPerCell a power of two
    /// @throws IllegalArgumentException for any other numbers
    public static FrameSurvey of(PageArena arena, int firstFrame, int frames, int framesPerCell) {
        boolean isPower = Integer.bitCount(framesPerCell) == 1 && framesPerCell > 0;
        if (!isPower
                || firstFrame < 0
                || firstFrame % framesPerCell != 0
                || frames < 1
                || frames > arena.totalFrames() - firstFrame) {
            throw new IllegalArgumentException(
                    firstFrame + " + " + frames + " in cells of " + framesPerCell);
        }
        FrameSurvey survey = new FrameSurvey(firstFrame, frames, framesPerCell);
        int from = Frames.blockOf(firstFrame);
        int blocks = Frames.blockOf(survey.endFrame - 1) + 1;
        while (from < blocks) {
            int to = Math.min(from + FrameLedger.SLICE_BLOCKS, blocks);
            int begin = from;
            arena.ledger().look((map, _) -> survey.countBlocks(map, begin, to));
            from = to;
        }
        return survey;
    }

    private void countBlocks(FrameMap map, int from, int to) {
        for (int block = from; block < to; block++) {
            int start = Math.max(firstFrame, block << Frames.PAGEBLOCK_SHIFT);
            int end = Math.min(endFrame, (block + 1) << Frames.PAGEBLOCK_SHIFT);
            if (end - start == Frames.PAGEBLOCK_FRAMES && cellShift >= Frames.PAGEBLOCK_SHIFT) {
                add(start, map.bits().ownedInBlock(block), map.bits().warmInBlock(block));
            } else {
                countPieces(map.bits(), start, end);
            }
        }
        TransitRuns runs = map.transit();
        for (int at = 0; at < runs.count(); at++) {
            leaveOut(runs.run(at), from, to);
        }
    }

    /// Pieces of a block that lie in one cell and in one word of its bits each.
    private void countPieces(FrameBits bits, int start, int end) {
        int step = Math.min(1 << cellShift, Long.SIZE);
        int frame = start;
        while (frame < end) {
            int limit = Math.min(end, (frame & -step) + step);
            add(frame, bits.ownedIn(frame, limit), bits.warmIn(frame, limit));
            frame = limit;
        }
    }

    /// Frames on their way back to the system are nobody's.
    private void leaveOut(long run, int fromBlock, int toBlock) {
        int start = FrameRun.start(run);
        int block = Frames.blockOf(start);
        if (block >= fromBlock && block < toBlock) {
            int end = Math.min(endFrame, start + FrameRun.frames(run));
            for (int frame = Math.max(firstFrame, start); frame < end; frame++) {
                owned[cellOf(frame)]--;
            }
        }
    }

    private void add(int frame, int ownedFrames, int warmFrames) {
        int cell = cellOf(frame);
        owned[cell] += ownedFrames;
        warm[cell] += warmFrames;
        readings++;
    }

    private int cellOf(int frame) {
        return (frame - firstFrame) >> cellShift;
    }

    /// How many cells there are.
    public int cells() {
        return owned.length;
    }

    /// How many frames a cell has: all have the same number, but the last one.
    public int frames(int cell) {
        int start = firstFrame + (cell << cellShift);
        return Math.min(1 << cellShift, endFrame - start);
    }

    /// Frames of a cell that some owner has.
    public int owned(int cell) {
        return owned[cell];
    }

    /// Frames of a cell that are free and still backed.
    public int warm(int cell) {
        return warm[cell];
    }

    /// How many counts or words were looked at for it.
    public int readings() {
        return readings;
    }

    /// The end of the part of an arena in which frames were ever used: whole pageblocks, none at
    /// first.
    public static int everUsedFrames(PageArena arena) {
        int[] blocks = new int[1];
        arena.ledger().look((map, _) -> blocks[0] = map.everBackedBlocks());
        return blocks[0] << Frames.PAGEBLOCK_SHIFT;
    }

    /// Whose some frames are.
    ///
    /// @param firstFrame the first of them
    /// @param count how many: a few pageblocks at most, since everybody else waits
    /// @param into receives the numbers of the owners, 0 for a frame that is nobody's
    /// @see PageOwner#id
    public static void owners(PageArena arena, int firstFrame, int count, int[] into) {
        arena.ledger()
                .look((_, owners) -> {
                    for (int i = 0; i < count; i++) {
                        into[i] = owners.idOf(firstFrame + i);
                    }
                });
    }
}
