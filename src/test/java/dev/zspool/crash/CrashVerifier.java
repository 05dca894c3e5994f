package dev.zspool.crash;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAccumulator;

/// Compares a service that was started on a data directory with the model, handle by handle, and
/// its listings with the handles.
final class CrashVerifier {
    private static final int NOT_FOUND = 404;

    private final CrashClient client;
    private final Window window;
    private final boolean isSettling;
    private final LongAccumulator longestLossNanos = new LongAccumulator(Math::max, 0);
    private final List<String> violations = Collections.synchronizedList(new ArrayList<>());

    /// @param isSettling whether what is found is what the model goes on from
    CrashVerifier(CrashClient client, Window window, boolean isSettling) {
        this.client = client;
        this.window = window;
        this.isSettling = isSettling;
    }

    /// How long the oldest write that was lost had been answered; 0 when none was.
    long longestLossNanos() {
        return longestLossNanos.get();
    }

    /// What is wrong, a line each; empty when all is well.
    List<String> verify(List<ModelPool> pools) throws IOException {
        for (ModelPool pool : pools) {
            verify(pool);
        }
        return violations;
    }

    private void verify(ModelPool pool) throws IOException {
        HttpResponse<byte[]> response = client.get("/v1/pools/" + pool.name());
        List<History.Attempt<PoolState>> possible =
                pool.history().possible(window.fromNanos(), window.toNanos());
        Optional<PoolState> found =
                possible.reversed().stream()
                        .map(History.Attempt::state)
                        .filter(state -> isAnswerOf(state, response))
                        .findFirst();
        if (found.isEmpty()) {
            violations.add(
                    "pool "
                            + pool
                            + ": "
                            + response.statusCode()
                            + ' '
                            + CrashClient.text(response)
                            + "; possible: "
                            + possible);
            return;
        }
        PoolState state = found.get();
        if (isSettling) {
            pool.history().settle(state, null);
        }
        List<String> present = Collections.synchronizedList(new ArrayList<>());
        List<String> unsure = Collections.synchronizedList(new ArrayList<>());
        pool.blobs().parallelStream().forEach(blob -> verify(blob, state, present, unsure));
        if (state.isPresent()) {
            verifyListing(pool, present, unsure);
        }
    }

    private static boolean isAnswerOf(PoolState state, HttpResponse<byte[]> response) {
        return state.isPresent()
                ? response.statusCode() == 200 && state.isIn(CrashClient.text(response))
                : response.statusCode() == NOT_FOUND;
    }

    private void verify(ModelBlob blob, PoolState pool, List<String> present, List<String> unsure) {
        List<History.Attempt<BlobState>> possible = possible(blob, pool);
        long asked = System.currentTimeMillis();
        HttpResponse<byte[]> response;
        try {
            response = client.get(blob.path());
        } catch (IOException failure) {
            throw new UncheckedIOException(blob.key(), failure);
        }
        Optional<History.Attempt<BlobState>> found =
                BlobJudge.writeOf(blob, possible, response, asked);
        boolean isThere = response.statusCode() == 200;
        found.ifPresent(write ->
                longestLossNanos.accumulate(blob.history().lossNanos(write, window.fromNanos())));
        if (found.isEmpty()) {
            violations.add(BlobJudge.blame(blob, possible, response));
        } else if (isSettling) {
            BlobState state = found.get().state();
            blob.history()
                    .settle(
                            isThere ? state : BlobState.absent(state.version(), pool.generation()),
                            isThere ? CrashClient.etag(response) : null);
        }
        if (isThere) {
            boolean mayEnd = found.map(write -> write.state().isMortal()).orElse(true);
            (mayEnd ? unsure : present).add(blob.handle());
        }
    }

    private List<History.Attempt<BlobState>> possible(ModelBlob blob, PoolState pool) {
        History<BlobState> empty = new History<>(BlobState.absent(0, pool.generation()));
        List<History.Attempt<BlobState>> nothing = List.of(empty.last());
        if (!pool.isPresent() || pool.durability().equals("none")) {
            return nothing;
        }
        List<History.Attempt<BlobState>> possible =
                blob.history().possible(window.answeredByNanos(pool), window.toNanos()).stream()
                        .filter(attempt -> attempt.state().generation() == pool.generation())
                        .toList();
        return possible.isEmpty() ? nothing : possible;
    }

    private void verifyListing(ModelPool pool, List<String> present, List<String> unsure)
            throws IOException {
        List<String> twice = new ArrayList<>();
        Set<String> listed = client.list(pool.name(), twice);
        if (!twice.isEmpty()) {
            violations.add("pool " + pool + " lists twice: " + twice);
        }
        for (String handle : present) {
            if (!listed.remove(handle)) {
                violations.add("pool " + pool + " does not list " + handle);
            }
        }
        unsure.forEach(listed::remove);
        if (!listed.isEmpty()) {
            violations.add("pool " + pool + " lists what is not there: " + listed);
        }
    }
}
