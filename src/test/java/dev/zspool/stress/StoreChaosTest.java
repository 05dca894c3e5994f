package dev.zspool.stress;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;

import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Pools that come and go under load, for some seconds.
class StoreChaosTest {
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {20_261_123L, 7})
    @DisplayName("pools, ends, evictions, limits and listings at once")
    void atOnce(long seed) {
        StoreChaos world = new StoreChaos(seed);
        assertDoesNotThrow(
                () -> new ChaosRunner(world, seed).run(Duration.ofSeconds(2), 4),
                () -> "seed " + seed + ": " + world.summary());
    }
}
