package dev.zspool.bench;

import dev.zspool.service.ServiceProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;

/// A service with its blobs, and what reads of it took, round by round.
final class LatencyPhase implements AutoCloseable {
    static final int BLOBS = 80_000;
    static final int READS_PER_SECOND = 2_000;
    static final int CHANGES_PER_SECOND = 10_000;
    static final int CONNECTIONS = 8;

    /// Of five blobs two stay and are read, three come and go.
    private static final int OF_FIVE_STAY = 2;

    private static final int LOADERS = 4;
    private static final int LOAD_BATCH = 64;
    private static final int CHANGE_BATCH = 10;
    private static final int VERIFY_EVERY = 16;
    private static final long SECOND_NANOS = 1_000_000_000L;

    final String name;
    final List<Samples> rounds = new ArrayList<>();
    final Samples duringPasses = new Samples();
    final List<PassLog.Pass> passes = new ArrayList<>();
    private final ServiceProcess service;
    private final PassLog log;
    private volatile boolean ended;

    LatencyPhase(String name, String... properties) throws IOException, InterruptedException {
        this.name = name;
        this.service = ServiceProcess.start(properties);
        this.log = new PassLog(service.api());
    }

    /// One read: when it was due by the wall clock, and how long it took from then.
    private record Reads(List<long[]> dueAndNanos) {}

    private interface Work {
        void run() throws IOException;
    }

    private static Thread start(Work work) {
        return Thread.ofPlatform()
                .start(() -> {
                    try {
                        work.run();
                    } catch (IOException failure) {
                        throw new UncheckedIOException(failure);
                    }
                });
    }

    /// Stores all blobs.
    void load() throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < LOADERS; i++) {
            int first = i * (BLOBS / LOADERS);
            threads.add(start(() -> store(first, first + BLOBS / LOADERS)));
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private void store(int first, int end) throws IOException {
        try (BlobWire wire = new BlobWire(service.api())) {
            for (int blob = first; blob < end; blob += LOAD_BATCH) {
                int batchEnd = Math.min(end, blob + LOAD_BATCH);
                for (int i = blob; i < batchEnd; i++) {
                    wire.put(i);
                }
                wire.flush();
                for (int i = blob; i < batchEnd; i++) {
                    wire.expect(201);
                }
            }
        }
    }

    /// Deletes three of five blobs in random order and stores them again, and reads the others
    /// meanwhile, all at constant rates.
    void run(int round, boolean counts) throws InterruptedException {
        ended = false;
        long startMicros = PassLog.nowMicros();
        long startNanos = System.nanoTime();
        List<Reads> reads = new ArrayList<>();
        List<Thread> readers = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            Reads own = new Reads(new ArrayList<>());
            int connection = i;
            reads.add(own);
            readers.add(start(() -> read(connection, round, startNanos, own)));
        }
        Thread changer = start(() -> change(round, startNanos));
        changer.join();
        ended = true;
        for (Thread reader : readers) {
            reader.join();
        }
        if (counts) {
            collect(reads, startMicros, startNanos);
        }
    }

    private void read(int connection, int round, long startNanos, Reads reads) throws IOException {
        SplittableRandom random = new SplittableRandom(round * 31L + connection);
        long interval = SECOND_NANOS * CONNECTIONS / READS_PER_SECOND;
        long due = startNanos + connection * interval / CONNECTIONS;
        try (BlobWire wire = new BlobWire(service.api())) {
            for (int i = 0; !ended; i++) {
                await(due);
                int blob = random.nextInt(BLOBS / 5) * 5 + random.nextInt(OF_FIVE_STAY);
                wire.get(blob);
                wire.flush();
                wire.expect(200);
                reads.dueAndNanos.add(new long[] {due, System.nanoTime() - due});
                if (i % VERIFY_EVERY == 0 && !wire.isContentOf(blob)) {
                    throw new IOException("wrong bytes of blob " + blob);
                }
                due += interval;
            }
        }
    }

    private static void await(long due) {
        for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private void change(int round, long startNanos) throws IOException {
        int[] blobs = changing(round);
        long interval = SECOND_NANOS * CHANGE_BATCH / CHANGES_PER_SECOND;
        long due = startNanos;
        try (BlobWire wire = new BlobWire(service.api())) {
            for (boolean isStore : new boolean[] {false, true}) {
                for (int at = 0; at < blobs.length; at += CHANGE_BATCH) {
                    await(due);
                    due += interval;
                    for (int i = at; i < at + CHANGE_BATCH; i++) {
                        if (isStore) {
                            wire.put(blobs[i]);
                        } else {
                            wire.delete(blobs[i]);
                        }
                    }
                    wire.flush();
                    for (int i = at; i < at + CHANGE_BATCH; i++) {
                        wire.expect(isStore ? 201 : 204);
                    }
                }
            }
        }
    }

    private static int[] changing(int round) {
        int[] blobs = new int[BLOBS / 5 * (5 - OF_FIVE_STAY)];
        SplittableRandom random = new SplittableRandom(round);
        int count = 0;
        for (int blob = 0; blob < BLOBS; blob++) {
            if (blob % 5 >= OF_FIVE_STAY) {
                int other = random.nextInt(count + 1);
                blobs[count] = blobs[other];
                blobs[other] = blob;
                count++;
            }
        }
        return blobs;
    }

    private void collect(List<Reads> reads, long startMicros, long startNanos) {
        List<PassLog.Pass> own = log.between(startMicros, PassLog.nowMicros());
        passes.addAll(own);
        Samples samples = new Samples();
        for (Reads some : reads) {
            for (long[] read : some.dueAndNanos) {
                samples.add(read[1]);
                long from = startMicros + (read[0] - startNanos) / 1000;
                long to = from + read[1] / 1000;
                if (own.stream().anyMatch(pass -> pass.began() <= to && from <= pass.ended())) {
                    duringPasses.add(read[1]);
                }
            }
        }
        rounds.add(samples);
    }

    @Override
    public void close() throws IOException {
        log.close();
        service.close();
    }
}
