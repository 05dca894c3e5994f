package dev.zspool.testkit;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.jspecify.annotations.Nullable;

/// Gives every start of the service within a test a data directory of its own, under the folder
/// that the build clears.
public final class FreshDataDirectory implements ConfigSource {
    /// Above the defaults, below what a test says itself.
    private static final int ORDINAL = 275;

    private final Map<String, String> values =
            Map.of(
                    "zspool.data.directory",
                    Path.of("target", "test-data", UUID.randomUUID().toString()).toString(),
                    "zspool.journal.ballast",
                    "1M");

    @Override
    public Map<String, String> getProperties() {
        return values;
    }

    @Override
    public Set<String> getPropertyNames() {
        return values.keySet();
    }

    @Override
    public int getOrdinal() {
        return ORDINAL;
    }

    @Override
    public @Nullable String getValue(String name) {
        return values.get(name);
    }

    @Override
    public String getName() {
        return "fresh data directory";
    }
}
