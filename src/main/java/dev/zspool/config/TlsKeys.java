package dev.zspool.config;

import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.spi.ConfigSource;

/// Makes the framework's keys of `zspool.tls`, when it is used: a certificate that is not there
/// cannot be written down in a file of properties.
public final class TlsKeys implements ConfigSourceFactory {
    private static final String PREFIX = "quarkus.tls.zspool.";

    @Override
    public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
        Optional<String> certificate = GivenKeys.value(context, "zspool.tls.certificate");
        Optional<String> key = GivenKeys.value(context, "zspool.tls.key");
        if (certificate.isEmpty() || key.isEmpty()) {
            return List.of();
        }
        Map<String, String> keys = new HashMap<>();
        keys.put(PREFIX + "key-store.pem.zspool.cert", certificate.get());
        keys.put(PREFIX + "key-store.pem.zspool.key", key.get());
        GivenKeys.value(context, "zspool.tls.client-ca")
                .ifPresent(authority -> keys.put(PREFIX + "trust-store.pem.certs", authority));
        keys.put(
                PREFIX + "reload-period",
                GivenKeys.value(context, "zspool.tls.reload").orElse("1m"));
        keys.put("quarkus.http.tls-configuration-name", "zspool");
        keys.put("quarkus.http.insecure-requests", "disabled");
        GivenKeys.value(context, "zspool.http.port")
                .ifPresent(port -> keys.put("quarkus.http.ssl-port", port));
        return GivenKeys.source("zspool.tls", keys);
    }
}
