package dev.zspool.service;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.zspool.crash.PowerCutHarness;
import dev.zspool.stress.ChaosViolation;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Power cuts under load, some; `./zspool stress` does more.
final class PowerCutIT {
    private static final long SEED = 11;

    @TempDir Path folder;

    @BeforeEach
    void canMount() {
        assumeTrue(PowerCutHarness.whyNot().isEmpty(), PowerCutHarness::whyNot);
    }

    @Test
    @DisplayName("nothing that was synced is lost, and of the rest no more than the last moment")
    void cuts() {
        assertDoesNotThrow(() -> harness().run(PowerCutHarness.Kind.EVERYTHING, 3));
    }

    @Test
    @DisplayName("what is written asynchronously is durable soon though nobody else syncs")
    void asyncCuts() {
        assertDoesNotThrow(() -> harness().run(PowerCutHarness.Kind.ONLY_ASYNC, 2));
    }

    @Test
    @DisplayName("the loss of a disk that answers flushes and forgets is seen")
    void lyingDisk() {
        assertThrows(ChaosViolation.class, () -> harness().run(PowerCutHarness.Kind.LYING_DISK, 1));
    }

    private PowerCutHarness harness() {
        return new PowerCutHarness(folder, SEED, System.out::println);
    }
}
