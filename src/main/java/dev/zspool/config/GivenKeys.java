package dev.zspool.config;

import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.PropertiesConfigSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.spi.ConfigSource;

/// What the factories of keys have in common: they look at ours, and make the framework's.
final class GivenKeys {
    /// Above the file of properties, below the environment.
    private static final int ORDINAL = 260;

    private GivenKeys() {}

    /// The value of a key that somebody set.
    static Optional<String> value(ConfigSourceContext context, String key) {
        return Optional.ofNullable(context.getValue(key))
                .map(ConfigValue::getValue)
                .filter(value -> !value.isBlank());
    }

    /// Hands the framework its keys.
    ///
    /// @param name of ours, for those who ask where they come from
    static Iterable<ConfigSource> source(String name, Map<String, String> keys) {
        return List.of(new PropertiesConfigSource(keys, name, ORDINAL));
    }
}
