package dev.zspool.identity;

import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/// Tells who callers are.
///
/// Thread-safe; nobody waits: what must be asked of another server completes later, on a thread of
/// its own.
public final class Callers implements AutoCloseable {
    private static final Caller ANYBODY = new Caller("anybody", Caller.Way.OPEN, Grants.ALL);
    private static final String BEARER = "Bearer ";

    /// Of wrong keys and tokens of one address; beyond it gets one a second.
    static final int BURST = 50;

    private static final int ATTEMPT_MILLIS = 1_000;

    private final SecurityOptions options;
    private final Optional<ReloadedFile<ApiKeys>> keys;
    private final Optional<ReloadedFile<SubjectGrants>> grants;
    private final Optional<BearerTokens> tokens;
    private final AttemptBuckets attempts;
    private final Map<Refusal, LongAdder> counts = new EnumMap<>(Refusal.class);

    /// Why requests were refused.
    public enum Refusal {
        ABSENT,
        WRONG,
        LIMITED,
        UNAVAILABLE
    }

    /// @param executor does what comes back from other servers
    /// @param clock the time that is in tokens
    /// @param elapsedMillis a time that does not go back, from 0 on
    /// @param salt a random number that nobody knows
    /// @throws IllegalArgumentException when a file is missing or wrong; says which key and line
    public Callers(
            SecurityOptions options,
            Executor executor,
            InstantSource clock,
            LongSupplier elapsedMillis,
            int salt) {
        this.options = options;
        for (Refusal refusal : Refusal.values()) {
            counts.put(refusal, new LongAdder());
        }
        this.attempts = new AttemptBuckets(BURST, ATTEMPT_MILLIS, elapsedMillis, salt);
        this.keys =
                options.apiKeysFile()
                        .map(path ->
                                new ReloadedFile<>(
                                        "zspool.security.api-keys-file", path, ApiKeys::parse));
        this.grants =
                options.grantsFile()
                        .map(path ->
                                new ReloadedFile<>(
                                        "zspool.security.grants-file", path, SubjectGrants::parse));
        this.tokens =
                options.jwt().isPresent() || options.review().isPresent()
                        ? Optional.of(
                                new BearerTokens(
                                        options,
                                        this::subjectGrants,
                                        executor,
                                        clock,
                                        elapsedMillis))
                        : Optional.empty();
    }

    /// Whether anybody is asked who they are.
    public boolean asksForIdentity() {
        return options.asksForIdentity();
    }

    /// How many requests were refused for a reason.
    public long refusals(Refusal refusal) {
        return countOf(refusal).sum();
    }

    /// Reads the files again, and has old keys fetched anew; every few seconds, one thread at a
    /// time.
    public void refresh() {
        keys.ifPresent(ReloadedFile::refresh);
        grants.ifPresent(ReloadedFile::refresh);
        tokens.ifPresent(BearerTokens::refresh);
    }

    /// Who everybody is where nobody is asked.
    public Optional<Caller> everybody() {
        return asksForIdentity() ? Optional.empty() : Optional.of(ANYBODY);
    }

    /// Tells who shows this, where callers are asked.
    public CompletionStage<Identification> identify(Credentials shown) {
        return look(shown).thenApply(this::counted);
    }

    private CompletableFuture<Identification> look(Credentials shown) {
        if (shown.authorization().isPresent()) {
            String header = shown.authorization().get();
            return header.regionMatches(true, 0, BEARER, 0, BEARER.length())
                    ? lookAtToken(
                            header.substring(BEARER.length()).strip(),
                            ClientNetwork.of(shown.address()))
                    : now(new Identification.Wrong("The only scheme known is Bearer"));
        }
        return now(
                shown.certificate()
                        .filter(any -> options.certificates())
                        .map(this::ofCertificate)
                        .orElse(new Identification.Absent()));
    }

    private CompletableFuture<Identification> lookAtToken(String token, String address) {
        // What is cheap to know passes also from an address that much that was wrong came from.
        boolean isKey = ApiKeys.isWrittenLikeOne(token);
        Optional<CompletableFuture<Identification>> known =
                isKey
                        ? keys.flatMap(file -> file.value().find(token))
                                .map(caller -> now(new Identification.Known(caller)))
                        : tokens.flatMap(others -> others.find(token));
        if (known.isPresent()) {
            return known.get();
        }
        if (!attempts.tryTake(address)) {
            return now(new Identification.Limited(1));
        }
        if (isKey || tokens.isEmpty()) {
            return now(new Identification.Wrong("The key is not known"));
        }
        return tokens.get()
                .read(token)
                .thenApply(found -> {
                    if (!(found instanceof Identification.Wrong)) {
                        attempts.giveBack(address);
                    }
                    return found;
                });
    }

    private Identification ofCertificate(X509Certificate certificate) {
        List<String> subjects = CertificateSubjects.of(certificate);
        String name = certificate.getSubjectX500Principal().getName();
        if (name.isEmpty() && !subjects.isEmpty()) {
            name = subjects.getFirst();
        }
        return new Identification.Known(
                new Caller(name, Caller.Way.CERTIFICATE, subjectGrants().of(subjects)));
    }

    private SubjectGrants subjectGrants() {
        return grants.map(ReloadedFile::value).orElse(SubjectGrants.NONE);
    }

    private Identification counted(Identification identification) {
        switch (identification) {
            case Identification.Known _ -> {}
            case Identification.Absent _ -> countOf(Refusal.ABSENT).increment();
            case Identification.Wrong _ -> countOf(Refusal.WRONG).increment();
            case Identification.Limited _ -> countOf(Refusal.LIMITED).increment();
            case Identification.Unavailable _ -> countOf(Refusal.UNAVAILABLE).increment();
        }
        return identification;
    }

    private LongAdder countOf(Refusal refusal) {
        return Objects.requireNonNull(counts.get(refusal));
    }

    private static CompletableFuture<Identification> now(Identification identification) {
        return CompletableFuture.completedFuture(identification);
    }

    @Override
    public void close() {
        tokens.ifPresent(BearerTokens::close);
    }
}
