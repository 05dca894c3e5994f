package dev.zspool.config;

import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.spi.ConfigSource;

/// Makes the framework's keys of `zspool.tracing`, when spans are to be sent somewhere.
public final class TracingKeys implements ConfigSourceFactory {
    private static final String PREFIX = "quarkus.otel.";

    @Override
    public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
        Optional<String> endpoint = GivenKeys.value(context, "zspool.tracing.endpoint");
        if (endpoint.isEmpty()) {
            return List.of();
        }
        Map<String, String> keys = new HashMap<>();
        keys.put(PREFIX + "sdk.disabled", "false");
        keys.put(PREFIX + "exporter.otlp.traces.endpoint", endpoint.get());
        keys.put(PREFIX + "exporter.otlp.traces.protocol", "http/protobuf");
        GivenKeys.value(context, "zspool.tracing.sample")
                .ifPresent(share -> keys.put(PREFIX + "traces.sampler.arg", share));
        return GivenKeys.source("zspool.tracing", keys);
    }
}
