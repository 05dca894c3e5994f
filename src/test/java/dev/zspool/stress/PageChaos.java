package dev.zspool.stress;

import dev.zspool.page.DefragmentationResult;
import dev.zspool.page.Frames;
import dev.zspool.page.MoveOutcome;
import dev.zspool.page.PageArena;
import dev.zspool.zsmalloc.LeaseResult;
import dev.zspool.zsmalloc.MigrateResult;
import dev.zspool.zsmalloc.PageLeases;
import dev.zspool.zsmalloc.PoolPages;
import dev.zspool.zsmalloc.ZsPool;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/// Moves pages of a pool in use: random ones, some kept isolated for a while, some as leases that
/// expire, and all of a sparse pageblock.
///
/// Whoever holds an isolation knows what its end must answer, whatever others do meanwhile.
final class PageChaos {
    /// How many pages are isolated at once at most, leases aside.
    static final int MOST_HELD = 32;

    private static final int LEASE_MILLIS = 50;

    /// What the defragmenter waits when there was nothing to do.
    private static final long PAUSE_NANOS = 1_000_000;

    private final PageArena arena;
    private final PoolPages pages;
    private final PageLeases leases;
    private final AtomicLong clockMillis = new AtomicLong();

    /// Of the migrator's thread, and of the quiet points.
    private final int[] held = new int[MOST_HELD];

    private int heldCount;

    /// The lease that was given last; it may be over.
    private int leasedFrame;

    private long leaseId;

    private final LongAdder migrated = new LongAdder();
    private final LongAdder putBack = new LongAdder();
    private final LongAdder emptied = new LongAdder();
    private final LongAdder leased = new LongAdder();
    private final LongAdder expired = new LongAdder();
    private final LongAdder defragmentations = new LongAdder();
    private final LongAdder freedBlocks = new LongAdder();
    private final LongAdder defragmentedPages = new LongAdder();

    PageChaos(ZsPool pool, PageArena arena, long seed) {
        this.arena = arena;
        this.pages = pool.pages();
        this.leases =
                new PageLeases(
                        pool,
                        () -> Instant.EPOCH.plusMillis(clockMillis.get()),
                        new SplittableRandom(seed));
    }

    /// One step of the random page migrator.
    void migrate(SplittableRandom random) {
        clockMillis.incrementAndGet();
        int frame = random.nextInt(arena.totalFrames());
        switch (random.nextInt(8)) {
            case 0 -> hold(frame);
            case 1 -> endOneHeld(random);
            case 2 -> lease(frame);
            case 3 -> endLease(random);
            default -> {
                if (pages.isolate(frame) == MoveOutcome.ISOLATED) {
                    end(frame, random.nextInt(4) > 0);
                }
            }
        }
        // The migrator is one of many: it must not have the processor to itself.
        if (random.nextInt(64) == 0) {
            LockSupport.parkNanos(PAUSE_NANOS / 10);
        }
    }

    private void hold(int frame) {
        if (heldCount < MOST_HELD && pages.isolate(frame) == MoveOutcome.ISOLATED) {
            held[heldCount++] = frame;
        }
    }

    private void endOneHeld(SplittableRandom random) {
        if (heldCount > 0) {
            int which = random.nextInt(heldCount);
            int frame = held[which];
            held[which] = held[--heldCount];
            ChaosViolation.unless(
                    pages.isolate(frame) == MoveOutcome.BUSY || isEmpty(frame),
                    "frame " + frame + " can be isolated twice");
            end(frame, random.nextBoolean());
        }
    }

    /// The objects of a page may all go while it is isolated; then it says so.
    private boolean isEmpty(int frame) {
        return pages.isolate(frame) == MoveOutcome.EMPTY;
    }

    /// Ends an isolation of ours.
    private void end(int frame, boolean byMove) {
        int target = byMove ? pages.acquireTarget() : Frames.NO_FRAME;
        if (target == Frames.NO_FRAME) {
            MoveOutcome outcome = pages.putBack(frame);
            ChaosViolation.unless(
                    outcome == MoveOutcome.PUT_BACK, "put back of frame " + frame + ": " + outcome);
            putBack.increment();
            return;
        }
        MoveOutcome outcome = pages.migrate(frame, target);
        switch (outcome) {
            case MIGRATED -> migrated.increment();
            case EMPTY -> {
                pages.releaseTarget(target);
                emptied.increment();
            }
            default ->
                    throw new ChaosViolation(
                            "migration of isolated frame " + frame + ": " + outcome);
        }
    }

    private void lease(int frame) {
        if (leases.isolate(frame, Duration.ofMillis(LEASE_MILLIS))
                instanceof LeaseResult.Leased given) {
            leasedFrame = frame;
            leaseId = given.lease();
            leased.increment();
        }
    }

    private void endLease(SplittableRandom random) {
        if (random.nextBoolean()) {
            expired.add(leases.expire());
        } else if (random.nextBoolean()) {
            if (leases.migrate(leasedFrame, OptionalLong.of(leaseId))
                    instanceof MigrateResult.Migrated) {
                migrated.increment();
            }
        } else if (leases.putBack(leasedFrame, OptionalLong.of(leaseId)) == MoveOutcome.PUT_BACK) {
            putBack.increment();
        }
    }

    /// One step of the defragmenter; some of its passes are told to end early.
    void defragment(SplittableRandom random) {
        int slices = random.nextInt(4) == 0 ? random.nextInt(4) : Integer.MAX_VALUE;
        int[] left = {slices};
        DefragmentationResult result = arena.defragmenter().run((done, goal) -> left[0]-- > 0);
        defragmentations.increment();
        freedBlocks.add(result.freedPageblocks());
        defragmentedPages.add(result.migratedPages());
        if (result.migratedPages() == 0) {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /// Ends every isolation, while nobody steps.
    void endAll() {
        while (heldCount > 0) {
            end(held[--heldCount], false);
        }
        clockMillis.addAndGet(2L * LEASE_MILLIS);
        expired.add(leases.expire());
        ChaosViolation.unless(
                pages.isolatedPages() == 0, pages.isolatedPages() + " pages are still isolated");
    }

    boolean didEverything() {
        return migrated.sum() > 0
                && putBack.sum() > 0
                && leased.sum() > 0
                && expired.sum() > 0
                && defragmentedPages.sum() > 0;
    }

    String summary() {
        return String.format(
                Locale.ROOT,
                "%,d pages migrated, %,d put back, %,d empty by then, %,d leased, %,d leases expired; "
                        + "%,d defragmentations moved %,d pages and freed %,d pageblocks",
                migrated.sum(),
                putBack.sum(),
                emptied.sum(),
                leased.sum(),
                expired.sum(),
                defragmentations.sum(),
                defragmentedPages.sum(),
                freedBlocks.sum());
    }
}
