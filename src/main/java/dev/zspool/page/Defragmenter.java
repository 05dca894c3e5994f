package dev.zspool.page;

import java.util.concurrent.atomic.AtomicBoolean;

/// Makes whole pageblocks free by moving the pages of sparse ones to dense ones, and gives them
/// back to the system (the kernel's `kcompactd`).
///
/// The migrate scanner takes the sparsest block that is left and empties it; the free scanner finds
/// each page a frame in the densest block with room. They know the pages' owners only as {@link
/// MovablePages}. While a block is emptied nobody gets its free frames, unless no other are left:
/// then the block is given up. A page that cannot be moved is tried again {@value #SWEEPS} times at
/// most, and then the block is given up; no block is tried twice in a pass.
///
/// Thread-safe; one pass at a time.
public final class Defragmenter {
    /// Pages that are moved between two questions to the {@link Pace}: the kernel's
    /// `COMPACT_CLUSTER_MAX`.
    static final int SLICE_PAGES = 32;

    private static final int SWEEPS = 3;

    private final PageArena arena;
    private final FrameLedger ledger;
    private final GiveBack giveBack;
    private final AtomicBoolean running = new AtomicBoolean();
    private final int[] oneFrame = new int[1];

    private Pace pace = Pace.FULL_SPEED;
    private boolean ended;
    private long goalBlocks;
    private long freedBlocks;
    private long migratedPages;
    private long failedPages;
    private long givenBackPages;
    private int movesInSlice;

    Defragmenter(PageArena arena, FrameLedger ledger, GiveBack giveBack) {
        this.arena = arena;
        this.ledger = ledger;
        this.giveBack = giveBack;
    }

    /// Pageblocks that it would make free, if all pages can be moved.
    public long spareBlocks() {
        return ledger.spareBlocks();
    }

    /// Warm frames that the system does not get as they are, because they lie in pageblocks that
    /// may be huge pages and are in use. Those of a block can go when the block is emptied.
    public long stuckWarmFrames() {
        return ledger.count(map -> map.lists().stuckFrames());
    }

    public boolean isRunning() {
        return running.get();
    }

    /// Moves pages out of sparse pageblocks into dense ones until as few as possible are in use,
    /// and gives every block that becomes free back to the system.
    ///
    /// @param wantedPace asked after every {@value #SLICE_PAGES} pages; its unit is pageblocks
    /// @return what it did; BUSY at once when another pass is running
    public DefragmentationResult run(Pace wantedPace) {
        if (!running.compareAndSet(false, true)) {
            return new DefragmentationResult(DefragmentationResult.Outcome.BUSY, 0, 0, 0, 0);
        }
        try {
            begin(wantedPace);
            for (int block : DefragmentationPlan.sparsestFirst(ownedInBlocks())) {
                if (ended || ledger.spareBlocks() == 0) {
                    break;
                }
                if (ledger.isMovable(block)) {
                    empty(block);
                }
            }
            givenBackPages += giveBack.unusedBlocks();
            return new DefragmentationResult(
                    ended
                            ? DefragmentationResult.Outcome.CANCELLED
                            : DefragmentationResult.Outcome.DONE,
                    freedBlocks,
                    migratedPages,
                    failedPages,
                    givenBackPages);
        } finally {
            pace = Pace.FULL_SPEED;
            running.set(false);
        }
    }

    private void begin(Pace wantedPace) {
        pace = wantedPace;
        ended = false;
        goalBlocks = ledger.spareBlocks();
        freedBlocks = 0;
        migratedPages = 0;
        failedPages = 0;
        givenBackPages = 0;
        movesInSlice = 0;
    }

    /// The owned frames of each pageblock, of slightly different moments: nobody waits long.
    short[] ownedInBlocks() {
        short[] owned = new short[arena.totalFrames() >> Frames.PAGEBLOCK_SHIFT];
        for (int from = 0; from < owned.length; from += FrameLedger.SLICE_BLOCKS) {
            int to = Math.min(from + FrameLedger.SLICE_BLOCKS, owned.length);
            int begin = from;
            ledger.look((map, _) -> {
                for (int block = begin; block < to; block++) {
                    owned[block] = (short) map.bits().ownedInBlock(block);
                }
            });
        }
        return owned;
    }

    private void empty(int block) {
        ledger.beginDrain(block);
        try {
            for (int sweep = 0; sweep < SWEEPS && !ended; sweep++) {
                if (!movePages(block)) {
                    break;
                }
            }
        } finally {
            endDrain();
        }
    }

    /// Also after a pace that throws: a run that is taken out and not settled is waited for.
    private void endDrain() {
        long run = ledger.takeDrainedBlock();
        if (run != FrameRun.NONE && giveBack.isGiven(run)) {
            freedBlocks++;
            givenBackPages += FrameRun.warmFrames(run);
        }
    }

    /// Tries to move every page of a block once.
    ///
    /// @return whether another sweep may help
    private boolean movePages(int block) {
        int frame = block << Frames.PAGEBLOCK_SHIFT;
        boolean left = false;
        while (!ended && (frame = ledger.nextInDrained(block, frame)) != Frames.NO_FRAME) {
            switch (move(frame)) {
                case MIGRATED -> migratedPages++;
                case EMPTY, GONE -> left = true;
                case BUSY, NOT_ISOLATED -> {
                    failedPages++;
                    left = true;
                }
                case ISOLATED, PUT_BACK -> {
                    // No room for it anywhere else.
                    return false;
                }
            }
            frame++;
            if (frame == (block + 1) << Frames.PAGEBLOCK_SHIFT) {
                break;
            }
            takeBreath();
        }
        return left;
    }

    private void takeBreath() {
        movesInSlice++;
        if (movesInSlice == SLICE_PAGES) {
            movesInSlice = 0;
            ended = !pace.proceed(freedBlocks, goalBlocks);
        }
    }

    /// Moves one page.
    ///
    /// @return PUT_BACK when there is no frame to move it to, else what became of it
    private MoveOutcome move(int frame) {
        PageOwner owner = arena.ownerOf(frame);
        if (!owner.beginMove()) {
            return MoveOutcome.GONE;
        }
        try {
            return move(frame, owner);
        } finally {
            owner.endMove();
        }
    }

    private MoveOutcome move(int frame, PageOwner owner) {
        MovablePages pages = owner.pages();
        MoveOutcome isolated = pages.isolate(frame);
        if (isolated != MoveOutcome.ISOLATED) {
            return isolated;
        }
        int target = arena.targets().acquireInDensest(owner);
        MoveOutcome outcome = MoveOutcome.BUSY;
        try {
            outcome =
                    target == Frames.NO_FRAME ? MoveOutcome.PUT_BACK : pages.migrate(frame, target);
        } finally {
            // Also of one that throws: nothing may stay isolated, or its owner can never leave.
            if (outcome != MoveOutcome.MIGRATED && target != Frames.NO_FRAME) {
                oneFrame[0] = target;
                arena.targets().release(oneFrame);
            }
            if (outcome == MoveOutcome.BUSY || outcome == MoveOutcome.PUT_BACK) {
                outcome = putBack(pages, frame, outcome);
            }
        }
        return outcome;
    }

    private static MoveOutcome putBack(MovablePages pages, int frame, MoveOutcome reason) {
        MoveOutcome outcome = pages.putBack(frame);
        return outcome == MoveOutcome.PUT_BACK ? reason : outcome;
    }
}
