package dev.zspool.page;

/// A recount of whose frames are whose, in slices. Of one recount; guarded by the arena's lock.
final class OwnerTally {
    private long[] counted = {};
    private long changes;
    private int nextFrame;

    /// Goes on counting.
    ///
    /// @param changesNow how often frames have changed hands until now
    /// @return false when they did since the last slice: what was counted is worth nothing
    boolean advance(FrameOwners owners, FrameBits bits, int frames, long changesNow) {
        if (nextFrame == 0) {
            counted = owners.emptyCounts();
            changes = changesNow;
        } else if (changes != changesNow) {
            return false;
        }
        int end = Math.min(bits.frames(), nextFrame + frames);
        owners.count(bits, nextFrame, end, counted);
        nextFrame = end;
        return true;
    }

    boolean isComplete(FrameBits bits) {
        return nextFrame == bits.frames();
    }

    long[] counted() {
        return counted;
    }
}
