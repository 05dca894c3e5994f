package dev.zspool.boot;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.config.ZspoolConfig;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.runtime.configuration.DurationConverter;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.runtime.configuration.MemorySizeConverter;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A value that cannot be is named with its key and what it may be.
final class ConfigCheckTest {
    @ParameterizedTest
    @CsvSource({
        "zspool.arena.size, 0",
        "zspool.arena.size, 900G",
        "zspool.arena.warm, 900G",
        "zspool.arena.give-back-interval, 0s",
        "zspool.pool.chain-size, 3",
        "zspool.pool.chain-size, 17",
        "zspool.pool.limit, 0",
        "zspool.pool.max-blob-size, 2G",
        "zspool.journal.memory, 7M",
        "zspool.journal.ballast, 900G",
        "zspool.body.budget, 1K",
        "zspool.body.budget, 100G",
        "zspool.body.workers, 0",
        "zspool.body.workers, 257",
        "zspool.shutdown.delay, 2H",
        "zspool.shutdown.timeout, 2H",
        "zspool.tracing.endpoint, collector:4318",
        "zspool.tracing.endpoint, grpc://collector:4317",
        "zspool.tracing.sample, 1.5",
        "zspool.tracing.sample, -1",
    })
    void aValueThatCannotBeIsNamed(String key, String value) {
        ZspoolConfig config = configOf(Map.of(key, value));
        ConfigurationException refused =
                assertThrows(ConfigurationException.class, () -> ConfigCheck.check(config));
        String said = String.valueOf(refused.getMessage());
        assertTrue(said.startsWith(key + "="), said);
        assertTrue(said.contains("must be"), said);
    }

    @Test
    void theDefaultsAreFine() {
        assertDoesNotThrow(() -> ConfigCheck.check(configOf(Map.of())));
    }

    static ZspoolConfig configOf(Map<String, String> values) {
        SmallRyeConfig config =
                new SmallRyeConfigBuilder()
                        .withConverter(MemorySize.class, 100, new MemorySizeConverter())
                        .withConverter(Duration.class, 100, new DurationConverter())
                        .withMapping(ZspoolConfig.class)
                        .withSources(new PropertiesConfigSource(values, "test", 500))
                        .build();
        return config.getConfigMapping(ZspoolConfig.class);
    }
}
