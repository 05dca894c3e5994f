package dev.zspool.bench;

import dev.zspool.page.Pace;
import dev.zspool.zsmalloc.ZsPool;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/// How long reads of a pool take while nothing else goes on, during a compaction and during a
/// defragmentation that each have 30 % of a processor.
///
/// One reader asks at a constant rate, whether the answer before was late or not (open loop): what
/// is measured begins when a read is due. The three states take turns; what is measured beside a
/// pass ends with it.
final class LatencyBench {
    private static final int OBJECT_BYTES = 1000;
    private static final long ARENA_BYTES = 512L << 20;
    private static final long BYTES = 256L << 20;
    private static final int ROUNDS = 11;
    private static final long INTERVAL_NANOS = 100_000;
    private static final int IDLE_READS = 5_000;
    private static final int MOST_READS = 100_000;

    private LatencyBench() {}

    /// Waits seven thirds of the time that each slice took.
    private static final class ThirtyPercent implements Pace {
        private long sliceBegan = System.nanoTime();

        @Override
        public boolean proceed(long done, long goal) {
            LockSupport.parkNanos((System.nanoTime() - sliceBegan) * 7 / 3);
            sliceBegan = System.nanoTime();
            return true;
        }
    }

    static void run() throws InterruptedException {
        System.out.printf(
                Locale.ROOT,
                "%nlatency: reads of %d bytes in the process, one each %d us, %d rounds, background at 30 %%%n",
                OBJECT_BYTES,
                INTERVAL_NANOS / 1000,
                ROUNDS);
        Samples idle = new Samples();
        Samples compaction = new Samples();
        Samples defragmentation = new Samples();
        Samples spare = new Samples();
        for (int round = -1; round < ROUNDS; round++) {
            try (BenchPool bench = new BenchPool(ARENA_BYTES, OBJECT_BYTES, round)) {
                bench.fill(BYTES);
                bench.free(60);
                boolean counts = round >= 0;
                read(bench, counts ? idle : spare, IDLE_READS, new AtomicBoolean());
                measure(bench, counts ? compaction : spare, pace -> bench.pool.compact(pace));
                measure(
                        bench,
                        counts ? defragmentation : spare,
                        pace -> bench.arena.defragmenter().run(pace));
            }
        }
        System.out.println(
                "| | reads | p50, ns | p99, ns | p99.9, ns | p99.9 / idle |\n|---|---|---|---|---|---|");
        print("idle", idle, idle);
        print("compaction", compaction, idle);
        print("defragmentation", defragmentation, idle);
    }

    private static void measure(BenchPool bench, Samples samples, Consumer<Pace> pass)
            throws InterruptedException {
        AtomicBoolean ended = new AtomicBoolean();
        Thread worker =
                Thread.ofPlatform()
                        .daemon()
                        .start(() -> {
                            pass.accept(new ThirtyPercent());
                            ended.set(true);
                        });
        read(bench, samples, MOST_READS, ended);
        worker.join();
    }

    private static void read(BenchPool bench, Samples samples, int most, AtomicBoolean ended) {
        byte[] copy = new byte[ZsPool.MAX_OBJECT_BYTES];
        SplittableRandom random = new SplittableRandom(7);
        long due = System.nanoTime();
        for (int i = 0; i < most && !ended.get(); i++) {
            due += INTERVAL_NANOS;
            while (System.nanoTime() < due) {
                Thread.onSpinWait();
            }
            int length = bench.pool.read(bench.handle(random.nextInt(bench.count())), copy, 0);
            samples.add(System.nanoTime() - due);
            if (length < OBJECT_BYTES) {
                throw new IllegalStateException("read: " + length);
            }
        }
    }

    private static void print(String what, Samples samples, Samples idle) {
        System.out.printf(
                Locale.ROOT,
                "| %s | %,d | %,d | %,d | %,d | %.2f |%n",
                what,
                samples.count(),
                samples.median(),
                samples.quantile(0.99),
                samples.quantile(0.999),
                (double) samples.quantile(0.999) / idle.quantile(0.999));
    }
}
