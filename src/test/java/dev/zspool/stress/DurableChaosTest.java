package dev.zspool.stress;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Durable pools under load on disks that fail, for some seconds.
class DurableChaosTest {
    private static void run(long seed, DurableChaos.Disk disk) {
        DurableChaos world = new DurableChaos(seed, disk);
        assertDoesNotThrow(
                () -> new ChaosRunner(world, seed).run(Duration.ofSeconds(3), 4),
                () -> "seed " + seed + ": " + world.summary());
    }

    @Test
    @DisplayName("a disk in memory: writes always know what they replace")
    void heap() {
        run(20_261_123L, ChaosDisks.heap());
    }

    @Test
    @DisplayName("the real one: what is on it is sound whenever it is closed")
    void rocks(@TempDir Path directory) {
        run(7, ChaosDisks.rocks(directory));
    }
}
