package dev.zspool.identity;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// Tells whose tokens are: those that an issuer signed, and those that the cluster reviews. What
/// was good is remembered for a while. Thread-safe; nobody waits.
final class BearerTokens implements AutoCloseable {
    private static final int MOST_KNOWN = 1_024;

    /// How long a signed token is not looked at again.
    private static final long REMEMBERED_MILLIS = 60_000;

    private static final long NANOS_PER_MILLI = 1_000_000;

    private final Optional<SigningKeys> signingKeys;
    private final Optional<TokenReviews> reviews;
    private final long reviewMillis;
    private final Supplier<SubjectGrants> grants;
    private final InstantSource clock;
    private final Cache<String, Remembered> known;
    private final Map<String, CompletableFuture<Identification>> underway =
            new ConcurrentHashMap<>();

    /// A token that was good, and by which keys and lines that was found: it holds no longer than
    /// they do.
    private record Remembered(
            Caller caller, long forMillis, Optional<SignedTokens> by, SubjectGrants grants) {}

    /// @param executor does what comes back from other servers
    /// @param clock the time that is in tokens
    /// @param elapsedMillis a time that does not go back
    BearerTokens(
            SecurityOptions options,
            Supplier<SubjectGrants> grants,
            Executor executor,
            InstantSource clock,
            LongSupplier elapsedMillis) {
        this.grants = grants;
        this.clock = clock;
        this.known =
                Caffeine.newBuilder()
                        .maximumSize(MOST_KNOWN)
                        .executor(Runnable::run)
                        .ticker(() -> elapsedMillis.getAsLong() * NANOS_PER_MILLI)
                        .expireAfter(
                                Expiry.<String, Remembered>creating((token, remembered) ->
                                        Duration.ofMillis(remembered.forMillis)))
                        .build();
        this.signingKeys = options.jwt().map(jwt -> new SigningKeys(jwt, executor, elapsedMillis));
        this.reviews =
                options.review().map(review -> new TokenReviews(review, executor, elapsedMillis));
        this.reviewMillis =
                options.review().map(review -> review.remembered().toMillis()).orElse(0L);
    }

    /// Has old keys fetched anew. One thread at a time.
    void refresh() {
        signingKeys.ifPresent(SigningKeys::refresh);
    }

    /// Whose a token is, if that is remembered, or being found out: many requests of its bearer may
    /// wait for that.
    Optional<CompletableFuture<Identification>> find(String token) {
        String key = Sha256.hex(token);
        return Optional.ofNullable(known.getIfPresent(key))
                .filter(this::isStillSo)
                .map(remembered -> now(new Identification.Known(remembered.caller)))
                .or(() -> Optional.ofNullable(underway.get(key)));
    }

    private boolean isStillSo(Remembered remembered) {
        boolean hasSameKeys =
                remembered.by.isEmpty()
                        || signingKeys.flatMap(SigningKeys::tokens).equals(remembered.by);
        return hasSameKeys && grants.get() == remembered.grants;
    }

    /// Finds out whose a token is; once for all who want to know at the same time.
    CompletableFuture<Identification> read(String token) {
        String key = Sha256.hex(token);
        CompletableFuture<Identification> own = new CompletableFuture<>();
        CompletableFuture<Identification> others = underway.putIfAbsent(key, own);
        if (others != null) {
            return others;
        }
        var _ =
                CompletableFuture.completedFuture(token)
                        .thenCompose(this::readAlone)
                        .whenComplete((found, failure) -> {
                            underway.remove(key, own);
                            if (failure == null) {
                                own.complete(found);
                            } else {
                                own.completeExceptionally(failure);
                            }
                        });
        return own;
    }

    private CompletableFuture<Identification> readAlone(String token) {
        if (signingKeys.isEmpty()) {
            return review(token, "The token is not known");
        }
        SigningKeys signing = signingKeys.get();
        Optional<SignedTokens> by = signing.tokens();
        SignedTokens.Reading reading =
                by.map(tokens -> tokens.read(token)).orElse(new SignedTokens.Reading.UnknownKey());
        if (!(reading instanceof SignedTokens.Reading.UnknownKey)) {
            return conclude(reading, by, token);
        }
        return signing.renewForUnknown()
                .thenCompose(renewed -> {
                    Optional<SignedTokens> newest = signing.tokens();
                    return newest.isEmpty()
                            ? now(new Identification.Unavailable())
                            : conclude(newest.get().read(token), newest, token);
                });
    }

    private CompletableFuture<Identification> conclude(
            SignedTokens.Reading reading, Optional<SignedTokens> by, String token) {
        return switch (reading) {
            case SignedTokens.Reading.Good good -> {
                long leftMillis = good.endsEpochMillis() - clock.millis();
                long forMillis = Math.min(REMEMBERED_MILLIS, leftMillis);
                SubjectGrants lines = grants.get();
                Caller caller = new Caller(good.name(), Caller.Way.JWT, lines.of(good.subjects()));
                yield now(remember(token, new Remembered(caller, forMillis, by, lines)));
            }
            case SignedTokens.Reading.Bad bad -> review(token, bad.why());
            case SignedTokens.Reading.UnknownKey _ ->
                    review(token, "The token was signed with a key that is not known");
        };
    }

    /// Asks the cluster, if there is one.
    private CompletableFuture<Identification> review(String token, String otherwise) {
        if (reviews.isEmpty()) {
            return now(new Identification.Wrong(otherwise));
        }
        return reviews.get()
                .review(token)
                .thenApply(verdict ->
                        switch (verdict) {
                            case TokenReviews.Verdict.Good good ->
                                    reviewed(token, good.name(), good.subjects());
                            case TokenReviews.Verdict.Bad _ -> new Identification.Wrong(otherwise);
                            case TokenReviews.Verdict.Unknown _ -> new Identification.Unavailable();
                        });
    }

    private Identification reviewed(String token, String name, List<String> subjects) {
        SubjectGrants lines = grants.get();
        Caller caller = new Caller(name, Caller.Way.TOKEN_REVIEW, lines.of(subjects));
        return remember(token, new Remembered(caller, reviewMillis, Optional.empty(), lines));
    }

    private Identification remember(String token, Remembered remembered) {
        if (remembered.forMillis > 0) {
            known.put(Sha256.hex(token), remembered);
        }
        return new Identification.Known(remembered.caller);
    }

    private static CompletableFuture<Identification> now(Identification identification) {
        return CompletableFuture.completedFuture(identification);
    }

    @Override
    public void close() {
        signingKeys.ifPresent(SigningKeys::close);
        reviews.ifPresent(TokenReviews::close);
    }
}
