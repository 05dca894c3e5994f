package dev.zspool.bench.rss;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/// The same request for many keys, on several connections, at an even pace or as fast as it goes,
/// whichever is slower.
final class StoreLoad {
    private static final int CONNECTIONS = 64;
    private static final int BATCH = 4;

    private StoreLoad() {}

    /// A request and its answer.
    interface Request {
        void send(StoreWire wire, int key) throws IOException;

        void expect(StoreWire wire, int key) throws IOException;
    }

    static void run(Store store, int[] keys, int seconds, Request request)
            throws IOException, InterruptedException {
        double nanosPerKey = (double) TimeUnit.SECONDS.toNanos(seconds) / keys.length;
        long start = System.nanoTime();
        List<Callable<Void>> parts = new ArrayList<>();
        for (int part = 0; part < CONNECTIONS; part++) {
            int first = part * BATCH;
            parts.add(() -> {
                part(store, keys, first, start, nanosPerKey, request);
                return null;
            });
        }
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Void> done : threads.invokeAll(parts)) {
                done.get();
            }
        } catch (ExecutionException failed) {
            throw new IOException(store.name(), failed.getCause());
        }
    }

    /// Every so-manieth batch.
    private static void part(
            Store store, int[] keys, int first, long start, double nanosPerKey, Request request)
            throws IOException, InterruptedException {
        try (StoreWire wire = store.connect()) {
            for (int from = first; from < keys.length; from += CONNECTIONS * BATCH) {
                long due = start + (long) (from * nanosPerKey);
                TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
                int to = Math.min(from + BATCH, keys.length);
                for (int i = from; i < to; i++) {
                    request.send(wire, keys[i]);
                }
                wire.flush();
                for (int i = from; i < to; i++) {
                    request.expect(wire, keys[i]);
                }
            }
        }
    }
}
