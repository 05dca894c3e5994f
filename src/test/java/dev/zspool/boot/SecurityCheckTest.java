package dev.zspool.boot;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.config.TlsKeys;
import dev.zspool.config.ZspoolConfig;
import io.quarkus.runtime.configuration.ConfigurationException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Nothing listens where others can reach it, unless they are asked who they are.
final class SecurityCheckTest {
    private static void check(String host, String... keysAndValues) {
        Map<String, String> values = new HashMap<>();
        for (int at = 0; at < keysAndValues.length; at += 2) {
            values.put(keysAndValues[at], keysAndValues[at + 1]);
        }
        ZspoolConfig config = ConfigCheckTest.configOf(values);
        SecurityCheck.check(config, host);
    }

    private static void assertRefused(String says, String host, String... keysAndValues) {
        ConfigurationException refused =
                assertThrows(ConfigurationException.class, () -> check(host, keysAndValues));
        String said = String.valueOf(refused.getMessage());
        assertTrue(said.contains(says), said);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "localhost", "::1", "[::1]", "127.1.2.3"})
    void loopbackNeedsNothing(String host) {
        assertDoesNotThrow(() -> check(host));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "10.1.2.3", "name.invalid"})
    void elsewhereNeedsAWay(String host) {
        assertRefused("zspool.security.insecure=true", host);
        assertDoesNotThrow(() -> check(host, "zspool.security.insecure", "true"));
        assertDoesNotThrow(() -> check(host, "zspool.security.api-keys-file", "/keys"));
        assertDoesNotThrow(() ->
                check(
                        host,
                        "zspool.security.jwt.issuer",
                        "https://i",
                        "zspool.security.jwt.keys",
                        "/jwks"));
        assertDoesNotThrow(
                () -> check(host, "zspool.security.token-review.url", "https://cluster/x"));
        assertDoesNotThrow(() ->
                check(
                        host,
                        "zspool.tls.certificate",
                        "/c",
                        "zspool.tls.key",
                        "/k",
                        "zspool.tls.client-ca",
                        "/ca"));
    }

    @Test
    @DisplayName("TLS alone tells nobody who callers are")
    void tlsIsNoIdentity() {
        assertRefused(
                "insecure", "0.0.0.0", "zspool.tls.certificate", "/c", "zspool.tls.key", "/k");
    }

    @Test
    @DisplayName("what belongs together is set together")
    void together() {
        assertRefused(
                "zspool.security.jwt.issuer needs zspool.security.jwt.keys",
                "127.0.0.1",
                "zspool.security.jwt.issuer",
                "https://i");
        assertRefused(
                "zspool.security.jwt.keys needs zspool.security.jwt.issuer",
                "127.0.0.1",
                "zspool.security.jwt.keys",
                "/jwks");
        assertRefused(
                "zspool.tls.key needs zspool.tls.certificate", "127.0.0.1", "zspool.tls.key", "/k");
        assertRefused(
                "zspool.tls.client-ca needs zspool.tls.certificate",
                "127.0.0.1",
                "zspool.tls.client-ca",
                "/ca");
    }

    @Test
    @DisplayName("files are not read all the time")
    void reloadIsNotTooOften() {
        assertRefused(
                "zspool.tls.reload=PT0.1S is less than a second",
                "127.0.0.1",
                "zspool.tls.reload",
                "100ms");
    }

    @Test
    @DisplayName("keys of the framework that would be forgotten are refused")
    void frameworkKeys() {
        assertDoesNotThrow(() -> SecurityCheck.checkTls(TlsKeys.MADE));
        String crl = TlsKeys.PREFIX + "certificate-revocation-list";
        String said =
                assertThrows(
                                ConfigurationException.class,
                                () -> SecurityCheck.checkTls(List.of("zspool.tls.key", crl)))
                        .getMessage();
        assertTrue(String.valueOf(said).contains(crl), said);
    }
}
