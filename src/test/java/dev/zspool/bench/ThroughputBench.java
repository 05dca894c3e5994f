package dev.zspool.bench;

import dev.zspool.service.ServiceProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// GETs and PUTs of about 1 KiB over HTTP: how many a second, and how much of a processor each of
/// them costs the service; beside those of another checkout when one is given.
///
/// Both services run all the time and get the same load in turns, the first one changing from pair
/// to pair, so that what else the machine does falls on both. The ratio is the median of the
/// pairs'.
final class ThroughputBench {
    private static final int PAIRS = 11;
    private static final int WARM_UP_PAIRS = 3;
    private static final int BLOBS = 20_000;
    private static final int CONNECTIONS = 4;
    private static final int PIPELINED = 8;
    private static final int PUTS = 30_000;
    private static final int GETS = 80_000;
    private static final long MICROS_PER_TICK = 10_000;

    /// What one run of a service came to.
    private record Run(double perSecond, double processorMicros) {}

    /// The service of one checkout, and what it did.
    private static final class Side implements AutoCloseable {
        private final ServiceProcess service;
        private final List<Run> puts = new ArrayList<>();
        private final List<Run> gets = new ArrayList<>();

        Side(String script) throws IOException, InterruptedException {
            this.service = ServiceProcess.startFrom(script, "-Dzspool.arena.size=1G");
        }

        void run(boolean counts) throws IOException, InterruptedException {
            Run put = load(true, PUTS);
            Run get = load(false, GETS);
            if (counts) {
                puts.add(put);
                gets.add(get);
            }
        }

        private Run load(boolean isPut, int requests) throws IOException, InterruptedException {
            long ticks = service.processorTicks();
            long start = System.nanoTime();
            AtomicReference<@Nullable Exception> failed = new AtomicReference<>();
            List<Thread> threads = new ArrayList<>();
            for (int connection = 0; connection < CONNECTIONS; connection++) {
                int first = connection;
                threads.add(
                        Thread.ofPlatform()
                                .name("load-" + connection)
                                .start(() -> {
                                    try {
                                        send(isPut, first, requests / CONNECTIONS);
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
            double seconds = (System.nanoTime() - start) / 1e9;
            double micros = (double) (service.processorTicks() - ticks) * MICROS_PER_TICK;
            return new Run(requests / seconds, micros / requests);
        }

        private void send(boolean isPut, int first, int requests) throws IOException {
            try (BlobWire wire = new BlobWire(service.api())) {
                for (int sent = 0; sent < requests; sent += PIPELINED) {
                    for (int i = 0; i < PIPELINED; i++) {
                        int blob = blob(first, sent + i);
                        if (isPut) {
                            wire.put(blob);
                        } else {
                            wire.get(blob);
                        }
                    }
                    wire.flush();
                    for (int i = 0; i < PIPELINED; i++) {
                        wire.expectSuccess();
                    }
                }
            }
        }

        private static int blob(int first, int nth) {
            return (first + nth * CONNECTIONS) % BLOBS;
        }

        @Override
        public void close() throws IOException {
            service.close();
        }
    }

    private ThroughputBench() {}

    /// @param arguments the folder of another checkout, or nothing
    static void run(String[] arguments) throws IOException, InterruptedException {
        String mine = System.getProperty("zspool.script", "./zspool");
        System.out.printf(
                Locale.ROOT,
                "%nthroughput over HTTP: %,d PUTs and %,d GETs of about 1 KiB on %d connections, %d at a time each;"
                        + " medians of %d%n",
                PUTS,
                GETS,
                CONNECTIONS,
                PIPELINED,
                PAIRS);
        try (Side side = new Side(mine)) {
            if (arguments.length == 0) {
                for (int round = -WARM_UP_PAIRS; round < PAIRS; round++) {
                    side.run(round >= 0);
                }
                print("PUT", side.puts);
                print("GET", side.gets);
                return;
            }
            try (Side other = new Side(Path.of(arguments[0], "zspool").toString())) {
                compare(side, other);
            }
        }
    }

    private static void compare(Side mine, Side other) throws IOException, InterruptedException {
        for (int pair = -WARM_UP_PAIRS; pair < PAIRS; pair++) {
            boolean isMineFirst = pair % 2 == 0;
            (isMineFirst ? mine : other).run(pair >= 0);
            (isMineFirst ? other : mine).run(pair >= 0);
        }
        print("PUT, this", mine.puts);
        print("PUT, other", other.puts);
        print("GET, this", mine.gets);
        print("GET, other", other.gets);
        printRatio("PUT", mine.puts, other.puts);
        printRatio("GET", mine.gets, other.gets);
    }

    private static void print(String what, List<Run> runs) {
        System.out.printf(
                Locale.ROOT,
                "%-10s %,8.0f a second, %5.1f us of a processor each%n",
                what,
                median(runs.stream().mapToDouble(Run::perSecond).toArray()),
                median(runs.stream().mapToDouble(Run::processorMicros).toArray()));
    }

    private static void printRatio(String what, List<Run> mine, List<Run> other) {
        double[] speed = new double[mine.size()];
        double[] cost = new double[mine.size()];
        for (int i = 0; i < speed.length; i++) {
            speed[i] = mine.get(i).perSecond() / other.get(i).perSecond();
            cost[i] = mine.get(i).processorMicros() / other.get(i).processorMicros();
        }
        System.out.printf(
                Locale.ROOT,
                "%s: this / other: %.3f of the requests a second, %.3f of the processor's time each"
                        + " (medians of %d pairs; %.3f to %.3f, %.3f to %.3f)%n",
                what,
                median(speed),
                median(cost),
                speed.length,
                Arrays.stream(speed).min().orElse(0),
                Arrays.stream(speed).max().orElse(0),
                Arrays.stream(cost).min().orElse(0),
                Arrays.stream(cost).max().orElse(0));
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
