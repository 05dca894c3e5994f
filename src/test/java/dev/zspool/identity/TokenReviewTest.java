package dev.zspool.identity;

import static dev.zspool.identity.TestCallers.show;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.testkit.TokenIssuer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// Tokens that a cluster reviews.
class TokenReviewTest {
    @TempDir Path folder;
    private final TokenIssuer cluster = new TokenIssuer();
    @RegisterExtension final TestCallers callers = new TestCallers();

    @AfterEach
    void close() {
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
        return callers.of(
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
    @DisplayName("a good answer holds so long, and no longer")
    void remembered() throws IOException {
        cluster.letReview("t", TokenIssuer.good("a", TokenIssuer.AUDIENCE));
        Callers asking = asking(Duration.ofSeconds(10));
        assertInstanceOf(Identification.Known.class, show(asking, "t"));
        cluster.letReview("t", "{\"authenticated\":false}");
        callers.elapsedMillis.set(9_999);
        assertInstanceOf(Identification.Known.class, show(asking, "t"));
        callers.elapsedMillis.set(10_000);
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
    @DisplayName(
            "many requests with one token at the same time are one review, and none is refused")
    void together() throws IOException {
        cluster.letReview("t", TokenIssuer.good("a", TokenIssuer.AUDIENCE));
        cluster.delay(500);
        Callers asking = asking(Duration.ofMinutes(1));
        Credentials shown = new Credentials(Optional.of("Bearer t"), Optional.empty(), "10.0.0.1");
        List<CompletableFuture<Identification>> waiting =
                Stream.generate(() -> asking.identify(shown).toCompletableFuture())
                        .limit(2L * Callers.BURST)
                        .toList();
        for (CompletableFuture<Identification> one : waiting) {
            assertInstanceOf(Identification.Known.class, one.join());
        }
        assertEquals(1, cluster.reviews());
    }

    @Test
    @Timeout(60)
    @DisplayName("a cluster that stops in the middle of its answer keeps nobody waiting for ever")
    void stalls() throws IOException {
        try (ServerSocket stalling = new ServerSocket(0, 0, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> beginAnswer(stalling));
            try (IdentityServer server =
                    new IdentityServer(
                            "url",
                            "http://127.0.0.1:" + stalling.getLocalPort(),
                            "ca",
                            new SecurityOptions.Server(Optional.empty(), Optional.empty()),
                            ForkJoinPool.commonPool())) {
                CompletableFuture<String> answer = server.post("{}");
                CompletionException failure = assertThrows(CompletionException.class, answer::join);
                assertInstanceOf(TimeoutException.class, failure.getCause());
            }
        }
    }

    /// The connection stays open until its server is closed.
    private static void beginAnswer(ServerSocket stalling) {
        try (Socket connection = stalling.accept()) {
            connection
                    .getOutputStream()
                    .write(
                            "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"
                                    .getBytes(StandardCharsets.US_ASCII));
            while (connection.getInputStream().read() >= 0) {
                // The question, and then nothing until the other side gives up.
            }
        } catch (IOException closed) {
            throw new UncheckedIOException(closed);
        }
    }

    @Test
    @DisplayName("an address that cannot be asked is refused at the start")
    void address() {
        IllegalArgumentException refused =
                assertThrows(
                        IllegalArgumentException.class,
                        () ->
                                new IdentityServer(
                                        "the.key",
                                        "http:///review",
                                        "ca",
                                        new SecurityOptions.Server(
                                                Optional.empty(), Optional.empty()),
                                        ForkJoinPool.commonPool()));
        assertTrue(
                String.valueOf(refused.getMessage()).startsWith("the.key=http:///review"),
                refused.getMessage());
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
