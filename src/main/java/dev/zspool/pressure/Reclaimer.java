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

    /// What the last pass of moving pages gave back.
    private long movedBytes;

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

    /// What defragmentation would let go now; nothing for a while after it brought nothing.
    long defragmentableBytes() {
        return nanoClock.getAsLong() - movesAgainNanos >= 0 ? movableBytes() : 0;
    }

    /// What cannot go without moving pages together: what the kernel's tables of the spare
    /// pageblocks take, if it is worth it, and warm frames of huge pages. Other frames can. Any
    /// thread may ask.
    long movableBytes() {
        long spare = arena.defragmenter().spareBlocks();
        long stuck =
                Math.min(arena.defragmenter().stuckWarmFrames(), spare << Frames.PAGEBLOCK_SHIFT);
        return bytes(stuck + (spare >= LEAST_SPARE_BLOCKS ? spare : 0));
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
            long given = giveBackWarm(plan.warmFrameBytes, tally);
            left += undone(plan.warmFrameBytes, given);
            released += given;
        }
        if (plan.compactionBytes > 0) {
            long freed = compact(plan.compactionBytes, tally);
            left += Math.max(0, plan.compactionBytes - freed);
            released += freed;
        }
        if (plan.defragmentationBytes > 0) {
            long given = defragment(tally);
            left += undone(plan.defragmentationBytes, given);
            released += given;
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
        begin();
        // What writers wait for stays backed: they would only have it backed again.
        arena.giveBack((int) Math.min(pages(roomBytes), Integer.MAX_VALUE), untilDeadline);
        return released;
    }

    /// What could not be had; what there was no time for can be had at the next look.
    private long undone(long wantedBytes, long givenBytes) {
        return isLate() ? 0 : Math.max(0, wantedBytes - givenBytes);
    }

    private long giveBackWarm(long wantedBytes, StepTally tally) {
        long started = begin();
        long warm = arena.warmFrames();
        long stays = Math.max(0, warm - pages(wantedBytes));
        long given = arena.giveBack((int) stays, untilDeadline);
        note(ShrinkStep.WARM_FRAMES, bytes(given), started, tally);
        return bytes(given);
    }

    private long compact(long wantedBytes, StepTally tally) {
        long started = begin();
        long freed = bytes(compact(pages(wantedBytes)));
        note(ShrinkStep.COMPACTION, freed, started, tally);
        return freed;
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

    private long defragment(StepTally tally) {
        DefragmentationResult did = movePages(tally);
        if (did.freedPageblocks() == 0) {
            // Somebody holds the pages, or does it already.
            movesAgainNanos = nanoClock.getAsLong() + MOVE_PAUSE_NANOS;
        }
        return movedBytes;
    }

    private DefragmentationResult movePages(StepTally tally) {
        long started = begin();
        long before = backedPages();
        DefragmentationResult did = arena.defragmenter().run(untilDeadline);
        // Pages may have moved to frames that were not backed.
        movedBytes = bytes(Math.max(0, before - backedPages()));
        note(ShrinkStep.DEFRAGMENTATION, movedBytes, started, tally);
        return did;
    }

    private long backedPages() {
        return arena.budget().usedPages() + arena.warmFrames();
    }

    /// @param moreBytes what other steps have left undone
    private long evict(ShrinkPlan plan, long moreBytes, StepTally tally) {
        if (plan.evictionBytes + plan.cacheEvictionBytes + moreBytes <= 0) {
            return 0;
        }
        long started = begin();
        long wanted = plan.evictionBytes + moreBytes;
        long ofDurable = Math.min(wanted, bytes(pools.evictablePages(true)));
        long freed = bytes(evict(ofDurable, true));
        freed += bytes(evict(wanted - ofDurable + plan.cacheEvictionBytes, false));
        note(ShrinkStep.EVICTION, freed, started, tally);
        return freed;
    }

    private long begin() {
        long now = nanoClock.getAsLong();
        deadlineNanos = now + STEP_NANOS;
        return now;
    }

    private boolean isLate() {
        return nanoClock.getAsLong() - deadlineNanos >= 0;
    }

    private void note(ShrinkStep step, long freed, long started, StepTally tally) {
        long took = nanoClock.getAsLong() - started;
        tally.add(step, freed, took);
        if (also != null) {
            also.add(step, freed, took);
        }
    }

    /// Compacts the pools, those that have most to give first.
    ///
    /// @return how many pages this made free
    private long compact(long wantedPages) {
        BlobPool[] all = pools.now();
        long left = wantedPages;
        long before = Long.MAX_VALUE;
        int at = -1;
        for (int turn = 0; turn < all.length && left > 0 && !isLate(); turn++) {
            at = next(all, before, at);
            if (at < 0) {
                break;
            }
            before = all[at].keeper().reclaimablePages();
            // Where another compaction is running, that one frees them.
            left -= all[at].compact(untilDeadline).freedPages();
        }
        return wantedPages - left;
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
    ///
    /// @return how many pages this made free
    private long evict(long wantedBytes, boolean durable) {
        long all = pools.evictablePages(durable);
        long freed = 0;
        if (wantedBytes <= 0 || all <= 0) {
            return freed;
        }
        for (BlobPool pool : pools.now()) {
            if (pool.options().durability().isDurable() == durable) {
                long own = pool.keeper().eviction().evictablePages();
                long share = (long) Math.ceil((double) wantedBytes * own / all);
                if (share > 0 && !isLate()) {
                    freed +=
                            pool.keeper()
                                    .eviction()
                                    .run(EvictionTarget.releaseBytes(share), untilDeadline)
                                    .freedPages();
                }
            }
        }
        return freed;
    }

    /// Makes whole pageblocks free.
    ///
    /// @return whether there is nothing more to do, or it gets nowhere
    boolean freeBlocks(StepTally tally) {
        DefragmentationResult did = movePages(tally);
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
