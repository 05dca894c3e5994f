package dev.zspool.crash;

import dev.zspool.crash.PowerCutHarness.Kind;
import dev.zspool.stress.ChaosViolation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/// Kills the service, flips bits of its files and cuts its power, again and again: `[ROUNDS
/// [SEED]]`, 200 rounds and a new seed when not given. Ends with an exception, and so with a status
/// other than 0, when something was lost; the directory of the failure is kept.
public final class CrashMain {
    private static final int DEFAULT_ROUNDS = 200;

    /// A directory sees so many kills, then there is a new one.
    private static final int ROUNDS_PER_DIRECTORY = 50;

    private static final int CUTS_PER_DISK = 4;
    private static final int ROUNDS_PER_CUT = 5;
    private static final int FLIPS_PER_ROUND = 2;

    private CrashMain() {}

    /// Runs them.
    ///
    /// @throws ChaosViolation when something was wrong
    public static void main(String[] arguments) throws IOException, InterruptedException {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : DEFAULT_ROUNDS;
        long seed = arguments.length > 1 ? Long.parseLong(arguments[1]) : System.nanoTime();
        Path folder = Files.createTempDirectory("zspool-crash-");
        System.out.printf(
                Locale.ROOT,
                "kill -9: %d rounds, seed %d, in %s (again: %d %d)%n",
                rounds,
                seed,
                folder,
                rounds,
                seed);
        for (int done = 0; done < rounds; done += ROUNDS_PER_DIRECTORY) {
            Path data = folder.resolve("kill-" + done);
            KillHarness.ofService(data.resolve("data"), seed + done, System.out::println)
                    .run(Math.min(ROUNDS_PER_DIRECTORY, rounds - done));
            Trees.delete(data);
        }
        flip(folder.resolve("flips"), seed, rounds * FLIPS_PER_ROUND);
        cutPower(folder.resolve("cuts"), seed, rounds / ROUNDS_PER_CUT);
        Trees.delete(folder);
        System.out.println("Nothing was lost.");
    }

    private static void flip(Path folder, long seed, int perFile)
            throws IOException, InterruptedException {
        for (FlipTarget.Kind kind : FlipTarget.Kind.values()) {
            for (boolean isKilled : new boolean[] {false, true}) {
                FlipSweep.Plan plan = new FlipSweep.Plan(kind, isKilled, seed, perFile);
                System.out.println("flipped bits: " + plan);
                Path work = folder.resolve(kind + (isKilled ? "-killed" : "-closed"));
                FlipSweep.Report report = FlipSweep.run(Files.createDirectories(work), plan);
                System.out.println("flipped bits: " + report.counts());
                if (!report.findings().isEmpty()) {
                    throw new ChaosViolation(String.join("\n  ", report.findings()));
                }
                Trees.delete(work);
            }
        }
    }

    private static void cutPower(Path folder, long seed, int cuts)
            throws IOException, InterruptedException {
        String whyNot = PowerCutHarness.whyNot();
        if (!whyNot.isEmpty()) {
            System.out.println("power cuts: skipped, " + whyNot);
            return;
        }
        System.out.printf(Locale.ROOT, "power cuts: %d, seed %d%n", cuts, seed);
        for (int done = 0; done < cuts; done += CUTS_PER_DISK) {
            Kind kind = done / CUTS_PER_DISK % 3 == 2 ? Kind.ONLY_ASYNC : Kind.EVERYTHING;
            new PowerCutHarness(
                            Files.createDirectories(folder.resolve("disk-" + done)),
                            seed + done,
                            System.out::println)
                    .run(kind, Math.min(CUTS_PER_DISK, cuts - done));
        }
    }
}
