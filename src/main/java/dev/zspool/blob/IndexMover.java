package dev.zspool.blob;

import dev.zspool.page.MovablePages;
import dev.zspool.page.MoveOutcome;
import dev.zspool.page.PageArena;

/// Moves the segments of an index to other frames.
///
/// A migrated segment gets a new stamp, as one that was split: a reader that was in the old frame
/// finds another directory word behind itself and looks again. An isolated segment is read,
/// written, split and merged as any other; where it is not any more, the isolation is over with it,
/// and who held it learns that the frame is gone.
///
/// Who comes from a frame believes its descriptor only if the directory, under the index' lock,
/// leads to that frame.
final class IndexMover implements MovablePages {
    private final BlobIndex index;
    private final PageArena arena;
    private final IndexSegment segments;

    /// Guarded by the index' lock.
    private boolean closed;

    IndexMover(BlobIndex index, PageArena arena, IndexSegment segments) {
        this.index = index;
        this.arena = arena;
        this.segments = segments;
    }

    @Override
    public MoveOutcome isolate(int frame) {
        return isElsewhere(frame)
                ? MoveOutcome.GONE
                : index.whileLocked(() -> isolateLocked(frame));
    }

    private MoveOutcome isolateLocked(int frame) {
        long descriptor = segments.descriptor(frame);
        if (!isSegmentLocked(frame, descriptor)) {
            return MoveOutcome.GONE;
        }
        if (IndexDescriptor.isIsolated(descriptor)) {
            return MoveOutcome.BUSY;
        }
        segments.describe(frame, IndexDescriptor.isolated(descriptor));
        return MoveOutcome.ISOLATED;
    }

    @Override
    public MoveOutcome migrate(int frame, int target) {
        if (isElsewhere(frame)) {
            return MoveOutcome.GONE;
        }
        // The first touch of the word is not under the lock.
        segments.describe(target, IndexDescriptor.NONE);
        // Before anything has moved: a heap that is full must not cost the old frame.
        int[] left = {frame};
        MoveOutcome outcome = index.whileLocked(() -> migrateLocked(frame, target));
        if (outcome == MoveOutcome.MIGRATED) {
            arena.targets().release(left);
        }
        return outcome;
    }

    private MoveOutcome migrateLocked(int frame, int target) {
        long descriptor = segments.descriptor(frame);
        if (!isSegmentLocked(frame, descriptor)) {
            return MoveOutcome.GONE;
        }
        if (!IndexDescriptor.isIsolated(descriptor)) {
            return MoveOutcome.NOT_ISOLATED;
        }
        index.relocateLocked(IndexDescriptor.hash(descriptor), target);
        return MoveOutcome.MIGRATED;
    }

    @Override
    public MoveOutcome putBack(int frame) {
        return isElsewhere(frame)
                ? MoveOutcome.GONE
                : index.whileLocked(() -> putBackLocked(frame));
    }

    private MoveOutcome putBackLocked(int frame) {
        long descriptor = segments.descriptor(frame);
        if (!isSegmentLocked(frame, descriptor)) {
            return MoveOutcome.GONE;
        }
        if (!IndexDescriptor.isIsolated(descriptor)) {
            return MoveOutcome.NOT_ISOLATED;
        }
        segments.describe(frame, IndexDescriptor.putBack(descriptor));
        return MoveOutcome.PUT_BACK;
    }

    /// Moves nothing any more: the frames are about to be released.
    void close() {
        var _ =
                index.whileLocked(() -> {
                    closed = true;
                    return MoveOutcome.GONE;
                });
    }

    /// A quick look without the lock, which also is the first touch of the word.
    private boolean isElsewhere(int frame) {
        return frame < 0
                || frame >= arena.totalFrames()
                || !IndexDescriptor.isOfSegment(segments.descriptor(frame));
    }

    private boolean isSegmentLocked(int frame, long descriptor) {
        return !closed
                && IndexDescriptor.isOfSegment(descriptor)
                && index.frameOfLocked(IndexDescriptor.hash(descriptor)) == frame;
    }
}
