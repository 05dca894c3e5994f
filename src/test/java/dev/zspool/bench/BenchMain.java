package dev.zspool.bench;

import dev.zspool.persist.JournalBench;
import java.io.IOException;
import java.util.Arrays;

/// Runs the measurements: `[WHAT [ARGUMENT...]]`, which is one of density, compaction, migration,
/// eviction, latency, journal, durability, start, ready, footprint, pressure, throughput; or all of
/// them with short defaults. `DIR [MIB]` is short for `density DIR [MIB]`.
public final class BenchMain {
    private static final String[] SHORT_DENSITY = {"/usr/share", "60"};

    private BenchMain() {}

    /// The entry point.
    public static void main(String[] arguments) throws IOException, InterruptedException {
        String first = arguments.length > 0 ? arguments[0] : "";
        String[] rest =
                Arrays.copyOfRange(arguments, Math.min(1, arguments.length), arguments.length);
        switch (first) {
            case "" -> {
                CompactionBench.run();
                MigrationBench.run();
                EvictionBench.run();
                ThroughputBench.run(rest);
                LatencyBench.run();
                DensityBench.main(SHORT_DENSITY);
            }
            case "density" -> DensityBench.main(rest);
            case "compaction" -> CompactionBench.run();
            case "migration" -> MigrationBench.run();
            case "eviction" -> EvictionBench.run();
            case "latency" -> LatencyBench.run();
            case "journal" -> JournalBench.main(rest);
            case "durability" -> DurabilityBench.run();
            case "start" -> StartBench.run(rest);
            case "ready" -> ReadyBench.run(rest);
            case "footprint" -> FootprintBench.run(rest);
            case "pressure" -> PressureBench.run(rest);
            case "throughput" -> ThroughputBench.run(rest);
            default -> DensityBench.main(arguments);
        }
    }
}
