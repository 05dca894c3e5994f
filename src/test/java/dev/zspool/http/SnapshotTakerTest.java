package dev.zspool.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.zspool.blob.BlobStore.SnapshotResult;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Names of snapshots, and what comes of them.
final class SnapshotTakerTest {

    private final Set<String> taken = new HashSet<>();
    private final List<String> asked = new ArrayList<>();
    private long nowMillis = Instant.parse("2026-11-23T05:15:00.123Z").toEpochMilli();

    private SnapshotTaker taker() {
        return new SnapshotTaker(this::write, () -> Instant.ofEpochMilli(nowMillis));
    }

    private SnapshotResult write(String name) {
        asked.add(name);
        nowMillis += 7;
        return taken.add(name)
                ? new SnapshotResult.Written(name, Path.of("/data/snapshots", name), 5, 6, 7)
                : new SnapshotResult.Exists();
    }

    @Test
    void theNameThatIsAskedFor() {
        assertEquals(
                new SnapshotSummary("mine", "/data/snapshots/mine", 5, 6, 7, 7),
                taker().take("mine"));
        assertProblem(ProblemCode.SNAPSHOT_EXISTS, () -> taker().take("mine"));
    }

    @Test
    void oneWithoutANameIsCalledByTheTime() {
        for (String name : List.of("20261123T051500Z", "20261123T051500Z-2")) {
            assertEquals(name, taker().take(null).name());
        }
        nowMillis += 1_000;
        assertEquals("20261123T051501Z", taker().take(null).name());
    }

    @Test
    void theSearchForANameEnds() {
        taken.add("20261123T051500Z");
        for (int nth = 2; nth <= 100; nth++) {
            taken.add("20261123T051500Z-" + nth);
        }
        assertProblem(ProblemCode.SNAPSHOT_EXISTS, () -> taker().take(null));
        assertEquals(100, asked.size());
    }

    @Test
    void whatCannotBeIsAProblem() {
        assertProblem(ProblemCode.POOL_NOT_FOUND, new SnapshotResult.NoPool());
        assertProblem(ProblemCode.NOT_DURABLE, new SnapshotResult.NotDurable());
        assertProblem(ProblemCode.DISK_FULL, new SnapshotResult.DiskFull());
        assertProblem(ProblemCode.DISK_FAILED, new SnapshotResult.DiskFailed());
    }

    private void assertProblem(ProblemCode code, SnapshotResult result) {
        SnapshotTaker taker = new SnapshotTaker(name -> result, () -> Instant.EPOCH);
        assertProblem(code, () -> taker.take("mine"));
        assertProblem(code, () -> taker.take(null));
    }

    private static void assertProblem(ProblemCode code, Runnable take) {
        assertEquals(code, assertThrows(ProblemException.class, take::run).code());
    }
}
