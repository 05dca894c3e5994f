package dev.zspool.pressure;

import dev.zspool.blob.BlobPool;
import dev.zspool.blob.EvictionTarget;
import dev.zspool.page.DefragmentationResult;
import dev.zspool.page.Frames;
import dev.zspool.page.Pace;
import dev.zspool.page.PageArena;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Does what a plan says, step by step, each for a bounded time, and gives to the system what
/// becomes free.
///
/// For one thread.
final class Reclaimer {
    /// So long a step works at most before the machine is looked at again.
    static final long STEP_NANOS = 100_000_000;

    /// Fewer are not worth moving pages for.
    private static final long LEAST_SPARE_BLOCKS = 16;

    /// So long no page is moved again after that brought nothing.
    private static final long MOVE_PAUSE_NANOS = 5_000_000_000L;

    /// After so many tries that freed no pageblock, the balloon is what it is.
    private static final int MOST_VAIN_PASSES = 50;

    /// So long readers may bring back what the kernel dropped of the files.
    private static final long FILES_PAUSE_NANOS = 500_000_000L;

    /// Less of them is not worth that all who read must go to the disk again.
    private static final long LEAST_FILE_BYTES = 1L << 20;

    private final PageArena arena;
    private final PoolSet pools;
    private final FileCache files;
    private final LongSupplier nanoClock;
    private long deadlineNanos;
    private long movesAgainNanos;
    private long droppedNanos;
    private long keptFileBytes;
    private int vainPasses;
    private @Nullable StepTally also;
    private final Pace untilDeadline = (done, goal) -> !isLate();

    /// What the kernel keeps of the journal's files.
    ///
    /// @param activeBytes tells how much page cache counts as used, whose ever it is
    /// @param drop has the kernel drop its part of the journal's files
    record FileCache(LongSupplier activeBytes, Consumer<BooleanSupplier> drop) {}

    Reclaimer(PageArena arena, PoolSet pools, FileCache files, LongSupplier nanoClock) {
        this.arena = arena;
        this.pools = pools;
        this.files = files;
        this.nanoClock = nanoClock;
        this.movesAgainNanos = nanoClock.getAsLong();
        this.droppedNanos = movesAgainNanos - MOVE_PAUSE_NANOS;
    }

    /// What the kernel's tables of the pageblocks take that defragmentation would make free; the
    /// frames in them can go without it.
    long defragmentableBytes() {
        long spare = arena.spareBlocks();
        boolean isWorthIt =
                spare >= LEAST_SPARE_BLOCKS && nanoClock.getAsLong() - movesAgainNanos >= 0;
        return isWorthIt ? bytes(spare) : 0;
    }

    /// Whether it is worth it to have pages of files dropped again: what stayed the last time is
    /// mapped, or somebody else's.
    ///
    /// @param activeBytes how much page cache counts as used now
    boolean mayDropFilePages(long activeBytes) {
        long since = nanoClock.getAsLong() - droppedNanos;
        return since >= MOVE_PAUSE_NANOS
                || (since >= FILES_PAUSE_NANOS && activeBytes - keptFileBytes >= LEAST_FILE_BYTES);
    }

    /// Works off what was decided. What a step does not give of its part is left to the next one.
    ///
    /// @param roomBytes what of it does not go to the system
    /// @param tally is told of each step
    /// @param also another one that is told, or the same
    /// @return how much became free, by the counters of the arena
    long run(PressureDecision decision, long roomBytes, StepTally tally, StepTally also) {
        ShrinkPlan plan = decision.plan;
        this.also = also == tally ? null : also;
        long released = 0;
        long left = 0;
        if (plan.warmFrameBytes > 0) {
            released += giveBackWarm(plan.warmFrameBytes, tally);
        }
        if (plan.compactionBytes > 0) {
            long freed = timed(ShrinkStep.COMPACTION, plan.compactionBytes, tally);
            left += Math.max(0, plan.compactionBytes - freed);
            released += freed;
        }
        if (plan.defragmentationBytes > 0) {
            released += timed(ShrinkStep.DEFRAGMENTATION, plan.defragmentationBytes, tally);
            left += plan.defragmentationBytes;
        }
        boolean evictsInVain = false;
        if (decision.deepestStep.includes(ShrinkStep.EVICTION)) {
            long evicted = evict(plan, left, tally);
            released += evicted;
            evictsInVain = evicted == 0 && plan.evictionBytes + plan.cacheEvictionBytes > 0;
        }
        if (plan.filePageBytes > 0 || (plan.hasFilePages && evictsInVain)) {
            released += dropFilePages(tally);
        }
        // What writers wait for stays backed: they would only have it backed again.
        arena.giveBack(Math.toIntExact(Math.min(pages(roomBytes), Integer.MAX_VALUE)));
        return released;
    }

    private long giveBackWarm(long wantedBytes, StepTally tally) {
        long started = begin();
        long warm = arena.warmFrames();
        long given = arena.giveBack((int) Math.max(0, warm - pages(wantedBytes)));
        note(ShrinkStep.WARM_FRAMES, bytes(given), started, tally);
        return bytes(given);
    }

    private long timed(ShrinkStep step, long wantedBytes, StepTally tally) {
        long started = begin();
        long before = arena.budget().usedPages();
        if (step == ShrinkStep.COMPACTION) {
            compact(pages(wantedBytes));
        } else {
            defragment();
        }
        return end(step, before, started, tally);
    }

    /// Has the kernel drop what it keeps of the journal's files.
    ///
    /// @return how much page cache counts as used less, whose ever it was
    long dropFilePages(StepTally tally) {
        long started = begin();
        long before = files.activeBytes().getAsLong();
        files.drop().accept(() -> !isLate());
        long after = files.activeBytes().getAsLong();
        // It goes on with the rest soon if there was not time for all of them.
        keptFileBytes = isLate() ? 0 : after;
        droppedNanos = nanoClock.getAsLong();
        long dropped = Math.max(0, before - after);
        note(ShrinkStep.FILE_PAGES, dropped, started, tally);
        return dropped;
    }

    private void defragment() {
        DefragmentationResult did = arena.defragmenter().run(untilDeadline);
        if (did.freedPageblocks() == 0) {
            // Somebody holds the pages, or does it already.
            movesAgainNanos = nanoClock.getAsLong() + MOVE_PAUSE_NANOS;
        }
    }

    /// @param moreBytes what other steps have left undone
    private long evict(ShrinkPlan plan, long moreBytes, StepTally tally) {
        if (plan.evictionBytes + plan.cacheEvictionBytes + moreBytes <= 0) {
            return 0;
        }
        long started = begin();
        long before = arena.budget().usedPages();
        long ofDurable =
                Math.min(plan.evictionBytes + moreBytes, bytes(pools.evictablePages(true)));
        evict(ofDurable, true);
        evict(plan.evictionBytes + moreBytes - ofDurable + plan.cacheEvictionBytes, false);
        return end(ShrinkStep.EVICTION, before, started, tally);
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

    /// Compacts the pools, those that have most to give first.
    private void compact(long wantedPages) {
        BlobPool[] all = pools.now();
        long left = wantedPages;
        long before = Long.MAX_VALUE;
        int at = -1;
        for (int turn = 0; turn < all.length && left > 0 && !isLate(); turn++) {
            at = next(all, before, at);
            if (at < 0) {
                return;
            }
            before = all[at].keeper().reclaimablePages();
            // Where another compaction is running, that one frees them.
            left -= all[at].compact(untilDeadline).freedPages();
        }
    }

    /// The pool that comes behind another one, in falling order of what they could free.
    ///
    /// @return its place, or -1 when no more have anything
    private static int next(BlobPool[] all, long beforePages, int before) {
        int next = -1;
        long most = 0;
        for (int i = 0; i < all.length; i++) {
            long pages = all[i].keeper().reclaimablePages();
            boolean isBehind = pages < beforePages || (pages == beforePages && i > before);
            if (isBehind && pages > most) {
                most = pages;
                next = i;
            }
        }
        return next;
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
    /// @return whether there is nothing more to do, or it gets nowhere
    boolean freeBlocks(StepTally tally) {
        long started = begin();
        long before = arena.budget().usedPages();
        DefragmentationResult did = arena.defragmenter().run(untilDeadline);
        end(ShrinkStep.DEFRAGMENTATION, before, started, tally);
        vainPasses = did.freedPageblocks() > 0 ? 0 : vainPasses + 1;
        boolean isOver =
                did.outcome() == DefragmentationResult.Outcome.DONE
                        || vainPasses >= MOST_VAIN_PASSES;
        if (isOver) {
            vainPasses = 0;
        }
        return isOver;
    }

    static long pages(long bytes) {
        return Math.ceilDiv(bytes, (long) Frames.FRAME_BYTES);
    }

    static long bytes(long pages) {
        return pages << Frames.FRAME_SHIFT;
    }
}
