package dev.zspool.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.zspool.testkit.TokenIssuer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Tokens that a cluster reviews.
class TokenReviewTest {
    @TempDir Path folder;
    private final TokenIssuer cluster = new TokenIssuer();
    private @Nullable Callers callers;

    @AfterEach
    void close() {
        if (callers != null) {
            callers.close();
        }
        cluster.close();
    }

    private Callers asking(Duration remembered) throws IOException {
        Path own = folder.resolve("own");
        Files.writeString(own, "own-token");
        Path grants = folder.resolve("grants");
        Files.writeString(
                grants,
                "sub:system:serviceaccount:shop:web writer:orders\n"
                        + "group:system:serviceaccounts:ops operator");
        Callers made =
                TestCallers.of(
                        new SecurityOptions(
                                Optional.empty(),
                                Optional.of(grants),
                                Optional.empty(),
                                Optional.of(
                                        new SecurityOptions.Review(
                                                URI.create(cluster.reviewUrl()),
                                                Set.of(TokenIssuer.AUDIENCE),
                                                new SecurityOptions.Server(
                                                        Optional.of(own), Optional.empty()),
                                                remembered)),
                                false));
        callers = made;
        return made;
    }

    private static Identification show(Callers asking, String token) {
        return asking.identify(
                        new Credentials(
                                Optional.of("Bearer " + token), Optional.empty(), "10.0.0.1"))
                .toCompletableFuture()
                .join();
    }

    @Test
    @DisplayName("names and groups are those of the cluster; a good answer holds for a while")
    void good() throws IOException {
        cluster.letReview(
                "t1", TokenIssuer.good("system:serviceaccount:shop:web", TokenIssuer.AUDIENCE));
        cluster.letReview(
                "t2",
                TokenIssuer.good("someone", TokenIssuer.AUDIENCE, "system:serviceaccounts:ops"));
        Callers asking = asking(Duration.ofMinutes(1));
        Caller web = assertInstanceOf(Identification.Known.class, show(asking, "t1")).caller();
        assertEquals("system:serviceaccount:shop:web", web.name());
        assertEquals(Caller.Way.TOKEN_REVIEW, web.way());
        assertEquals(Grants.parse("writer:orders"), web.grants());
        Caller ops = assertInstanceOf(Identification.Known.class, show(asking, "t2")).caller();
        assertEquals(Grants.parse("operator"), ops.grants());
        var _ = show(asking, "t1");
        assertEquals(2, cluster.reviews());
        assertEquals(List.of("Bearer own-token", "Bearer own-token"), cluster.bearersSeen());
    }

    @Test
    @DisplayName("a revoked token is refused as soon as the answer is forgotten")
    void revoked() throws IOException {
        cluster.letReview("t", TokenIssuer.good("a", TokenIssuer.AUDIENCE));
        Callers asking = asking(Duration.ZERO);
        assertInstanceOf(Identification.Known.class, show(asking, "t"));
        cluster.letReview("t", "{\"authenticated\":false}");
        assertInstanceOf(Identification.Wrong.class, show(asking, "t"));
    }

    @Test
    @DisplayName("a token for others, and an answer without an audience, is none for us")
    void audience() throws IOException {
        cluster.letReview("other", TokenIssuer.good("a", "vault"));
        cluster.letReview(
                "none", "{\"authenticated\":true,\"user\":{\"username\":\"a\",\"groups\":[]}}");
        cluster.letReview(
                "nameless", "{\"authenticated\":true,\"audiences\":[\"zspool\"],\"user\":{}}");
        Callers asking = asking(Duration.ZERO);
        for (String token : List.of("other", "none", "nameless", "never-seen")) {
            assertInstanceOf(Identification.Wrong.class, show(asking, token), token);
        }
    }

    @Test
    @DisplayName("a token with quotes in it cannot write the question")
    void injection() throws IOException {
        cluster.letReview("good", TokenIssuer.good("a", TokenIssuer.AUDIENCE));
        Callers asking = asking(Duration.ZERO);
        assertInstanceOf(
                Identification.Wrong.class, show(asking, "x\",\"token\":\"good\",\"y\":\"z"));
    }

    @Test
    @DisplayName("a cluster that does not answer: nobody can tell, and nobody is let in")
    void away() throws IOException {
        cluster.letReview("t", TokenIssuer.good("a", TokenIssuer.AUDIENCE));
        cluster.fail(Optional.of(500));
        Callers asking = asking(Duration.ZERO);
        assertEquals(new Identification.Unavailable(), show(asking, "t"));
        cluster.fail(Optional.empty());
        assertInstanceOf(Identification.Known.class, show(asking, "t"));
    }
}
