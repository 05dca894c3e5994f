package dev.zspool.boot;

import dev.zspool.config.ZspoolConfig;
import dev.zspool.http.HandleSource;
import dev.zspool.http.HttpOptions;
import dev.zspool.identity.Callers;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Set;

/// Hands the edge its options, its clock and its randomness.
final class EdgeWiring {
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
}
