package dev.zspool.boot;

import dev.zspool.config.ZspoolConfig;
import dev.zspool.identity.Callers;
import dev.zspool.identity.SecurityOptions;
import dev.zspool.tls.LatestCertificates;
import io.quarkus.runtime.Startup;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServerOptions;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// Hands the edge whoever tells who callers are.
@Singleton
final class SecurityWiring {
    private static final int REFRESH_SECONDS = 5;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final ScheduledExecutorService worker =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("zspool-identity").factory());

    @Produces
    @Singleton
    @Startup
    Callers callers(ZspoolConfig config, InstantSource clock) {
        SecurityCheck.check(config);
        long startNanos = System.nanoTime();
        try {
            Callers callers =
                    new Callers(
                            options(config),
                            worker,
                            clock,
                            () -> (System.nanoTime() - startNanos) / NANOS_PER_MILLI,
                            new SecureRandom().nextInt());
            if (callers.asksForIdentity()) {
                var _ =
                        worker.scheduleWithFixedDelay(
                                callers::refresh,
                                REFRESH_SECONDS,
                                REFRESH_SECONDS,
                                TimeUnit.SECONDS);
            }
            return callers;
        } catch (IllegalArgumentException unusable) {
            throw new ConfigurationException(String.valueOf(unusable.getMessage()), unusable);
        }
    }

    void stop(@Disposes Callers callers) {
        worker.shutdownNow();
        callers.close();
    }

    /// The certificate is kept fresh. Clients are asked for theirs when there is something to
    /// verify it by; without one they may show a key or a token.
    @Produces
    @Singleton
    HttpServerOptionsCustomizer certificates(ZspoolConfig config, Vertx vertx) {
        ZspoolConfig.Tls tls = config.tls();
        return new HttpServerOptionsCustomizer() {
            @Override
            public void customizeHttpsServer(HttpServerOptions options) {
                options.setClientAuth(
                        tls.clientCa().isPresent() ? ClientAuth.REQUEST : ClientAuth.NONE);
                // The framework's own keys can name others, which it reads by itself.
                tls.certificate()
                        .ifPresent(certificate ->
                                options.setSslEngineOptions(fresh(tls, certificate, vertx)));
            }
        };
    }

    private LatestCertificates fresh(ZspoolConfig.Tls tls, Path certificate, Vertx vertx) {
        try {
            LatestCertificates certificates =
                    new LatestCertificates(
                            certificate, tls.key().orElseThrow(), tls.clientCa(), vertx);
            long millis = tls.reload().toMillis();
            var _ =
                    worker.scheduleWithFixedDelay(
                            certificates::refresh, millis, millis, TimeUnit.MILLISECONDS);
            return certificates;
        } catch (IllegalArgumentException unusable) {
            throw new ConfigurationException(String.valueOf(unusable.getMessage()), unusable);
        }
    }

    static SecurityOptions options(ZspoolConfig config) {
        ZspoolConfig.Security security = config.security();
        return new SecurityOptions(
                security.apiKeysFile(),
                security.grantsFile(),
                security.jwt().issuer().map(issuer -> jwt(issuer, security.jwt())),
                security.tokenReview()
                        .url()
                        .map(url ->
                                new SecurityOptions.Review(
                                        url,
                                        security.tokenReview().audience(),
                                        new SecurityOptions.Server(
                                                Optional.of(security.tokenReview().tokenFile()),
                                                authority(security.tokenReview(), url.getScheme())),
                                        security.tokenReview().remember())),
                config.tls().clientCa().isPresent());
    }

    private static SecurityOptions.Jwt jwt(String issuer, ZspoolConfig.Security.Jwt jwt) {
        return new SecurityOptions.Jwt(
                issuer,
                jwt.audience(),
                jwt.keys().orElseThrow(),
                new SecurityOptions.Server(jwt.keysTokenFile(), jwt.keysCaFile()),
                jwt.rolesClaim(),
                jwt.clockSkew());
    }

    private static Optional<Path> authority(
            ZspoolConfig.Security.TokenReview review, String scheme) {
        return "https".equals(scheme) ? Optional.of(review.caFile()) : Optional.empty();
    }
}
