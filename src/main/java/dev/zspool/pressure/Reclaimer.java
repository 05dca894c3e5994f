package dev.zspool.pressure;

import dev.zspool.blob.BlobPool;
import dev.zspool.blob.EvictionTarget;
import dev.zspool.page.FrameBudget;
import dev.zspool.page.Frames;
import dev.zspool.page.Pace;
import dev.zspool.page.PageArena;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Does what a plan says, step by step, each for a bounded time, and gives to the system what
/// becomes free.
///
/// For one thread.
final class Reclaimer {
    /// So long a step works at most before the machine is looked at again.
    static final long STEP_NANOS = 100_000_000;

    private final PageArena arena;
    private final PoolSet pools;
    private final LongSupplier nanoClock;
    private long deadlineNanos;
    private @Nullable StepTally also;
    private final Pace untilDeadline = (done, goal) -> !isLate();

    Reclaimer(PageArena arena, PoolSet pools, LongSupplier nanoClock) {
        this.arena = arena;
        this.pools = pools;
        this.nanoClock = nanoClock;
    }

    /// Works off a plan.
    ///
    /// @param roomBytes what of it does not go to the system
    /// @param tally is told of each step
    /// @param also another one that is told, or the same
    /// @return how much became free, by the counters of the arena
    long run(ShrinkPlan plan, long roomBytes, StepTally tally, StepTally also) {
        this.also = also == tally ? null : also;
        long released = 0;
        if (plan.warmFrameBytes > 0) {
            released += timed(ShrinkStep.WARM_FRAMES, plan.warmFrameBytes, tally);
        }
        if (plan.compactionBytes > 0) {
            released += timed(ShrinkStep.COMPACTION, plan.compactionBytes, tally);
        }
        if (plan.defragmentationBytes > 0) {
            released += timed(ShrinkStep.DEFRAGMENTATION, plan.defragmentationBytes, tally);
        }
        long evictionBytes = plan.evictionBytes + plan.cacheEvictionBytes;
        if (evictionBytes > 0) {
            long started = begin();
            long before = arena.budget().usedPages();
            evict(plan.evictionBytes, true);
            evict(plan.cacheEvictionBytes, false);
            released += end(ShrinkStep.EVICTION, before, started, tally);
        }
        // What writers wait for stays backed: they would only have it backed again.
        arena.giveBack(Math.toIntExact(Math.min(pages(roomBytes), Integer.MAX_VALUE)));
        return released;
    }

    private long timed(ShrinkStep step, long wantedBytes, StepTally tally) {
        long started = begin();
        FrameBudget budget = arena.budget();
        long before = budget.usedPages();
        switch (step) {
            case WARM_FRAMES -> {
                long warm = arena.warmFrames();
                long given = arena.giveBack((int) Math.max(0, warm - pages(wantedBytes)));
                note(step, bytes(given), started, tally);
                return bytes(given);
            }
            case COMPACTION -> compact(pages(wantedBytes));
            case DEFRAGMENTATION -> arena.defragmenter().run(untilDeadline);
            default -> throw new IllegalArgumentException("step=" + step);
        }
        return end(step, before, started, tally);
    }

    private long begin() {
        long now = nanoClock.getAsLong();
        deadlineNanos = now + STEP_NANOS;
        return now;
    }

    private boolean isLate() {
        return nanoClock.getAsLong() - deadlineNanos >= 0;
    }

    private long end(ShrinkStep step, long usedBefore, long started, StepTally tally) {
        // Writers may have taken some meanwhile.
        long freed = bytes(Math.max(0, usedBefore - arena.budget().usedPages()));
        note(step, freed, started, tally);
        return freed;
    }

    private void note(ShrinkStep step, long freed, long started, StepTally tally) {
        long took = nanoClock.getAsLong() - started;
        tally.add(step, freed, took);
        if (also != null) {
            also.add(step, freed, took);
        }
    }

    /// Compacts the pools that have most to give first.
    private void compact(long wantedPages) {
        BlobPool[] all = pools.now();
        long left = wantedPages;
        for (int turn = 0; turn < all.length && left > 0 && !isLate(); turn++) {
            BlobPool best = null;
            long most = 0;
            for (BlobPool pool : all) {
                long pages = pool.keeper().reclaimablePages();
                if (pages > most) {
                    most = pages;
                    best = pool;
                }
            }
            if (best == null) {
                return;
            }
            long freed = best.compact(untilDeadline).freedPages();
            if (freed <= 0) {
                return;
            }
            left -= freed;
        }
    }

    /// Each pool gives in proportion to what it has.
    private void evict(long wantedBytes, boolean durable) {
        long all = pools.evictablePages(durable);
        if (wantedBytes <= 0 || all <= 0) {
            return;
        }
        for (BlobPool pool : pools.now()) {
            if (pool.options().durability().isDurable() == durable) {
                long own = pool.keeper().eviction().evictablePages();
                long share = (long) Math.ceil((double) wantedBytes * own / all);
                if (share > 0 && !isLate()) {
                    pool.keeper().eviction().run(EvictionTarget.releaseBytes(share), untilDeadline);
                }
            }
        }
    }

    /// Makes whole pageblocks free.
    ///
    /// @return whether there is nothing more to do
    boolean freeBlocks(StepTally tally) {
        long started = begin();
        long before = arena.budget().usedPages();
        boolean isDone =
                switch (arena.defragmenter().run(untilDeadline).outcome()) {
                    case DONE -> true;
                    case CANCELLED, BUSY -> false;
                };
        end(ShrinkStep.DEFRAGMENTATION, before, started, tally);
        return isDone;
    }

    static long pages(long bytes) {
        return Math.ceilDiv(bytes, (long) Frames.FRAME_BYTES);
    }

    static long bytes(long pages) {
        return pages << Frames.FRAME_SHIFT;
    }
}
