package dev.zspool.identity;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// Asks a server that knows about tokens, with our own token where it wants one.
final class IdentityServer implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final long MOST_BYTES = 1 << 20;
    private static final String JSON = "application/json";

    private final HttpRequest.Builder template;
    private final Optional<Path> tokenFile;
    private final HttpClient client;

    /// @param key the configuration's name of its address, for complaints
    /// @param authorityKey that of its certificates
    /// @throws IllegalArgumentException when the address or the certificates cannot be used
    IdentityServer(
            String key,
            String url,
            String authorityKey,
            SecurityOptions.Server options,
            Executor executor) {
        try {
            this.template = HttpRequest.newBuilder(URI.create(url));
        } catch (IllegalArgumentException unusable) {
            throw new IllegalArgumentException(
                    key + "=" + url + " is not the address of a server: " + unusable.getMessage(),
                    unusable);
        }
        this.tokenFile = options.tokenFile();
        HttpClient.Builder builder =
                HttpClient.newBuilder()
                        .connectTimeout(PATIENCE)
                        .executor(executor)
                        .followRedirects(HttpClient.Redirect.NEVER);
        options.authorityFile().ifPresent(file -> builder.sslContext(trusting(authorityKey, file)));
        this.client = builder.build();
    }

    CompletableFuture<String> get() {
        return send(template.copy().GET());
    }

    CompletableFuture<String> post(String json) {
        return send(
                template.copy()
                        .header("Content-Type", JSON)
                        .POST(HttpRequest.BodyPublishers.ofString(json)));
    }

    private CompletableFuture<String> send(HttpRequest.Builder request) {
        try {
            request.timeout(PATIENCE).header("Accept", JSON);
            if (tokenFile.isPresent()) {
                request.header(
                        "Authorization", "Bearer " + Files.readString(tokenFile.get()).strip());
            }
        } catch (IOException | IllegalArgumentException unreadable) {
            return CompletableFuture.failedFuture(unreadable);
        }
        CompletableFuture<HttpResponse<String>> exchange =
                client.sendAsync(
                        request.build(),
                        HttpResponse.BodyHandlers.limiting(
                                HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8),
                                MOST_BYTES));
        // The client's own patience ends with the head of the answer.
        return exchange.thenApply(
                        response -> {
                            if (response.statusCode() / 100 != 2) {
                                throw new CompletionException(
                                        new IOException("it answered " + response.statusCode()));
                            }
                            return response.body();
                        })
                .orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((answer, failure) -> exchange.cancel(true));
    }

    private static SSLContext trusting(String key, Path file) {
        try (InputStream pem = Files.newInputStream(file)) {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
                store.setCertificateEntry("authority-" + store.size(), certificate);
            }
            if (store.size() == 0) {
                throw new IllegalArgumentException(key + "=" + file + " has no certificate");
            }
            TrustManagerFactory trust =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException unusable) {
            throw new IllegalArgumentException(
                    key + "=" + file + " cannot be used: " + unusable, unusable);
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
