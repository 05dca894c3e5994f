package dev.zspool.identity;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;

/// Has tokens reviewed by the cluster (`authentication.k8s.io/v1`, TokenReview), which also knows
/// those that were revoked. Thread-safe.
final class TokenReviews implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(TokenReviews.class);
    private static final String KEY = "zspool.security.token-review.url";
    private static final int MOST_AT_ONCE = 64;

    private final ObjectMapper json = new ObjectMapper();
    private final Semaphore free = new Semaphore(MOST_AT_ONCE);
    private final SecurityOptions.Review options;
    private final AttemptBuckets complaints;
    private final IdentityServer server;

    TokenReviews(SecurityOptions.Review options, Executor executor, LongSupplier millis) {
        this.options = options;
        this.complaints = AttemptBuckets.ofComplaints(millis);
        this.server =
                new IdentityServer(
                        KEY,
                        options.url().toString(),
                        "zspool.security.token-review.ca-file",
                        options.server(),
                        executor);
    }

    /// What the cluster says of a token.
    sealed interface Verdict {
        /// It is good.
        ///
        /// @param name whose it is
        /// @param subjects what its bearer is, see {@link SubjectGrants}
        record Good(String name, List<String> subjects) implements Verdict {}

        /// It is not.
        record Bad() implements Verdict {}

        /// Nobody knows: the cluster did not answer, or too many are asked for.
        record Unknown() implements Verdict {}
    }

    /// Has a token reviewed.
    CompletableFuture<Verdict> review(String token) {
        if (!free.tryAcquire()) {
            return CompletableFuture.completedFuture(new Verdict.Unknown());
        }
        return server.post(question(token))
                .thenApply(this::verdict)
                .handle((verdict, failure) -> {
                    free.release();
                    if (failure != null) {
                        // Whoever sends wrong tokens could fill the disk with it.
                        if (complaints.tryTake(KEY)) {
                            LOG.errorf("%s did not review a token: %s", options.url(), failure);
                        }
                        return new Verdict.Unknown();
                    }
                    return verdict;
                });
    }

    private String question(String token) {
        ObjectNode review = json.createObjectNode();
        review.put("apiVersion", "authentication.k8s.io/v1");
        review.put("kind", "TokenReview");
        ObjectNode spec = review.putObject("spec");
        spec.put("token", token);
        options.audiences().forEach(spec.putArray("audiences")::add);
        return review.toString();
    }

    /// A cluster that does not know audiences leaves them out, and then the token may be for
    /// anybody.
    private Verdict verdict(String answer) {
        JsonNode status;
        try {
            status = json.readTree(answer).path("status");
        } catch (JsonProcessingException none) {
            throw new IllegalStateException("it did not answer with JSON", none);
        }
        boolean isForUs =
                texts(status.path("audiences")).stream().anyMatch(options.audiences()::contains);
        String name = status.at("/user/username").asText("");
        if (!status.path("authenticated").asBoolean(false) || !isForUs || name.isEmpty()) {
            return new Verdict.Bad();
        }
        List<String> subjects = new ArrayList<>(List.of("sub:" + name));
        texts(status.at("/user/groups")).forEach(group -> subjects.add("group:" + group));
        return new Verdict.Good(name, subjects);
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(text -> texts.add(text.asText()));
        return texts;
    }

    @Override
    public void close() {
        server.close();
    }
}
