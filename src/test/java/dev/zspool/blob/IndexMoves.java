package dev.zspool.blob;

import dev.zspool.page.Frames;
import dev.zspool.page.MoveOutcome;
import dev.zspool.page.PageArena;

/// Steps of a mover of segments, one by one.
final class IndexMoves {
    private IndexMoves() {}

    /// Takes a frame for a segment to be moved to.
    static int acquireTarget(PageArena arena, BlobIndex index) {
        int target = arena.targets().acquire(index.owner);
        if (target == Frames.NO_FRAME) {
            throw new AssertionError("no target: " + arena.stats());
        }
        return target;
    }

    /// Migrates an isolated segment, and gives the target back when it was not needed.
    static MoveOutcome migrate(PageArena arena, BlobIndex index, int frame) {
        int target = acquireTarget(arena, index);
        MoveOutcome outcome = index.mover.migrate(frame, target);
        if (outcome != MoveOutcome.MIGRATED) {
            arena.targets().release(new int[] {target});
        }
        return outcome;
    }
}
