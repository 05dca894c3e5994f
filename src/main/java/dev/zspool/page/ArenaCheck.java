package dev.zspool.page;

import java.util.ArrayList;
import java.util.List;

/// Looks an arena over while it is in use, in slices that each hold its lock for a moment.
///
/// Pageblocks and totals are exact at any moment under the lock. How many frames each owner has can
/// be compared only if no frame changes hands meanwhile: that is tried a few times.
public final class ArenaCheck {
    /// Pageblocks that are recounted under one hold of the lock.
    static final int SLICE_BLOCKS = 64;

    private static final int SLICE_FRAMES = SLICE_BLOCKS * Frames.PAGEBLOCK_FRAMES;
    private static final int TRIES = 3;

    private final PageArena arena;
    private final Pace pace;
    private final List<String> violations = new ArrayList<>();
    private final List<String> unverified = new ArrayList<>();
    private final int blocks;
    private int checkedBlocks;
    private boolean ended;

    private ArenaCheck(PageArena arena, Pace pace) {
        this.arena = arena;
        this.pace = pace;
        this.blocks = arena.totalFrames() >> Frames.PAGEBLOCK_SHIFT;
    }

    /// Looks an arena over.
    ///
    /// @param pace asked after every slice; its unit is pageblocks
    public static ArenaCheckResult run(PageArena arena, Pace pace) {
        ArenaCheck check = new ArenaCheck(arena, pace);
        check.checkBlocks();
        if (!check.ended) {
            arena.ledger().checkTotals(check.violations);
        }
        if (!check.ended && check.violations.isEmpty()) {
            check.checkOwners();
        }
        return new ArenaCheckResult(
                List.copyOf(check.violations),
                List.copyOf(check.unverified),
                check.checkedBlocks,
                check.ended);
    }

    private void checkBlocks() {
        while (checkedBlocks < blocks && !ended) {
            int end = Math.min(blocks, checkedBlocks + SLICE_BLOCKS);
            arena.ledger().checkBlocks(checkedBlocks, end, violations);
            checkedBlocks = end;
            takeBreath();
        }
    }

    private void takeBreath() {
        ended |= !pace.proceed(checkedBlocks, blocks);
    }

    private void checkOwners() {
        for (int attempt = 0; attempt < TRIES && !ended; attempt++) {
            if (isOwnersChecked()) {
                return;
            }
        }
        if (!ended) {
            unverified.add("I-18 arena: frames changed hands all the time");
        }
    }

    private boolean isOwnersChecked() {
        OwnerTally tally = new OwnerTally();
        for (int frame = 0; frame < arena.totalFrames() && !ended; frame += SLICE_FRAMES) {
            if (!arena.ledger().checkOwners(tally, SLICE_FRAMES, violations)) {
                return false;
            }
            takeBreath();
        }
        return true;
    }
}
