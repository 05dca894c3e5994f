package dev.zspool.bench;

import dev.zspool.service.ServiceProcess;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/// What the empty service takes of memory, by what it is for, with one set of JVM options or
/// another.
final class FootprintBench {
    private static final int DEFAULT_ROUNDS = 3;

    /// The JVM gives free memory back every ten seconds.
    private static final long SETTLING_MILLIS = 20_000;

    private static final int REQUESTS = 10;
    private static final double MICROS_PER_TICK = 10_000;

    private FootprintBench() {}

    private record Run(double readyMillis, double processorMillis, long kib, Footprint parts) {}

    /// @param arguments how many rounds; then, each in one word, options of the JVM to compare
    static void run(String[] arguments) throws IOException, InterruptedException {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : DEFAULT_ROUNDS;
        List<String> variants =
                Stream.concat(Stream.of(""), Arrays.stream(arguments).skip(1)).distinct().toList();
        List<List<Run>> runs = new ArrayList<>();
        variants.forEach(variant -> runs.add(new ArrayList<>()));
        for (int round = 0; round < rounds; round++) {
            for (int variant = 0; variant < variants.size(); variant++) {
                runs.get(variant).add(start(variants.get(variant)));
            }
        }
        System.out.printf(
                Locale.ROOT,
                "%nMiB resident, empty; medians of %d; and from the start to readiness%n| options |"
                        + " in all |",
                rounds);
        for (Footprint.Part part : Footprint.Part.values()) {
            System.out.printf(Locale.ROOT, " %s |", part.name().toLowerCase(Locale.ROOT));
        }
        System.out.println(" ready, ms | processor, ms |");
        for (int variant = 0; variant < variants.size(); variant++) {
            print(variants.get(variant), runs.get(variant));
        }
    }

    private static void print(String options, List<Run> runs) {
        System.out.printf(
                Locale.ROOT,
                "| %s | %.1f |",
                options.isEmpty() ? "as they are" : "`" + options + "`",
                median(runs, run -> run.kib() / 1024.0));
        for (Footprint.Part part : Footprint.Part.values()) {
            System.out.printf(
                    Locale.ROOT, " %.1f |", median(runs, run -> run.parts().kib(part) / 1024.0));
        }
        System.out.printf(
                Locale.ROOT,
                " %,.0f | %,.0f |%n",
                median(runs, Run::readyMillis),
                median(runs, Run::processorMillis));
    }

    private static Run start(String options) throws IOException, InterruptedException {
        List<String> properties = new ArrayList<>();
        Stream.of(options.split(" ", -1)).filter(word -> !word.isEmpty()).forEach(properties::add);
        long begin = System.nanoTime();
        try (ServiceProcess service = ServiceProcess.start(properties.toArray(String[]::new))) {
            double readyMillis = (System.nanoTime() - begin) / 1e6;
            double processorMillis = service.processorTicks() * MICROS_PER_TICK / 1e3;
            try (BlobWire wire = new BlobWire(service.api())) {
                for (int i = 0; i < REQUESTS; i++) {
                    wire.put(i);
                    wire.flush();
                    wire.expectSuccess();
                }
            }
            Thread.sleep(SETTLING_MILLIS);
            long kib = service.residentBytes() >> 10;
            Footprint parts = Footprint.of(service.pid());
            System.out.printf(
                    Locale.ROOT,
                    "%,d KiB, of which known %,d %s%n",
                    kib,
                    parts.totalKib(),
                    options);
            return new Run(readyMillis, processorMillis, kib, parts);
        }
    }

    private static double median(List<Run> runs, ToDoubleFunction<Run> figure) {
        double[] sorted = runs.stream().mapToDouble(figure).sorted().toArray();
        return sorted[sorted.length / 2];
    }
}
