package dev.zspool.blob;

import dev.zspool.page.FrameBudget;
import dev.zspool.page.Frames;
import java.util.function.Supplier;

/// How much room a pool has, by its own limit and by the arena's budget, which all pools share.
///
/// Each bound has watermarks of its own, so that a pool is neither bound by the memory of others
/// that it could never have, nor thinks that it has what others have taken. Those of the budget are
/// of what pools that may evict could have together: what the others keep is not theirs to free.
///
/// A budget may be cut below what is in use, and then nothing is free, whatever the pool's limit
/// says. Thread-safe, without a lock.
final class FreeRoom {
    private final Supplier<BlobPoolOptions> options;
    private final FrameBudget budget;
    private final SharedRoom sharedRoom;

    /// What the pool's own limit leaves.
    final Bound own;

    /// What the arena's budget leaves.
    final Bound shared = new OfBudget();

    /// A bound of what is in use.
    interface Bound {
        /// How much of it shall be free.
        PoolWatermarks marks();

        /// What is free; below 0 when the bound was lowered below what is in use.
        long freeBytes();
    }

    FreeRoom(
            EvictionStep step,
            Supplier<BlobPoolOptions> options,
            FrameBudget budget,
            SharedRoom sharedRoom) {
        this.options = options;
        this.budget = budget;
        this.sharedRoom = sharedRoom;
        this.own = new OfLimit(step);
    }

    private final class OfLimit implements Bound {
        private final EvictionStep step;

        OfLimit(EvictionStep step) {
            this.step = step;
        }

        @Override
        public PoolWatermarks marks() {
            return PoolWatermarks.of(options.get().limitBytes());
        }

        @Override
        public long freeBytes() {
            return options.get().limitBytes() - bytes(step.ownedPages());
        }
    }

    private final class OfBudget implements Bound {
        @Override
        public PoolWatermarks marks() {
            long evictable = bytes(sharedRoom.evictablePages(RoomMaker.NOBODY));
            return PoolWatermarks.of(evictable + Math.max(0, freeBytes()));
        }

        @Override
        public long freeBytes() {
            return bytes(budget.freePages());
        }
    }

    private static long bytes(long pages) {
        return pages << Frames.FRAME_SHIFT;
    }

    /// What the pool could have at most.
    long limitBytes() {
        return Math.min(options.get().limitBytes(), limitOfAll());
    }

    private long limitOfAll() {
        return bytes(budget.limitPages());
    }

    /// What one blob may take of the memory that all pools share.
    long bytesForOne() {
        return bytes(sharedRoom.pagesForOne());
    }

    /// Whether what was evicted may come back unasked: more is free than eviction strives for.
    boolean isPlenty() {
        return own.marks().hasFreeRoom(own.freeBytes())
                && shared.marks().hasFreeRoom(shared.freeBytes());
    }

    /// Whether more is in use than may be, so that nothing shall come back, not even what is asked
    /// for twice: it would have to push much out.
    boolean isOverdrawn() {
        return Math.min(own.freeBytes(), shared.freeBytes()) < 0;
    }

    /// Whether a reserve of the arena's budget is this pool's to keep: it is the first to give.
    ///
    /// A budget that is cut has none. Whoever cuts it evicts by itself, in the background and in
    /// proportion; and it follows down what is in use, so that a reserve below it would take more
    /// with every step, and end only with nothing in memory.
    boolean keepsShared(Evictor evictor) {
        boolean isMuchFree = shared.freeBytes() >= PoolWatermarks.of(limitOfAll()).highBytes();
        return !isMuchFree && !budget.isCut() && sharedRoom.isFirst(evictor);
    }
}
