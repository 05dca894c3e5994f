package dev.zspool.config;

import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.config.spi.ConfigSource;

/// Makes the framework's keys of `zspool.tls`, when it is used: a certificate that is not there
/// cannot be written down in a file of properties.
public final class TlsKeys implements ConfigSourceFactory {
    /// What the framework's keys begin with.
    public static final String PREFIX = "quarkus.tls.zspool.";

    private static final String CERTIFICATE = PREFIX + "key-store.pem.zspool.cert";
    private static final String KEY = PREFIX + "key-store.pem.zspool.key";
    private static final String AUTHORITIES = PREFIX + "trust-store.pem.certs";

    /// Those that are made here.
    public static final Set<String> MADE = Set.of(CERTIFICATE, KEY, AUTHORITIES);

    @Override
    public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
        Optional<String> certificate = GivenKeys.value(context, "zspool.tls.certificate");
        Optional<String> key = GivenKeys.value(context, "zspool.tls.key");
        if (certificate.isEmpty() || key.isEmpty()) {
            return List.of();
        }
        Map<String, String> keys = new HashMap<>();
        keys.put(CERTIFICATE, certificate.get());
        keys.put(KEY, key.get());
        GivenKeys.value(context, "zspool.tls.client-ca")
                .ifPresent(authority -> keys.put(AUTHORITIES, authority));
        keys.put("quarkus.http.tls-configuration-name", "zspool");
        keys.put("quarkus.http.insecure-requests", "disabled");
        GivenKeys.value(context, "zspool.http.port")
                .ifPresent(port -> keys.put("quarkus.http.ssl-port", port));
        return GivenKeys.source("zspool.tls", keys);
    }
}
