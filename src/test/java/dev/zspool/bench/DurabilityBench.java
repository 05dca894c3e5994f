package dev.zspool.bench;

import dev.zspool.service.ServiceProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What durability costs over HTTP: PUTs of about 1 KiB by durability and number of connections,
/// GETs of blobs that are on the disk only, and a scan over a pool that is smaller than its data.
final class DurabilityBench {
    private static final String[] KINDS = {"none", "async", "sync"};
    private static final int[] CONNECTIONS = {1, 8, 64};
    private static final int ROUNDS = 7;
    private static final int BLOBS = 20_000;
    private static final int PUTS = 12_000;
    private static final int EVICTED_GETS = 10_000;
    private static final int HOT_BLOBS = 4_000;
    private static final int SCANNED_BLOBS = 60_000;

    /// One load: requests a second, and how long they took in microseconds.
    private record Run(double perSecond, double medianMicros, double p99Micros) {}

    /// What one connection does.
    private interface Request {
        void send(BlobWire wire, int nth) throws IOException;
    }

    private DurabilityBench() {}

    static void run() throws IOException, InterruptedException {
        writes();
        evictedReads();
        scan();
    }

    private static void writes() throws IOException, InterruptedException {
        System.out.printf(
                Locale.ROOT,
                "%nPUTs of about 1 KiB, one at a time on each connection; medians of %d rounds in"
                        + " turns%n",
                ROUNDS);
        List<ServiceProcess> services = new ArrayList<>();
        try {
            for (String kind : KINDS) {
                services.add(start("-Dzspool.pool.durability=" + kind));
            }
            for (int connections : CONNECTIONS) {
                writes(services, connections);
            }
        } finally {
            for (ServiceProcess service : services) {
                service.close();
            }
        }
    }

    private static void writes(List<ServiceProcess> services, int connections)
            throws IOException, InterruptedException {
        List<List<Run>> runs = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        int puts = connections == 1 ? PUTS / 6 : PUTS;
        for (int round = -1; round < ROUNDS; round++) {
            for (int i = 0; i < KINDS.length; i++) {
                Run run =
                        load(
                                services.get(i).api(),
                                connections,
                                puts,
                                (wire, nth) -> wire.put(nth % BLOBS));
                if (round >= 0) {
                    runs.get(i).add(run);
                }
            }
        }
        for (int i = 0; i < KINDS.length; i++) {
            print(KINDS[i] + ", " + connections + " connections", runs.get(i));
        }
    }

    private static void evictedReads() throws IOException, InterruptedException {
        System.out.printf(
                Locale.ROOT,
                "%nGETs of about 1 KiB on 4 connections; evicted: each blob once, from the disk (its"
                        + " pages are in the page cache)%n");
        try (ServiceProcess service = start("-Dzspool.pool.limit=64M")) {
            load(service.api(), 8, BLOBS, (wire, nth) -> wire.put(nth));
            List<Run> resident = new ArrayList<>();
            List<Run> evicted = new ArrayList<>();
            for (int round = -1; round < ROUNDS; round++) {
                Run warm =
                        load(service.api(), 4, EVICTED_GETS, (wire, nth) -> wire.get(nth % BLOBS));
                post(service, "/v1/pools/default/eviction", "{\"targetBytes\":0}");
                Run cold =
                        load(service.api(), 4, EVICTED_GETS, (wire, nth) -> wire.get(nth % BLOBS));
                if (round >= 0) {
                    resident.add(warm);
                    evicted.add(cold);
                }
            }
            print("resident", resident);
            print("evicted, and taken in", evicted);
        }
    }

    private static void scan() throws IOException, InterruptedException {
        try (ServiceProcess service = start("-Dzspool.pool.limit=16M")) {
            load(service.api(), 8, SCANNED_BLOBS, (wire, nth) -> wire.put(nth));
            SplittableRandom random = new SplittableRandom(4711);
            int[] hot = random.ints(2 * SCANNED_BLOBS, 0, HOT_BLOBS).toArray();
            load(service.api(), 4, hot.length, (wire, nth) -> wire.get(hot[nth]));
            long[] before = counters(service);
            load(service.api(), 4, hot.length, (wire, nth) -> wire.get(hot[nth]));
            long[] hotOnly = counters(service);
            load(
                    service.api(),
                    4,
                    2 * SCANNED_BLOBS,
                    (wire, nth) -> wire.get(nth % 2 == 0 ? hot[nth] : nth / 2));
            long[] withScan = counters(service);
            System.out.printf(
                    Locale.ROOT,
                    "%nscan: a pool of 16 MiB, %,d blobs of about 1 KiB in it, %,d of them hot%n"
                            + "%,d reads of hot blobs: %,d from the disk, %,d evictions%n"
                            + "%,d reads of hot blobs and in between %,d of a scan over all: %,d from"
                            + " the disk, %,d evictions%n",
                    SCANNED_BLOBS,
                    HOT_BLOBS,
                    hot.length,
                    hotOnly[0] - before[0],
                    hotOnly[1] - before[1],
                    SCANNED_BLOBS,
                    SCANNED_BLOBS,
                    withScan[0] - hotOnly[0],
                    withScan[1] - hotOnly[1]);
        }
    }

    private static ServiceProcess start(String... properties)
            throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of("-Dzspool.arena.size=1G"));
        all.addAll(List.of(properties));
        return ServiceProcess.start(all.toArray(String[]::new));
    }

    /// How many blobs were read from the journal, and how many left memory.
    private static long[] counters(ServiceProcess service)
            throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(service.api().resolve("/v1/pools/default")).build();
        String said = service.client().send(request, HttpResponse.BodyHandlers.ofString()).body();
        return new long[] {number(said, "bd_reads"), number(said, "bd_writes")};
    }

    private static long number(String json, String field) {
        Matcher matcher = Pattern.compile('"' + field + "\":(\\d+)").matcher(json);
        return matcher.find() ? Long.parseLong(matcher.group(1)) : -1;
    }

    private static void post(ServiceProcess service, String path, String json)
            throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(service.api().resolve(path))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(json))
                        .build();
        int status =
                service.client().send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        if (status != 200) {
            throw new IOException(path + " answered " + status);
        }
    }

    private static Run load(URI api, int connections, int requests, Request request)
            throws IOException, InterruptedException {
        long[] nanos = new long[requests];
        AtomicReference<@Nullable Exception> failed = new AtomicReference<>();
        List<Thread> threads = new ArrayList<>();
        long begin = System.nanoTime();
        for (int connection = 0; connection < connections; connection++) {
            int first = connection;
            threads.add(
                    Thread.ofPlatform()
                            .name("load-" + connection)
                            .start(() -> {
                                try (BlobWire wire = new BlobWire(api)) {
                                    for (int nth = first; nth < requests; nth += connections) {
                                        long sent = System.nanoTime();
                                        request.send(wire, nth);
                                        wire.flush();
                                        wire.expectSuccess();
                                        nanos[nth] = System.nanoTime() - sent;
                                    }
                                } catch (IOException failure) {
                                    failed.set(failure);
                                }
                            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        Exception failure = failed.get();
        if (failure != null) {
            throw new IOException(failure);
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        Arrays.sort(nanos);
        return new Run(
                requests / seconds,
                nanos[requests / 2] / 1e3,
                nanos[(int) (requests * 0.99)] / 1e3);
    }

    private static void print(String what, List<Run> runs) {
        System.out.printf(
                Locale.ROOT,
                "%-24s %,8.0f a second, half of them within %,7.0f us, 99 %% within %,8.0f us%n",
                what,
                median(runs.stream().mapToDouble(Run::perSecond).toArray()),
                median(runs.stream().mapToDouble(Run::medianMicros).toArray()),
                median(runs.stream().mapToDouble(Run::p99Micros).toArray()));
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
