package dev.zspool.page;

import dev.zspool.os.Errno;

/// Gives runs of free frames back to the system, without any lock held.
final class GiveBack {
    private final Region frames;
    private final FrameLedger ledger;
    private final HugePages hugePages;

    GiveBack(Region frames, FrameLedger ledger, HugePages hugePages) {
        this.frames = frames;
        this.ledger = ledger;
        this.hugePages = hugePages;
    }

    /// See {@link PageArena#giveBack(int, Pace)}.
    long until(int keepWarmFrames, Pace pace) {
        long given = 0;
        while (true) {
            if (!pace.proceed(given, given)) {
                return given;
            }
            long run = ledger.takeWarmRun(keepWarmFrames);
            if (run == FrameRun.NONE || !isGiven(run)) {
                return given;
            }
            given += FrameRun.warmFrames(run);
        }
    }

    /// Gives the warm frames of blocks back in which nothing is owned.
    long unusedBlocks() {
        long given = 0;
        while (true) {
            long run = ledger.takeUnusedRun();
            if (run == FrameRun.NONE || !isGiven(run)) {
                return given;
            }
            given += FrameRun.warmFrames(run);
        }
    }

    /// Gives a run that was taken out of the ledger back to the system, and settles it.
    ///
    /// @return whether the system took it
    boolean isGiven(long run) {
        // What a call that throws has done is not known; as warm frames they are right either way.
        Errno errno = Errno.OTHER;
        int block = Frames.blockOf(FrameRun.start(run));
        // Before the system is asked: who asks it for a huge page meanwhile finds out.
        boolean huge = ledger.setHuge(block, false);
        try {
            if (huge) {
                // Or the next touch of one page would bring 2 MiB back.
                hugePages.prefer(block, false);
            }
            long address = Frames.address(FrameRun.start(run));
            errno = frames.giveBack(address, (long) FrameRun.frames(run) << Frames.FRAME_SHIFT);
            if (huge && errno != Errno.NONE) {
                // The block is what it was.
                hugePages.prefer(block, true);
                ledger.setHuge(block, true);
            }
        } finally {
            ledger.settle(run, errno == Errno.NONE);
        }
        return errno == Errno.NONE;
    }
}
