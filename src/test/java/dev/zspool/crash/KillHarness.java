package dev.zspool.crash;

import dev.zspool.stress.ChaosViolation;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/// Kills a service at random moments while clients write to it, starts it again on the same
/// directory, and compares everything with what was acknowledged.
///
/// A round: perhaps one or two starts that are killed before or just after they are ready; a start;
/// everything is verified; clients write; now and then a snapshot; kill. The seed decides what each
/// client does and when the kill comes, which client is faster it cannot decide.
public final class KillHarness {
    private static final Pace OF_SERVICE = new Pace(1200, 2500);

    private final Victim victim;
    private final long seed;
    private final Pace pace;
    private final Consumer<String> log;
    private final SnapshotCheck snapshots;
    private final CrashModel model = CrashModel.everything();

    /// How long the parts of a round last at most.
    record Pace(int mostLoadMillis, int mostStartMillis) {}

    KillHarness(
            Victim victim, long seed, Pace pace, SnapshotCheck snapshots, Consumer<String> log) {
        this.victim = victim;
        this.pace = pace;
        this.seed = seed;
        this.log = log;
        this.snapshots = snapshots;
    }

    /// The packaged service on a directory.
    public static KillHarness ofService(Path directory, long seed, Consumer<String> log) {
        return new KillHarness(
                new ServiceVictim(directory),
                seed,
                OF_SERVICE,
                SnapshotCheck.ofService(directory),
                log);
    }

    /// What is done with the snapshots of a round.
    interface SnapshotCheck {
        /// Nothing.
        SnapshotCheck NONE = (taken, model, random) -> List.of();

        /// Looks at them while no service runs on the directory.
        ///
        /// @return what is wrong
        List<String> check(
                List<CrashLoad.TakenSnapshot> taken, CrashModel model, SplittableRandom random)
                throws IOException, InterruptedException;

        /// Those of a data directory, by the service's own tools.
        static SnapshotCheck ofService(Path directory) {
            return new SnapshotRestore(directory);
        }
    }

    /// Does so many rounds, each on what the one before left.
    ///
    /// @throws ChaosViolation when something was lost, came back or was torn
    public void run(int rounds) throws IOException, InterruptedException {
        SplittableRandom seeds = new SplittableRandom(seed);
        try {
            for (int round = 0; round < rounds; round++) {
                round(round, seeds.split());
            }
            victim.start();
            verify("at the end");
        } catch (RuntimeException | IOException failure) {
            throw new ChaosViolation(
                    "seed " + seed + ": " + failure.getMessage() + "\n" + tail(victim.output()),
                    failure);
        } finally {
            victim.close();
        }
    }

    private void round(int round, SplittableRandom random)
            throws IOException, InterruptedException {
        int killedStarts = round == 0 ? 0 : Math.max(0, random.nextInt(6) - 3);
        for (int i = 0; i < killedStarts; i++) {
            victim.startAndKill(Duration.ofMillis(random.nextInt(pace.mostStartMillis())));
        }
        long begun = System.nanoTime();
        victim.start();
        long ready = System.nanoTime();
        CrashClient client = new CrashClient(victim.api());
        if (round == 0) {
            model.create(client);
        } else {
            verify("round " + round);
        }
        long verified = System.nanoTime();
        boolean takesSnapshots = random.nextInt(4) == 0;
        CrashLoad load =
                new CrashLoad(
                        model,
                        client,
                        random.split(),
                        takesSnapshots ? "crash-" + round + "-" : "");
        load.start();
        int loadMillis = random.nextInt(50, pace.mostLoadMillis());
        Thread.sleep(loadMillis);
        load.expectEnd();
        // Without a pause it comes in the middle of requests; with one, behind their answers.
        if (random.nextInt(3) == 0) {
            load.join();
            Thread.sleep(random.nextInt(120));
        }
        victim.kill();
        load.join();
        List<String> violations = snapshots.check(load.snapshots(), model, random);
        if (!violations.isEmpty()) {
            throw new ChaosViolation("round " + round + ", snapshot:\n" + lines(violations));
        }
        log.accept(
                String.format(
                        Locale.ROOT,
                        "round %d: %d starts killed, ready in %d ms, verified in %d ms, load of %d ms: %s",
                        round,
                        killedStarts,
                        (ready - begun) / 1_000_000,
                        (verified - ready) / 1_000_000,
                        loadMillis,
                        load.summary()));
    }

    private void verify(String when) throws IOException {
        List<String> violations =
                new CrashVerifier(new CrashClient(victim.api()), Window.now(), true)
                        .verify(model.all());
        if (!violations.isEmpty()) {
            throw new ChaosViolation(when + ":\n" + lines(violations));
        }
    }

    private static String lines(List<String> violations) {
        return violations.size()
                + " violations:\n  "
                + String.join("\n  ", violations.subList(0, Math.min(12, violations.size())));
    }

    private static String tail(String output) {
        return "the service's last words:\n"
                + output.substring(Math.max(0, output.length() - 4000));
    }
}
