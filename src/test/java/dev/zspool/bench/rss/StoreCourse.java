package dev.zspool.bench.rss;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/// Takes one store through all phases, with a look at its resident size four times a second.
final class StoreCourse {
    private static final int DELETED_PERCENT = 60;
    private static final long MILLIS_PER_LOOK = 250;

    private final Store store;
    private final List<byte[]> records;
    private final int[] all;
    private final int[] deleted;
    private final AtomicLong liveBytes = new AtomicLong();
    private final List<RssSample> samples = new ArrayList<>();

    StoreCourse(Store store, List<byte[]> records) {
        this.store = store;
        this.records = List.copyOf(records);
        SplittableRandom random = new SplittableRandom(3);
        BitSet chosen = new BitSet();
        for (int key = 0; key < records.size(); key++) {
            chosen.set(key, random.nextInt(100) < DELETED_PERCENT);
        }
        this.all = IntStream.range(0, records.size()).toArray();
        this.deleted = chosen.stream().toArray();
    }

    /// Runs it, and at the end reads everything.
    List<RssSample> run() throws IOException, InterruptedException {
        try (ExecutorService worker = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Phase phase : Phase.values()) {
                Callable<Void> work =
                        () -> {
                            work(phase);
                            return null;
                        };
                watch(phase, worker.submit(work));
            }
        } catch (ExecutionException failed) {
            throw new IOException(store.name(), failed.getCause());
        }
        StoreLoad.run(store, all, 0, new Check());
        System.out.printf(Locale.ROOT, "%s: all %,d records are right%n", store.name(), all.length);
        return List.copyOf(samples);
    }

    /// Until the work is done and the time is over.
    private void watch(Phase phase, Future<Void> work)
            throws IOException, InterruptedException, ExecutionException {
        long start = System.nanoTime();
        long end = start + TimeUnit.SECONDS.toNanos(phase.seconds());
        while (!work.isDone() || System.nanoTime() < end) {
            double seconds = (System.nanoTime() - start) / 1e9;
            samples.add(
                    new RssSample(store.name(), phase, seconds, liveBytes.get(), residentBytes()));
            Thread.sleep(MILLIS_PER_LOOK);
        }
        work.get();
    }

    private long residentBytes() throws IOException {
        return Files.readAllLines(Path.of("/proc/" + store.pid() + "/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) << 10)
                .sum();
    }

    private void work(Phase phase) throws IOException, InterruptedException {
        switch (phase) {
            case EMPTY -> say(phase, "process " + store.pid());
            case FILL -> StoreLoad.run(store, all, phase.loadSeconds(), new Change(true));
            case DELETE -> StoreLoad.run(store, deleted, phase.loadSeconds(), new Change(false));
            case COMPACT -> say(phase, store.compact());
            // Half of what is left.
            case SHRINK -> say(phase, store.shrink(liveBytes.get() / 2));
            case REFILL -> StoreLoad.run(store, deleted, phase.loadSeconds(), new Change(true));
        }
    }

    private void say(Phase phase, String what) {
        System.out.println(store.name() + ", " + phase.label() + ": " + what);
    }

    private final class Change implements StoreLoad.Request {
        private final boolean isPut;

        Change(boolean isPut) {
            this.isPut = isPut;
        }

        @Override
        public void send(StoreWire wire, int key) throws IOException {
            if (isPut) {
                wire.put(key, records.get(key));
            } else {
                wire.delete(key);
            }
        }

        @Override
        public void expect(StoreWire wire, int key) throws IOException {
            wire.expectDone();
            int length = records.get(key).length;
            liveBytes.addAndGet(isPut ? length : -length);
        }
    }

    private final class Check implements StoreLoad.Request {
        @Override
        public void send(StoreWire wire, int key) throws IOException {
            wire.get(key);
        }

        @Override
        public void expect(StoreWire wire, int key) throws IOException {
            if (!Arrays.equals(wire.expectContent(), records.get(key))) {
                throw new IOException("not what was stored under " + key);
            }
        }
    }
}
