package dev.zspool.crash;

import dev.zspool.stress.ChaosViolation;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Stores, replaces, deletes and reads blobs, with conditions and without, and notes in their
/// histories what was answered.
final class BlobWriter {
    private static final int[] SIZES = {
        0, 1, 15, 100, 700, 1_000, 3_600, 4_097, 20_000, 65_536, 70_000, 200_000
    };
    private static final int[] LARGE_SIZES = {1_000_000, 1_500_000, 3_000_000};
    private static final String NO_ETAG = "\"0000000000000000-0\"";
    private static final long LONG_LIFE_SECONDS = 3600;
    private static final long MILLIS_PER_SECOND = 1000;

    /// No request takes as long.
    private static final long LONGEST_REQUEST_MILLIS = 10_000;

    private final CrashClient client;
    private final LongAdder stored = new LongAdder();
    private final LongAdder deleted = new LongAdder();
    private final LongAdder failedConditions = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder reads = new LongAdder();

    BlobWriter(CrashClient client) {
        this.client = client;
    }

    /// Does something with a blob.
    ///
    /// @throws IOException when there was no answer
    /// @throws ChaosViolation when it was wrong
    void step(ModelBlob blob, int generation, SplittableRandom random) throws IOException {
        int choice = random.nextInt(100);
        if (choice < 50) {
            put(blob, next(blob, generation, random), Condition.NONE);
        } else if (choice < 65) {
            putIf(blob, next(blob, generation, random), random);
        } else if (choice < 85) {
            delete(blob, generation);
        } else {
            read(blob);
        }
    }

    private static BlobState next(ModelBlob blob, int generation, SplittableRandom random) {
        int[] sizes = random.nextInt(20) == 0 ? LARGE_SIZES : SIZES;
        int size = sizes[random.nextInt(sizes.length)];
        size -= size == 0 ? 0 : random.nextInt(Math.min(size, 7));
        long seconds =
                switch (random.nextInt(12)) {
                    case 0 -> LONG_LIFE_SECONDS;
                    case 1 -> random.nextInt(1, 4);
                    default -> 0;
                };
        if (seconds == 0) {
            return new BlobState(
                    blob.nextVersion(), generation, size, BlobState.NEVER, BlobState.NEVER);
        }
        long ends = System.currentTimeMillis() + seconds * MILLIS_PER_SECOND;
        return new BlobState(
                blob.nextVersion(), generation, size, ends, ends + LONGEST_REQUEST_MILLIS);
    }

    private enum Condition {
        NONE,
        MATCHES,
        NEVER_MATCHES,
        CREATES
    }

    private void putIf(ModelBlob blob, BlobState state, SplittableRandom random)
            throws IOException {
        boolean isThere = blob.history().last().state().isPresent();
        Condition condition =
                switch (random.nextInt(4)) {
                    case 0 -> Condition.NEVER_MATCHES;
                    case 1 -> Condition.CREATES;
                    default -> isThere ? Condition.MATCHES : Condition.CREATES;
                };
        put(blob, state, condition);
    }

    private void put(ModelBlob blob, BlobState state, Condition condition) throws IOException {
        History.Attempt<BlobState> before = blob.history().last();
        long asked = System.currentTimeMillis();
        boolean mayBeThere = mayBeThere(before.state(), asked);
        // What its condition forbids is no attempt: it may never be seen.
        boolean mayHappen =
                switch (condition) {
                    case NONE -> true;
                    case MATCHES -> mayBeThere;
                    case NEVER_MATCHES -> false;
                    case CREATES -> before.state().mayBeGone(asked + LONGEST_REQUEST_MILLIS);
                };
        History.Attempt<BlobState> attempt = mayHappen ? blob.history().begin(state) : null;
        HttpResponse<byte[]> response =
                client.send(
                        "PUT",
                        blob.path() + life(state, asked),
                        state.content(blob.key()),
                        headers(state, condition, before.etag()));
        int status = response.statusCode();
        boolean mayBeGone = before.state().mayBeGone(System.currentTimeMillis());
        boolean isExpected =
                switch (status) {
                    case 201 -> mayHappen && mayBeGone && condition != Condition.MATCHES;
                    case 204 -> mayHappen && mayBeThere && condition != Condition.CREATES;
                    case 412 ->
                            switch (condition) {
                                case NONE -> false;
                                case MATCHES -> mayBeGone;
                                case NEVER_MATCHES -> true;
                                case CREATES -> mayBeThere;
                            };
                    case 503, 507 -> true;
                    default -> false;
                };
        expect(isExpected, "PUT (" + condition + ") of " + state, blob, before, response);
        conclude(blob, attempt, response);
    }

    private void conclude(
            ModelBlob blob,
            History.@Nullable Attempt<BlobState> attempt,
            HttpResponse<byte[]> response) {
        boolean isDone = response.statusCode() < 300;
        if (isDone && attempt != null) {
            blob.history().answered(attempt, CrashClient.etag(response));
            stored.increment();
        } else {
            if (attempt != null) {
                blob.history().refused(attempt);
            }
            (response.statusCode() == 412 ? failedConditions : refused).increment();
        }
    }

    private static String life(BlobState state, long nowMillis) {
        if (!state.isMortal()) {
            return "";
        }
        long millis = state.endsFromMillis() - nowMillis;
        return "?ttl=" + Math.max(1, (millis + MILLIS_PER_SECOND - 1) / MILLIS_PER_SECOND);
    }

    private static String[] headers(BlobState state, Condition condition, @Nullable String etag) {
        List<String> type = List.of("Content-Type", state.contentType());
        List<String> more =
                switch (condition) {
                    case NONE -> List.of();
                    case MATCHES -> List.of("If-Match", etag == null ? "*" : etag);
                    case NEVER_MATCHES -> List.of("If-Match", NO_ETAG);
                    case CREATES -> List.of("If-None-Match", "*");
                };
        return Stream.of(type, more).flatMap(List::stream).toArray(String[]::new);
    }

    private static boolean mayBeThere(BlobState state, long nowMillis) {
        return state.isPresent() && nowMillis < state.endsByMillis();
    }

    private void delete(ModelBlob blob, int generation) throws IOException {
        History.Attempt<BlobState> before = blob.history().last();
        boolean mayBeThere = mayBeThere(before.state(), System.currentTimeMillis());
        History.Attempt<BlobState> attempt =
                blob.history().begin(BlobState.absent(blob.nextVersion(), generation));
        HttpResponse<byte[]> response = client.delete(blob.path());
        boolean mayBeGone = before.state().mayBeGone(System.currentTimeMillis());
        int status = response.statusCode();
        expect(
                (status == 204 && mayBeThere) || (status == 404 && mayBeGone) || status == 503,
                "DELETE",
                blob,
                before,
                response);
        if (status == 503) {
            blob.history().refused(attempt);
            refused.increment();
        } else {
            blob.history().answered(attempt, null);
            deleted.increment();
        }
    }

    private void read(ModelBlob blob) throws IOException {
        long now = System.nanoTime();
        List<History.Attempt<BlobState>> possible = blob.history().possible(now, now);
        long asked = System.currentTimeMillis();
        HttpResponse<byte[]> response = client.get(blob.path());
        if (BlobJudge.writeOf(blob, possible, response, asked).isEmpty()) {
            throw new ChaosViolation("while it ran: " + BlobJudge.blame(blob, possible, response));
        }
        reads.increment();
    }

    private static void expect(
            boolean isExpected,
            String what,
            ModelBlob blob,
            History.Attempt<BlobState> before,
            HttpResponse<byte[]> response) {
        if (!isExpected) {
            throw new ChaosViolation(
                    blob.key()
                            + ": "
                            + what
                            + " was answered "
                            + response.statusCode()
                            + ' '
                            + CrashClient.text(response)
                            + ", before: "
                            + before);
        }
    }

    String summary() {
        return stored
                + " stored, "
                + deleted
                + " deleted, "
                + failedConditions
                + " failed conditions, "
                + refused
                + " refused, "
                + reads
                + " read";
    }
}
