package dev.zspool.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Every flipped bit of a small data directory is detected or harmless: of the journal, and of
/// pools of blobs over it. Some bytes only; `./zspool crash` tries more.
final class FlipSweepTest {
    private static final long SEED = Long.getLong("zspool.test.seed", 1);

    @TempDir Path folder;

    @ParameterizedTest(name = "{0}, killed: {1}")
    @CsvSource({"JOURNAL, false, 16", "JOURNAL, true, 16", "STORE, false, 2", "STORE, true, 2"})
    void flips(FlipTarget.Kind kind, boolean isKilled, int perFile) throws Exception {
        FlipSweep.Plan plan =
                new FlipSweep.Plan(
                        kind, isKilled, SEED, Integer.getInteger("zspool.test.flips", perFile));
        System.out.println(plan);
        FlipSweep.Report report = FlipSweep.run(folder, plan);
        System.out.println(report.counts());
        assertEquals(List.of(), report.findings(), report::toString);
        assertTrue(report.counts().getOrDefault("refused", 0) > 0, report::toString);
        // Of some bytes nobody cares: else it would be refused whatever is flipped.
        assertTrue(report.counts().getOrDefault("harmless", 0) > 0, report::toString);
    }
}
