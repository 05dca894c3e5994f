package dev.zspool.crash;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// Verifies snapshots offline, and restores some into a directory of their own, where a service is
/// compared with what was acknowledged when the snapshot was taken.
final class SnapshotRestore implements KillHarness.SnapshotCheck {
    private final Path directory;
    private int restored;

    SnapshotRestore(Path directory) {
        this.directory = directory;
    }

    @Override
    public List<String> check(
            List<CrashLoad.TakenSnapshot> taken, CrashModel model, SplittableRandom random)
            throws IOException, InterruptedException {
        List<String> violations = new ArrayList<>();
        for (CrashLoad.TakenSnapshot snapshot : taken) {
            Path files = directory.resolve("snapshots").resolve(snapshot.name());
            Commands.zspool("verify", files.toString());
            if (random.nextInt(2) == 0) {
                violations.addAll(restore(files, snapshot, model));
            }
            Trees.delete(files);
        }
        return violations;
    }

    private List<String> restore(Path files, CrashLoad.TakenSnapshot snapshot, CrashModel model)
            throws IOException, InterruptedException {
        Path copy = directory.resolveSibling("restored-" + restored++);
        Commands.zspool("restore", files.toString(), copy.toString());
        List<String> violations;
        try (Victim victim = new ServiceVictim(copy)) {
            victim.start();
            violations =
                    new CrashVerifier(new CrashClient(victim.api()), snapshot.window(), false)
                            .verify(model.all());
            victim.kill();
        }
        Trees.delete(copy);
        return violations;
    }
}
