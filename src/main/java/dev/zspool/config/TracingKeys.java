package dev.zspool.config;

import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.PropertiesConfigSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.spi.ConfigSource;

/// Makes the framework's keys of `zspool.tracing`, when spans are to be sent somewhere.
public final class TracingKeys implements ConfigSourceFactory {
    private static final String PREFIX = "quarkus.otel.";

    /// Above the file of properties, below the environment.
    private static final int ORDINAL = 260;

    @Override
    public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
        Optional<String> endpoint = value(context, "zspool.tracing.endpoint");
        if (endpoint.isEmpty()) {
            return List.of();
        }
        Map<String, String> keys = new HashMap<>();
        keys.put(PREFIX + "sdk.disabled", "false");
        keys.put(PREFIX + "exporter.otlp.traces.endpoint", endpoint.get());
        keys.put(PREFIX + "exporter.otlp.traces.protocol", "http/protobuf");
        value(context, "zspool.tracing.sample")
                .ifPresent(share -> keys.put(PREFIX + "traces.sampler.arg", share));
        return List.of(new PropertiesConfigSource(keys, "zspool.tracing", ORDINAL));
    }

    private static Optional<String> value(ConfigSourceContext context, String name) {
        return Optional.ofNullable(context.getValue(name))
                .map(ConfigValue::getValue)
                .filter(value -> !value.isBlank());
    }
}
