package dev.zspool.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Every flipped bit of a small data directory is detected or harmless.
final class FlipSweepTest {
    private static final long SEED = Long.getLong("zspool.test.seed", 1);
    private static final int PER_FILE = Integer.getInteger("zspool.test.flips", 24);

    @TempDir Path folder;

    @ParameterizedTest(name = "killed: {0}")
    @ValueSource(booleans = {false, true})
    void flips(boolean isKilled) throws Exception {
        FlipSweep.Report report = FlipSweep.run(folder, isKilled, SEED, PER_FILE);
        System.out.println("killed " + isKilled + ": " + report.counts());
        assertEquals(List.of(), report.findings(), report::toString);
        assertTrue(report.counts().getOrDefault("refused", 0) > 0, report::toString);
        // Of some bytes nobody cares: else it would be refused whatever is flipped.
        assertTrue(report.counts().getOrDefault("harmless", 0) > 0, report::toString);
    }
}
