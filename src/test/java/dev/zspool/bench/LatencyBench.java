package dev.zspool.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// How long GETs over HTTP take while nothing works in the background, while the background
/// compacts, and while it defragments too: each in a service of its own, with the same load.
///
/// The services take turns. Reads come at a constant rate, whether the answer before was late or
/// not (open loop): what is measured begins when a read is due.
final class LatencyBench {
    private static final int ROUNDS = 3;
    private static final String[] EAGER = {
        "-Dzspool.arena.size=1G", "-Dzspool.upkeep.threshold=1", "-Dzspool.upkeep.interval=0s"
    };

    private LatencyBench() {}

    static void run() throws IOException, InterruptedException {
        System.out.printf(
                Locale.ROOT,
                "%nlatency over HTTP: %,d GETs a second on %d connections of %,d blobs of about 1 KiB; of these"
                        + " 60 %% are deleted and stored again, %,d a second; %d rounds%n",
                LatencyPhase.READS_PER_SECOND,
                LatencyPhase.CONNECTIONS,
                LatencyPhase.BLOBS,
                LatencyPhase.CHANGES_PER_SECOND,
                ROUNDS);
        try (LatencyPhase idle = phase("idle", false, false);
                LatencyPhase compaction = phase("compaction", true, false);
                LatencyPhase hugeIdle = phase("idle, huge pages", false, true);
                LatencyPhase both = phase("compaction and defragmentation", true, true)) {
            List<LatencyPhase> phases = List.of(idle, compaction, hugeIdle, both);
            for (LatencyPhase phase : phases) {
                phase.load();
            }
            for (int round = -1; round < ROUNDS; round++) {
                for (LatencyPhase phase : phases) {
                    phase.run(round, round >= 0);
                }
            }
            System.out.println(
                    "| | reads | p50, us | p99, us | p99.9, us | p99.9 / idle | medians of rounds: p50, us | p99, us |"
                            + " p99.9, us | p99.9 / idle |\n|---|---|---|---|---|---|---|---|---|---|");
            print(idle, idle);
            print(compaction, idle);
            print(hugeIdle, hugeIdle);
            print(both, hugeIdle);
            printWork(compaction);
            printWork(both);
        }
    }

    private static LatencyPhase phase(String name, boolean background, boolean hugePages)
            throws IOException, InterruptedException {
        List<String> properties = new ArrayList<>(List.of(EAGER));
        properties.add("-Dzspool.upkeep.background=" + background);
        properties.add("-Dzspool.arena.huge-pages=" + hugePages);
        return new LatencyPhase(name, properties.toArray(String[]::new));
    }

    private static void print(LatencyPhase phase, LatencyPhase idle) {
        Samples all = pooled(phase);
        System.out.printf(
                Locale.ROOT,
                "| %s | %,d | %,d | %,d | %,d | %.2f | %,d | %,d | %,d | %.2f |%n",
                phase.name,
                all.count(),
                all.median() / 1000,
                all.quantile(0.99) / 1000,
                all.quantile(0.999) / 1000,
                (double) all.quantile(0.999) / pooled(idle).quantile(0.999),
                ofRounds(phase, 0.5) / 1000,
                ofRounds(phase, 0.99) / 1000,
                ofRounds(phase, 0.999) / 1000,
                (double) ofRounds(phase, 0.999) / ofRounds(idle, 0.999));
    }

    private static Samples pooled(LatencyPhase phase) {
        Samples all = new Samples();
        phase.rounds.forEach(all::addAll);
        return all;
    }

    private static long ofRounds(LatencyPhase phase, double share) {
        Samples quantiles = new Samples();
        phase.rounds.forEach(round -> quantiles.add(round.quantile(share)));
        return quantiles.median();
    }

    private static void printWork(LatencyPhase phase) {
        for (boolean isCompaction : new boolean[] {true, false}) {
            List<PassLog.Pass> passes =
                    phase.passes.stream()
                            .filter(pass -> pass.isCompaction() == isCompaction)
                            .toList();
            System.out.printf(
                    Locale.ROOT,
                    "%s: %,d %s freed %,d %s and moved %,d %s in %,d ms%n",
                    phase.name,
                    passes.size(),
                    isCompaction ? "compactions" : "defragmentations",
                    passes.stream().mapToLong(PassLog.Pass::freed).sum(),
                    isCompaction ? "pages" : "pageblocks",
                    passes.stream().mapToLong(PassLog.Pass::moved).sum(),
                    isCompaction ? "objects" : "pages",
                    passes.stream().mapToLong(pass -> pass.ended() - pass.began()).sum() / 1000);
        }
        Samples during = phase.duringPasses;
        if (during.count() > 0) {
            System.out.printf(
                    Locale.ROOT,
                    "%s: of %,d reads while a pass ran p50 %,d us, p99 %,d us, p99.9 %,d us%n",
                    phase.name,
                    during.count(),
                    during.median() / 1000,
                    during.quantile(0.99) / 1000,
                    during.quantile(0.999) / 1000);
        }
    }
}
