package dev.zspool.boot;

import dev.zspool.config.ZspoolConfig;
import dev.zspool.http.ConnectionCounts;
import dev.zspool.http.ConsoleOptions;
import dev.zspool.http.HandleSource;
import dev.zspool.http.HttpOptions;
import dev.zspool.identity.Callers;
import dev.zspool.observe.HandleHash;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Set;

/// Hands the edge its options, its clock and its randomness.
final class EdgeWiring {
    private static final int LOG_KEY_BYTES = 32;
    private static final int HANDLE_BYTES = 16;

    @Produces
    @Singleton
    HttpOptions httpOptions(ZspoolConfig config, Callers callers) {
        return new HttpOptions(
                config.http()
                        .allowedHosts()
                        .orElse(
                                callers.asksForIdentity()
                                        ? Set.of()
                                        : HttpOptions.LOCAL.allowedHosts()),
                HttpOptions.LOCAL.uploadWindowMillis(),
                HttpOptions.LOCAL.uploadWindowBytes());
    }

    /// A provider is only worth asking where its tokens are taken.
    @Produces
    @Singleton
    ConsoleOptions consoleOptions(ZspoolConfig config) {
        ZspoolConfig.Console console = config.console();
        return new ConsoleOptions(
                console.enabled(),
                console.oidcClientId()
                        .flatMap(client ->
                                config.security()
                                        .jwt()
                                        .issuer()
                                        .map(issuer ->
                                                new ConsoleOptions.SignIn(
                                                        issuer, client, console.oidcScope()))),
                console.oidcOrigins().orElse(Set.of()));
    }

    @Produces
    @Singleton
    ConnectionCounts connectionCounts() {
        return ConnectionGuard.counts();
    }

    @Produces
    @Singleton
    InstantSource clock() {
        return InstantSource.system();
    }

    @Produces
    @Singleton
    HandleSource handleSource() {
        SecureRandom random = new SecureRandom();
        Base64.Encoder text = Base64.getUrlEncoder().withoutPadding();
        return () -> {
            byte[] bits = new byte[HANDLE_BYTES];
            random.nextBytes(bits);
            return text.encodeToString(bits);
        };
    }

    /// With a key that ends with the process: nobody can try handles on an old log.
    @Produces
    @Singleton
    HandleHash handleHash() {
        byte[] secret = new byte[LOG_KEY_BYTES];
        new SecureRandom().nextBytes(secret);
        return new HandleHash(secret);
    }
}
