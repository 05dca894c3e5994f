package dev.zspool.blob;

import dev.zspool.page.Pace;
import org.jspecify.annotations.Nullable;

/// One eviction on demand: sweeps over the pages until the target is reached, first for idle blobs,
/// then for those of younger generations ({@link UsageBits}), which stay what they are.
///
/// Of one call.
final class EvictionRun {
    /// Zspages that are looked at between two questions to the {@link Pace}.
    private static final int LOOKS = 64;

    /// Bytes that lie scattered before they are made pages of, however many are wanted.
    private static final long MOST_UNPACKED_BYTES = 1L << 20;

    private final EvictionStep step;
    private final UsageBits usage;
    private final EvictionTarget target;
    private final EvictionTally tally = new EvictionTally();

    EvictionRun(EvictionStep step, UsageBits usage, EvictionTarget target) {
        this.step = step;
        this.usage = usage;
        this.target = target;
    }

    private PageVictims victims(boolean isDryRun) {
        return new PageVictims(step.pool(), step.roots(), usage, isDryRun);
    }

    EvictionResult run(Pace pace) {
        PageVictims victims = victims(false);
        int generation = UsageBits.IDLE;
        int evicted = 0;
        victims.restart(generation);
        long missing = missingPages();
        while (missing > 0) {
            if (step.isGone() || !pace.proceed(tally.freedPages, tally.freedPages + missing)) {
                return tally.result(EvictionOutcome.STOPPED);
            }
            if (!step.mayEvict()) {
                return tally.result(EvictionOutcome.JOURNAL_NOT_OPEN);
            }
            if (victims.isOver()) {
                pack(missing);
                if (evicted == 0) {
                    generation++;
                }
                if (generation > UsageBits.NOW) {
                    return tally.result(
                            missingPages() > 0
                                    ? EvictionOutcome.NOTHING_LEFT
                                    : EvictionOutcome.TARGET_REACHED);
                }
                evicted = 0;
                victims.restart(generation);
            } else {
                evicted += take(victims, missing);
            }
            missing = missingPages();
        }
        return tally.result(EvictionOutcome.TARGET_REACHED);
    }

    private long missingPages() {
        return target.missingPages(step.poolPages(), tally.freedPages);
    }

    private int take(PageVictims victims, long missing) {
        PageVictims.Choice choice = victims.next(LOOKS);
        if (choice == null) {
            return 0;
        }
        int evicted = step.evict(choice.roots(), Long.MAX_VALUE, tally);
        if (evicted > 0) {
            tally.unpackedBytes += choice.scatteredBytes();
        }
        if (tally.unpackedBytes >= MOST_UNPACKED_BYTES
                || EvictionStep.pages(tally.unpackedBytes) > missing) {
            pack(missing);
        }
        return evicted;
    }

    /// Somebody else's compaction does the same in its own time.
    private void pack(long mostPages) {
        if (tally.unpackedBytes > 0) {
            tally.freedPages += Math.max(0, step.compactSome(mostPages));
            tally.unpackedBytes = 0;
        }
    }

    /// Does the sweeps and nothing else.
    EvictionResult preview() {
        if (!step.mayEvict()) {
            return tally.result(EvictionOutcome.JOURNAL_NOT_OPEN);
        }
        PageVictims victims = victims(true);
        long poolPages = step.poolPages();
        for (int generation = UsageBits.IDLE; generation <= UsageBits.NOW; generation++) {
            victims.restart(generation);
            while (!victims.isOver()) {
                long freed = freedInPreview();
                if (target.missingPages(poolPages - freed, freed) <= 0) {
                    return previewed(EvictionOutcome.TARGET_REACHED);
                }
                if (step.isGone()) {
                    return EvictionResult.GONE;
                }
                note(victims.next(LOOKS));
            }
        }
        boolean isReached =
                target.missingPages(poolPages - freedInPreview(), freedInPreview()) <= 0;
        return previewed(isReached ? EvictionOutcome.TARGET_REACHED : EvictionOutcome.NOTHING_LEFT);
    }

    private void note(PageVictims.@Nullable Choice choice) {
        if (choice != null) {
            tally.blobs += choice.roots().length;
            tally.logicalBytes += choice.logicalBytes();
            tally.storedBytes += choice.storedBytes();
            tally.freedPages += choice.pages();
            tally.unpackedBytes += choice.scatteredBytes();
        }
    }

    private long freedInPreview() {
        return tally.freedPages + EvictionStep.pages(tally.unpackedBytes);
    }

    private EvictionResult previewed(EvictionOutcome outcome) {
        tally.freedPages = Math.min(freedInPreview(), step.poolPages());
        return tally.result(outcome);
    }
}
