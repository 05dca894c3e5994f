package dev.zspool.bench;

import java.util.Locale;

/// Pages that compaction frees a second, after a random 60 % of the objects was freed; what giving
/// them back to the system takes is told apart.
final class CompactionBench {
    private static final int[] OBJECT_BYTES = {56, 184, 504, 1000, 2000, 3200};
    private static final long ARENA_BYTES = 256L << 20;
    private static final long BYTES = 96L << 20;
    private static final int FREED_PERCENT = 60;
    private static final int ROUNDS = 9;

    private CompactionBench() {}

    static void run() {
        System.out.printf(
                Locale.ROOT,
                "%ncompaction: %d MiB of objects, a random %d %% freed; medians of %d rounds, sizes in turn%n",
                BYTES >> 20,
                FREED_PERCENT,
                ROUNDS);
        Samples[] compactNanos = samples();
        Samples[] giveBackNanos = samples();
        long[] freed = new long[OBJECT_BYTES.length];
        long[] moved = new long[OBJECT_BYTES.length];
        // The first round warms the machine's code up.
        for (int round = -1; round < ROUNDS; round++) {
            for (int i = 0; i < OBJECT_BYTES.length; i++) {
                try (BenchPool bench = new BenchPool(ARENA_BYTES, OBJECT_BYTES[i], round)) {
                    bench.fill(BYTES);
                    bench.free(FREED_PERCENT);
                    bench.arena.giveBack(0);
                    long begin = System.nanoTime();
                    freed[i] = bench.pool.compact();
                    long compacted = System.nanoTime();
                    bench.arena.giveBack(0);
                    long givenBack = System.nanoTime();
                    moved[i] = bench.pool.stats().movedByCompactionObjects();
                    if (round >= 0) {
                        compactNanos[i].add(compacted - begin);
                        giveBackNanos[i].add(givenBack - compacted);
                    }
                }
            }
        }
        print(compactNanos, giveBackNanos, freed, moved);
        KernelCompactionBench.run();
    }

    private static Samples[] samples() {
        Samples[] all = new Samples[OBJECT_BYTES.length];
        for (int i = 0; i < all.length; i++) {
            all[i] = new Samples();
        }
        return all;
    }

    private static void print(
            Samples[] compactNanos, Samples[] giveBackNanos, long[] freed, long[] moved) {
        System.out.printf(
                Locale.ROOT,
                "| object, bytes | pages freed | objects moved | compaction, pages/s | slowest, fastest | ns an object"
                        + " | give-back, pages/s | both, pages/s |%n|---|---|---|---|---|---|---|---|%n");
        for (int i = 0; i < freed.length; i++) {
            long nanos = compactNanos[i].median();
            long backNanos = giveBackNanos[i].median();
            System.out.printf(
                    Locale.ROOT,
                    "| %d | %d | %d | %,d | %,d, %,d | %d | %,d | %,d |%n",
                    OBJECT_BYTES[i],
                    freed[i],
                    moved[i],
                    perSecond(freed[i], nanos),
                    perSecond(freed[i], compactNanos[i].quantile(1)),
                    perSecond(freed[i], compactNanos[i].quantile(0)),
                    nanos / Math.max(1, moved[i]),
                    perSecond(freed[i], backNanos),
                    perSecond(freed[i], nanos + backNanos));
        }
    }

    private static long perSecond(long count, long nanos) {
        return count * 1_000_000_000L / Math.max(1, nanos);
    }
}
