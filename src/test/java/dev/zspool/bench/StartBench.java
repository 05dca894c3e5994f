package dev.zspool.bench;

import dev.zspool.service.ServiceProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// How long the service takes to be ready with many blobs stored, beside an empty data directory,
/// and what it takes of memory.
final class StartBench {
    private static final int DEFAULT_BLOBS = 1_000_000;
    private static final int CONNECTIONS = 4;
    private static final int PIPELINED = 32;
    private static final int ROUNDS = 7;

    private StartBench() {}

    /// @param arguments how many blobs of about 1 KiB
    static void run(String[] arguments) throws IOException, InterruptedException {
        int blobs = arguments.length > 0 ? Integer.parseInt(arguments[0]) : DEFAULT_BLOBS;
        Path full = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "start-");
        fill(full, blobs);
        double[] fullMillis = new double[ROUNDS];
        double[] emptyMillis = new double[ROUNDS];
        double[] differences = new double[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            Path empty = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "empty-");
            emptyMillis[round] = start(empty);
            fullMillis[round] = start(full);
            differences[round] = fullMillis[round] - emptyMillis[round];
        }
        System.out.printf(
                Locale.ROOT,
                "%nready with %,d blobs: %,.0f ms; with an empty directory: %,.0f ms; difference %,.0f ms"
                        + " (medians of %d pairs; differences %,.0f to %,.0f)%n",
                blobs,
                median(fullMillis),
                median(emptyMillis),
                median(differences),
                ROUNDS,
                Arrays.stream(differences).min().orElse(0),
                Arrays.stream(differences).max().orElse(0));
    }

    /// @return milliseconds from the start of the process to its readiness
    private static double start(Path directory) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        try (ServiceProcess service = service(directory)) {
            double millis = (System.nanoTime() - begin) / 1e6;
            System.out.printf(
                    Locale.ROOT,
                    "%s: ready after %,.0f ms, %,d MiB resident%n",
                    directory.getFileName(),
                    millis,
                    service.residentBytes() >> 20);
            return millis;
        }
    }

    private static ServiceProcess service(Path directory) throws IOException, InterruptedException {
        return ServiceProcess.start(
                "-Dzspool.data.directory=" + directory,
                "-Dzspool.pool.durability=async",
                "-Dzspool.arena.size=1G",
                "-Dzspool.pool.limit=256M");
    }

    private static void fill(Path directory, int blobs) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        AtomicReference<@Nullable Exception> failed = new AtomicReference<>();
        try (ServiceProcess service = service(directory)) {
            List<Thread> threads = new ArrayList<>();
            for (int connection = 0; connection < CONNECTIONS; connection++) {
                int first = connection;
                threads.add(
                        Thread.ofPlatform()
                                .name("fill-" + connection)
                                .start(() -> {
                                    try (BlobWire wire = new BlobWire(service.api())) {
                                        put(wire, first, blobs);
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
            System.out.printf(
                    Locale.ROOT,
                    "%n%,d blobs of about 1 KiB stored in %,.0f s; %,d MiB resident with a pool of 256 MiB%n",
                    blobs,
                    (System.nanoTime() - begin) / 1e9,
                    service.residentBytes() >> 20);
        }
    }

    private static void put(BlobWire wire, int first, int blobs) throws IOException {
        int next = first;
        while (next < blobs) {
            int sent = 0;
            for (; sent < PIPELINED && next < blobs; next += CONNECTIONS) {
                wire.put(next);
                sent++;
            }
            wire.flush();
            for (int i = 0; i < sent; i++) {
                wire.expectSuccess();
            }
        }
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
