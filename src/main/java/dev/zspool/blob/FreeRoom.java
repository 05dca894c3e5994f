package dev.zspool.blob;

import dev.zspool.page.FrameBudget;
import dev.zspool.page.Frames;
import java.util.function.Supplier;

/// How much room a pool has: whichever is less of what its own limit leaves and what the arena's
/// budget leaves to all.
///
/// A budget may be cut below what is in use, and then nothing is free, whatever the pool's limit
/// says. Thread-safe, without a lock.
final class FreeRoom {
    private final EvictionStep step;
    private final Supplier<BlobPoolOptions> options;
    private final FrameBudget budget;

    FreeRoom(EvictionStep step, Supplier<BlobPoolOptions> options, FrameBudget budget) {
        this.step = step;
        this.options = options;
        this.budget = budget;
    }

    /// What the pool could have at most.
    long limitBytes() {
        return Math.min(ownLimitBytes(), budget.limitPages() << Frames.FRAME_SHIFT);
    }

    private long ownLimitBytes() {
        return options.get().limitBytes();
    }

    /// What the pool's own limit leaves; below 0 when that was lowered.
    long ownFreeBytes() {
        return ownLimitBytes() - (step.ownedPages() << Frames.FRAME_SHIFT);
    }

    private long freeBytes() {
        return Math.min(ownFreeBytes(), budget.freePages() << Frames.FRAME_SHIFT);
    }

    /// The watermarks of the pool's own limit.
    PoolWatermarks ownWatermarks() {
        return PoolWatermarks.of(ownLimitBytes());
    }

    /// Whether what was evicted may come back unasked: more is free than eviction strives for.
    boolean isPlenty() {
        return PoolWatermarks.of(limitBytes()).hasFreeRoom(freeBytes());
    }

    /// Whether more is in use than may be, so that nothing shall come back, not even what is asked
    /// for twice: it would have to push much out.
    boolean isOverdrawn() {
        return freeBytes() < 0;
    }
}
