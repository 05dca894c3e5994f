package dev.zspool.identity;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// The keys that an issuer signs with, from a file or from its address; fetched anew every minute,
/// and when a token names one that is not among them. Thread-safe.
final class SigningKeys implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(SigningKeys.class);
    private static final String KEY = "zspool.security.jwt.keys";
    private static final long FRESH_MILLIS = 60_000;

    /// Tokens that name keys nobody has must not become requests to the issuer.
    private static final int UNKNOWN_BURST = 5;

    private static final long UNKNOWN_MILLIS = 5_000;

    private final SecurityOptions.Jwt options;
    private final LongSupplier millis;
    private final AttemptBuckets fetches;
    private final AttemptBuckets complaints;
    private final Optional<ReloadedFile<SignedTokens>> file;
    private final Optional<IdentityServer> server;
    private final AtomicReference<@Nullable CompletableFuture<Void>> underway =
            new AtomicReference<>();
    private volatile Fetched fetched = new Fetched("", Optional.empty(), Long.MIN_VALUE);

    /// What the issuer said last.
    private record Fetched(String text, Optional<SignedTokens> tokens, long atMillis) {}

    /// @throws IllegalArgumentException when there is no such file, or it has no keys
    SigningKeys(SecurityOptions.Jwt options, Executor executor, LongSupplier millis) {
        this.options = options;
        this.millis = millis;
        this.complaints = AttemptBuckets.ofComplaints(millis);
        this.fetches = new AttemptBuckets(UNKNOWN_BURST, UNKNOWN_MILLIS, millis, 0);
        if (isAddress(options.keys())) {
            this.file = Optional.empty();
            this.server =
                    Optional.of(
                            new IdentityServer(
                                    KEY,
                                    options.keys(),
                                    "zspool.security.jwt.keys-ca-file",
                                    options.server(),
                                    executor));
        } else {
            this.file =
                    Optional.of(
                            new ReloadedFile<>(
                                    KEY,
                                    Path.of(options.keys()),
                                    lines -> new SignedTokens(options, String.join("\n", lines))));
            this.server = Optional.empty();
        }
    }

    private static boolean isAddress(String keys) {
        return keys.startsWith("https://") || keys.startsWith("http://");
    }

    /// Who reads tokens by the newest keys; empty as long as they could not be fetched.
    Optional<SignedTokens> tokens() {
        return file.map(known -> Optional.of(known.value())).orElseGet(() -> fetched.tokens);
    }

    /// Looks for newer keys, as long as not too many want that.
    ///
    /// @return completes when that is done, whatever came of it
    CompletableFuture<Void> renewForUnknown() {
        if (server.isEmpty() || (fetched.tokens.isPresent() && !fetches.tryTake(KEY))) {
            return CompletableFuture.completedFuture(null);
        }
        return fetch(server.get());
    }

    /// Looks for newer keys when those that we have are old. One thread at a time.
    void refresh() {
        file.ifPresent(ReloadedFile::refresh);
        boolean isOld = millis.getAsLong() - fetched.atMillis > FRESH_MILLIS;
        if (isOld && server.isPresent() && fetched.tokens.isPresent()) {
            var _ = fetch(server.get());
        }
    }

    private CompletableFuture<Void> fetch(IdentityServer from) {
        CompletableFuture<Void> own = new CompletableFuture<>();
        CompletableFuture<Void> others = underway.compareAndExchange(null, own);
        if (others != null) {
            return others;
        }
        var _ =
                from.get()
                        .thenAccept(this::take)
                        .whenComplete((done, failure) -> {
                            underway.set(null);
                            if (failure != null && complaints.tryTake(KEY)) {
                                LOG.errorf("%s=%s: %s", KEY, options.keys(), causeOf(failure));
                            }
                            own.complete(null);
                        });
        return own;
    }

    private void take(String text) {
        Fetched before = fetched;
        Optional<SignedTokens> tokens =
                text.equals(before.text)
                        ? before.tokens
                        : Optional.of(new SignedTokens(options, text));
        fetched = new Fetched(text, tokens, millis.getAsLong());
    }

    private static String causeOf(Throwable failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        return cause instanceof IOException || cause instanceof IllegalArgumentException
                ? cause.getClass().getSimpleName() + ": " + cause.getMessage()
                : cause.toString();
    }

    @Override
    public void close() {
        server.ifPresent(IdentityServer::close);
    }
}
