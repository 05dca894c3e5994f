package dev.zspool.boot;

import dev.zspool.config.TlsKeys;
import dev.zspool.config.ZspoolConfig;
import io.quarkus.runtime.configuration.ConfigurationException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;

/// Says in one line what does not fit together of the keys about security, before anything listens.
final class SecurityCheck {
    /// Whoever sets the framework's own key must not get around the check.
    private static final String HOST = "quarkus.http.host";

    private SecurityCheck() {}

    /// Looks the keys over.
    ///
    /// @throws ConfigurationException for the first thing that is wrong
    static void check(ZspoolConfig config) {
        Config framework = ConfigProvider.getConfig();
        checkTls(framework.getPropertyNames());
        check(config, framework.getValue(HOST, String.class));
    }

    /// What the framework reads of a certificate counts only until its files are read again.
    static void checkTls(Iterable<String> keys) {
        for (String key : keys) {
            require(
                    !key.startsWith(TlsKeys.PREFIX) || TlsKeys.MADE.contains(key),
                    key + " would count until the certificate is read again only; use zspool.tls");
        }
    }

    static void check(ZspoolConfig config, String host) {
        ZspoolConfig.Security security = config.security();
        ZspoolConfig.Tls tls = config.tls();
        together(
                "zspool.security.jwt.issuer",
                security.jwt().issuer().isPresent(),
                "zspool.security.jwt.keys",
                security.jwt().keys().isPresent());
        require(
                config.console().oidcClientId().isEmpty() || security.jwt().issuer().isPresent(),
                "zspool.console.oidc-client-id needs zspool.security.jwt.issuer, where people sign in");
        together(
                "zspool.tls.certificate",
                tls.certificate().isPresent(),
                "zspool.tls.key",
                tls.key().isPresent());
        require(
                tls.reload().compareTo(Duration.ofSeconds(1)) >= 0,
                "zspool.tls.reload=" + tls.reload() + " is less than a second");
        if (tls.clientCa().isPresent()) {
            require(
                    tls.certificate().isPresent(),
                    "zspool.tls.client-ca needs zspool.tls.certificate: without TLS no client can show"
                            + " a certificate");
        }
        require(
                security.insecure()
                        || SecurityWiring.options(config).asksForIdentity()
                        || isLoopback(host),
                "The API would listen on "
                        + host
                        + ", where others can reach it, and nobody would be asked who they are. Set"
                        + " zspool.security.api-keys-file (./zspool key makes a key),"
                        + " zspool.security.jwt.issuer, zspool.security.token-review.url or"
                        + " zspool.tls.client-ca; or zspool.http.host=127.0.0.1; or, if everybody may"
                        + " do everything, zspool.security.insecure=true.");
    }

    private static void together(String first, boolean hasFirst, String second, boolean hasSecond) {
        require(
                hasFirst == hasSecond,
                (hasFirst ? first : second) + " needs " + (hasFirst ? second : first));
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException unknown) {
            return false;
        }
    }

    private static void require(boolean holds, String complaint) {
        if (!holds) {
            throw new ConfigurationException(complaint);
        }
    }
}
