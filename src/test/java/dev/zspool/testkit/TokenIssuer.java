package dev.zspool.testkit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.smallrye.jwt.build.Jwt;
import io.smallrye.jwt.build.JwtClaimsBuilder;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.lang.JoseException;

/// A small issuer of tokens, and a cluster that reviews them, on a port of its own.
///
/// `/keys` has its public keys; `POST /review` is the cluster's TokenReview, which knows the tokens
/// of {@link #letReview}.
public final class TokenIssuer implements AutoCloseable {
    /// Who it says that it is.
    public static final String NAME = "https://issuer.example";

    /// Whom its tokens are meant for.
    public static final String AUDIENCE = "zspool";

    private final HttpServer server;
    private final List<PublicJsonWebKey> published = new CopyOnWriteArrayList<>();
    private final Map<String, String> reviewed = new ConcurrentHashMap<>();
    private final List<String> bearersSeen = new CopyOnWriteArrayList<>();
    private final AtomicInteger fetches = new AtomicInteger();
    private final AtomicInteger reviews = new AtomicInteger();
    private volatile PublicJsonWebKey signing;
    private volatile Optional<Integer> failure = Optional.empty();
    private volatile long delayMillis;

    public TokenIssuer() {
        try {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        signing = publishNewKey("RSA");
        server.createContext("/keys", this::answerKeys);
        server.createContext("/review", this::answerReview);
        server.setExecutor(
                java.util.concurrent.Executors.newFixedThreadPool(
                        4, Thread.ofPlatform().daemon().name("issuer-", 0).factory()));
        server.start();
    }

    /// Where its keys are.
    public String keysUrl() {
        return url("/keys");
    }

    /// Where tokens are reviewed.
    public String reviewUrl() {
        return url("/review");
    }

    private String url(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    private PublicJsonWebKey publishNewKey(String kind) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(kind);
            if (kind.equals("EC")) {
                generator.initialize(new ECGenParameterSpec("secp256r1"));
            } else {
                generator.initialize(2048);
            }
            KeyPair pair = generator.generateKeyPair();
            PublicJsonWebKey key = PublicJsonWebKey.Factory.newPublicJwk(pair.getPublic());
            key.setPrivateKey(pair.getPrivate());
            key.setKeyId("key-" + System.nanoTime());
            key.setUse("sig");
            published.add(key);
            return key;
        } catch (GeneralSecurityException | JoseException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /// Signs with a new key from now on, and publishes it.
    ///
    /// @param kind `RSA` or `EC`
    /// @param keepsOld whether the old keys stay good
    public void rotate(String kind, boolean keepsOld) {
        List<PublicJsonWebKey> old = List.copyOf(published);
        signing = publishNewKey(kind);
        if (!keepsOld) {
            published.removeAll(old);
        }
    }

    /// Signs with a key that it does not publish.
    public void signSecretly() {
        signing = publishNewKey("RSA");
        published.remove(signing);
    }

    /// Its public keys, as a JWK set.
    public String keySet() {
        return new JsonWebKeySet(published).toJson(JsonWebKey.OutputControlLevel.PUBLIC_ONLY);
    }

    /// The claims of a good token, to be changed.
    public static JwtClaimsBuilder claims(String subject, String... groups) {
        return Jwt.issuer(NAME)
                .audience(AUDIENCE)
                .subject(subject)
                .groups(new java.util.HashSet<>(List.of(groups)))
                .expiresIn(300);
    }

    /// Signs claims.
    public String sign(JwtClaimsBuilder claims) {
        PublicJsonWebKey with = signing;
        return claims.jws().keyId(with.getKeyId()).sign(with.getPrivateKey());
    }

    /// A good token.
    public String token(String subject, String... groups) {
        return sign(claims(subject, groups));
    }

    /// Lets a review of a token find this: the `status` of the answer.
    public void letReview(String token, String status) {
        reviewed.put(token, status);
    }

    /// The `status` of a review that finds a token good.
    public static String good(String name, String audience, String... groups) {
        JsonObject user = new JsonObject().put("username", name).put("groups", List.of(groups));
        return new JsonObject()
                .put("authenticated", true)
                .put("audiences", List.of(audience))
                .put("user", user)
                .encode();
    }

    /// Answers everything with a status of HTTP, until told otherwise.
    public void fail(Optional<Integer> status) {
        failure = status;
    }

    /// Answers reviews after this time only.
    public void delay(long millis) {
        delayMillis = millis;
    }

    /// How often its keys were asked for.
    public int fetches() {
        return fetches.get();
    }

    /// How many reviews it was asked for.
    public int reviews() {
        return reviews.get();
    }

    /// What those who asked showed.
    public List<String> bearersSeen() {
        return List.copyOf(bearersSeen);
    }

    private void answerKeys(HttpExchange exchange) throws IOException {
        fetches.incrementAndGet();
        answer(exchange, keySet());
    }

    private void answerReview(HttpExchange exchange) throws IOException {
        reviews.incrementAndGet();
        try {
            Thread.sleep(delayMillis);
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
        String question =
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String status =
                reviewed.entrySet().stream()
                        .filter(known -> question.contains('"' + known.getKey() + '"'))
                        .map(Map.Entry::getValue)
                        .findFirst()
                        .orElse("{\"authenticated\":false,\"error\":\"not known\"}");
        answer(
                exchange,
                "{\"apiVersion\":\"authentication.k8s.io/v1\",\"kind\":\"TokenReview\",\"status\":"
                        + status
                        + "}");
    }

    private void answer(HttpExchange exchange, String text) throws IOException {
        String shown = exchange.getRequestHeaders().getFirst("Authorization");
        bearersSeen.add(shown == null ? "" : shown);
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(failure.orElse(200), body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
