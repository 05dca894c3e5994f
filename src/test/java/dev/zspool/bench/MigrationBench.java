package dev.zspool.bench;

import dev.zspool.page.DefragmentationResult;
import dev.zspool.page.Frames;
import dev.zspool.page.MoveOutcome;
import dev.zspool.page.Pace;
import dev.zspool.zsmalloc.PoolPages;
import java.lang.foreign.MemorySegment;
import java.util.Locale;

/// What moving one page costs, beside a bare copy of a page, and what making a pageblock free
/// costs.
final class MigrationBench {
    private static final int[] OBJECT_BYTES = {24, 120, 504, 1000, 3200, 4096};
    private static final long ARENA_BYTES = 128L << 20;
    private static final long BYTES = 24L << 20;
    private static final int PAGES = 4000;
    private static final int ROUNDS = 9;

    private MigrationBench() {}

    static void run() {
        System.out.printf(
                Locale.ROOT,
                "%nmigration: %d pages a round, each beside a bare copy of as many; medians of %d rounds, in turn%n"
                        + "| object, bytes | objects a page | isolate + migrate, ns | bare copy, ns | ratio"
                        + " | pageblock made free, us | pages moved a block |%n|---|---|---|---|---|---|---|%n",
                PAGES,
                ROUNDS);
        for (int objectBytes : OBJECT_BYTES) {
            measure(objectBytes);
        }
    }

    private static void measure(int objectBytes) {
        Samples moveNanos = new Samples();
        Samples copyNanos = new Samples();
        Samples blockNanos = new Samples();
        Samples blockPages = new Samples();
        for (int round = -2; round < ROUNDS; round++) {
            try (BenchPool bench = new BenchPool(ARENA_BYTES, objectBytes, round)) {
                bench.fill(BYTES);
                long begin = System.nanoTime();
                movePages(bench);
                long moved = System.nanoTime();
                copyPages(bench);
                long copied = System.nanoTime();
                bench.free(60);
                bench.pool.compact();
                long begun = System.nanoTime();
                DefragmentationResult result = bench.arena.defragmenter().run(Pace.FULL_SPEED);
                long ended = System.nanoTime();
                if (round >= 0) {
                    moveNanos.add((moved - begin) / PAGES);
                    copyNanos.add((copied - moved) / PAGES);
                    if (result.freedPageblocks() > 0) {
                        blockNanos.add((ended - begun) / result.freedPageblocks());
                        blockPages.add(result.migratedPages() / result.freedPageblocks());
                    }
                }
            }
        }
        System.out.printf(
                Locale.ROOT,
                "| %d | %.1f | %d | %d | %.1f | %s | %s |%n",
                objectBytes,
                (double) Frames.FRAME_BYTES / Math.min(Frames.FRAME_BYTES, objectBytes + 8),
                moveNanos.median(),
                copyNanos.median(),
                (double) moveNanos.median() / copyNanos.median(),
                blockNanos.count() == 0 ? "none" : blockNanos.median() / 1000,
                blockNanos.count() == 0 ? "none" : blockPages.median());
    }

    private static void movePages(BenchPool bench) {
        PoolPages pages = bench.pool.pages();
        int moved = 0;
        for (int frame = 0; moved < PAGES && frame < bench.arena.totalFrames(); frame++) {
            if (pages.isolate(frame) == MoveOutcome.ISOLATED) {
                int target = pages.acquireTarget();
                if (pages.migrate(frame, target) != MoveOutcome.MIGRATED) {
                    throw new IllegalStateException("frame " + frame);
                }
                moved++;
            }
        }
    }

    /// Copies as many pages, each to the frame that was released last: where a move goes, too.
    private static void copyPages(BenchPool bench) {
        MemorySegment memory = bench.arena.memory();
        PoolPages pages = bench.pool.pages();
        int[] targets = new int[PAGES];
        for (int i = 0; i < PAGES; i++) {
            targets[i] = pages.acquireTarget();
            MemorySegment.copy(
                    memory,
                    Frames.address(i),
                    memory,
                    Frames.address(targets[i]),
                    Frames.FRAME_BYTES);
            pages.releaseTarget(targets[i]);
        }
    }
}
