package dev.zspool.identity;

import static dev.zspool.identity.TestCallers.known;
import static dev.zspool.identity.TestCallers.show;
import static dev.zspool.identity.TestCallers.why;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.testkit.TokenIssuer;
import io.smallrye.jwt.build.JwtClaimsBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import javax.crypto.spec.SecretKeySpec;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.lang.JoseException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// Signed tokens from a real issuer to a role: keys over HTTP, rotation, and whatever a token may
/// have wrong.
class TokenRoundTripTest {
    private static final Duration SKEW = Duration.ofSeconds(30);

    @TempDir Path folder;
    private final TokenIssuer issuer = new TokenIssuer();
    @RegisterExtension final TestCallers callers = new TestCallers();

    @AfterEach
    void close() {
        issuer.close();
    }

    private Callers asking() {
        return asking(issuer.keysUrl(), "groups", Optional.empty());
    }

    private Callers asking(String keys, String rolesClaim, Optional<Path> ownToken) {
        return callers.of(
                new SecurityOptions(
                        Optional.empty(),
                        grantsFile(),
                        Optional.of(
                                new SecurityOptions.Jwt(
                                        TokenIssuer.NAME,
                                        Set.of(TokenIssuer.AUDIENCE),
                                        keys,
                                        new SecurityOptions.Server(ownToken, Optional.empty()),
                                        rolesClaim,
                                        SKEW)),
                        Optional.empty(),
                        false));
    }

    private Optional<Path> grantsFile() {
        Path file = folder.resolve("grants");
        return Files.exists(file) ? Optional.of(file) : Optional.empty();
    }

    @Test
    @DisplayName("a file of keys that becomes anything else changes nothing, and is read on")
    void brokenFile() throws IOException {
        Path keys = folder.resolve("jwks");
        Files.writeString(keys, issuer.keySet());
        Callers asking = asking(keys.toString(), "groups", Optional.empty());
        var _ = known(asking, issuer.token("a"));
        for (String broken : java.util.List.of("{\"keys\":5}", "{\"keys\":[5]}", "[]", "{}", "")) {
            Files.writeString(keys, broken);
            asking.refresh();
            var _ = known(asking, issuer.token("b"));
        }
        issuer.rotate("EC", false);
        Files.writeString(keys, issuer.keySet());
        asking.refresh();
        var _ = known(asking, issuer.token("c"));
    }

    @Test
    @DisplayName("a token's groups and lines for its subject are its roles")
    void roles() throws IOException {
        Files.writeString(folder.resolve("grants"), "sub:web writer:orders\ngroup:staff reader");
        Callers asking = asking();
        Caller web = known(asking, issuer.token("web", "staff", "users"));
        assertEquals("web", web.name());
        assertEquals(Caller.Way.JWT, web.way());
        assertEquals(Grants.parse("reader,writer:orders"), web.grants());
        assertEquals(
                Grants.parse("operator"),
                known(asking, issuer.token("ops", "zspool-operator")).grants());
        assertEquals(Grants.NONE, known(asking, issuer.token("nobody", "operator")).grants());
    }

    @Test
    @DisplayName("groups may lie deeper, or under a name with slashes")
    void claimPath() {
        JwtClaimsBuilder deep =
                TokenIssuer.claims("ops")
                        .claim(
                                "realm_access",
                                java.util.Map.of("roles", java.util.List.of("zspool-writer")));
        assertEquals(
                Grants.parse("writer"),
                known(
                                asking(issuer.keysUrl(), "realm_access/roles", Optional.empty()),
                                issuer.sign(deep))
                        .grants());
        String name = "https://issuer.example/roles";
        try (Callers other = asking(issuer.keysUrl(), name, Optional.empty())) {
            assertEquals(
                    Grants.parse("reader"),
                    known(
                                    other,
                                    issuer.sign(
                                            TokenIssuer.claims("ops").claim(name, "zspool-reader")))
                            .grants());
        }
    }

    @Test
    @DisplayName("keys rotate: a new one is fetched at once, an old one no longer counts")
    void rotation() {
        Callers asking = asking();
        String first = issuer.token("a");
        var _ = known(asking, first);
        assertEquals(1, issuer.fetches());
        issuer.rotate("EC", true);
        String second = issuer.token("a");
        var _ = known(asking, second);
        assertEquals(2, issuer.fetches());
        var _ = known(asking, first);
        assertEquals(2, issuer.fetches(), "what is known is not asked for");
        issuer.rotate("RSA", false);
        var _ = known(asking, issuer.token("a"));
        assertEquals("The token was signed with a key that is not known", why(asking, first));
        assertEquals("The token was signed with a key that is not known", why(asking, second));
    }

    @Test
    @DisplayName("tokens of keys that nobody has do not become requests to the issuer")
    void unknownKeys() {
        Callers asking = asking();
        var _ = known(asking, issuer.token("a"));
        issuer.signSecretly();
        for (int at = 0; at < 40; at++) {
            assertEquals(
                    "The token was signed with a key that is not known",
                    why(asking, issuer.token("mallory", "zspool-operator")));
        }
        assertTrue(issuer.fetches() <= 7, issuer.fetches() + " fetches");
    }

    @Test
    @DisplayName("expired, not valid yet, and by how much clocks may differ")
    void times() {
        Callers asking = asking();
        Instant now = Instant.now();
        assertEquals(
                "The token has expired",
                why(
                        asking,
                        issuer.sign(
                                TokenIssuer.claims("a")
                                        .issuedAt(now.minusSeconds(600))
                                        .expiresAt(now.minusSeconds(60)))));
        var _ =
                known(
                        asking,
                        issuer.sign(
                                TokenIssuer.claims("a")
                                        .issuedAt(now.minusSeconds(600))
                                        .expiresAt(now.minusSeconds(10))));
        assertEquals(
                "The token is not valid yet",
                why(
                        asking,
                        issuer.sign(
                                TokenIssuer.claims("a")
                                        .claim("nbf", now.plusSeconds(90).getEpochSecond()))));
        var _ =
                known(
                        asking,
                        issuer.sign(
                                TokenIssuer.claims("a")
                                        .claim("nbf", now.plusSeconds(10).getEpochSecond())));
    }

    @Test
    @DisplayName("another audience, another issuer, no subject")
    void others() {
        Callers asking = asking();
        assertEquals(
                "The token is for another audience",
                why(asking, issuer.sign(TokenIssuer.claims("a").audience("vault"))));
        assertEquals(
                "The token is of another issuer",
                why(asking, issuer.sign(TokenIssuer.claims("a").issuer("https://evil.example"))));
        assertInstanceOf(
                Identification.Wrong.class,
                show(asking, issuer.sign(TokenIssuer.claims("a").remove("sub"))));
    }

    @Test
    @DisplayName("no signature, a changed one, or one with the public key as a shared secret")
    void forged() throws JoseException {
        Callers asking = asking();
        String good = issuer.token("a");
        String claims = good.split("\\.", -1)[1];
        String forgedClaims = base64("{\"iss\":\"" + TokenIssuer.NAME + "\",\"sub\":\"root\"}");
        assertInstanceOf(
                Identification.Wrong.class,
                show(asking, base64("{\"alg\":\"none\"}") + '.' + claims + '.'));
        assertInstanceOf(
                Identification.Wrong.class, show(asking, good.replace(claims, forgedClaims)));
        PublicJsonWebKey published =
                (PublicJsonWebKey) new JsonWebKeySet(issuer.keySet()).getJsonWebKeys().getFirst();
        JsonWebSignature shared = new JsonWebSignature();
        shared.setAlgorithmHeaderValue("HS256");
        shared.setKeyIdHeaderValue(published.getKeyId());
        shared.setPayload(
                new String(Base64.getUrlDecoder().decode(claims), StandardCharsets.UTF_8));
        shared.setKey(new SecretKeySpec(published.getPublicKey().getEncoded(), "HmacSHA256"));
        assertInstanceOf(
                Identification.Wrong.class, show(asking, shared.getCompactSerialization()));
        for (String garbage : new String[] {"x", "a.b.c", "..", "", "\u0000", good + "."}) {
            assertInstanceOf(Identification.Wrong.class, show(asking, garbage), garbage);
        }
        var _ = known(asking, good);
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    @DisplayName("an issuer that is away: nobody can tell; what is known goes on; then it heals")
    void issuerIsAway() {
        issuer.fail(Optional.of(503));
        Callers asking = asking();
        assertEquals(new Identification.Unavailable(), show(asking, issuer.token("a")));
        issuer.fail(Optional.empty());
        String good = issuer.token("a");
        var _ = known(asking, good);
        issuer.fail(Optional.of(503));
        var _ = known(asking, good);
        var _ = known(asking, issuer.token("b"));
    }

    @Test
    @DisplayName("keys from a file, and what it says after a change")
    void keysFromFile() throws IOException {
        Path file = folder.resolve("jwks.json");
        Files.writeString(file, issuer.keySet());
        Callers asking = asking(file.toString(), "groups", Optional.empty());
        String first = issuer.token("a");
        var _ = known(asking, first);
        issuer.rotate("RSA", false);
        String second = issuer.token("a");
        assertEquals("The token was signed with a key that is not known", why(asking, second));
        Files.writeString(file, issuer.keySet());
        asking.refresh();
        var _ = known(asking, second);
        assertEquals("The token was signed with a key that is not known", why(asking, first));
        assertEquals(0, issuer.fetches());
    }

    @Test
    @DisplayName("the issuer is shown our own token, as the file has it each time")
    void ownToken() throws IOException {
        Path own = folder.resolve("own");
        Files.writeString(own, "first\n");
        Callers asking = asking(issuer.keysUrl(), "groups", Optional.of(own));
        var _ = known(asking, issuer.token("a"));
        Files.writeString(own, "second\n");
        issuer.rotate("RSA", true);
        var _ = known(asking, issuer.token("a"));
        assertEquals(java.util.List.of("Bearer first", "Bearer second"), issuer.bearersSeen());
    }

    @Test
    @DisplayName("lines about subjects that change count for tokens that are known already")
    void grantsChange() throws IOException {
        Files.writeString(folder.resolve("grants"), "sub:a operator");
        Callers asking = asking();
        String token = issuer.token("a");
        assertEquals(Grants.parse("operator"), known(asking, token).grants());
        Files.writeString(folder.resolve("grants"), "sub:a reader");
        asking.refresh();
        assertEquals(Grants.parse("reader"), known(asking, token).grants());
    }
}
