package dev.zspool.crash;

import dev.zspool.stress.ChaosViolation;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// Client threads that write to a service until it is killed: some share out the handles of the
/// lasting pools, one each makes, changes and destroys a pool of its own, one changes the settings
/// of lasting pools, evicts and takes snapshots.
final class CrashLoad {
    private static final int WRITERS = 4;

    private final CrashModel model;
    private final CrashClient client;
    private final BlobWriter writer;
    private final SplittableRandom seeds;
    private final String snapshotPrefix;
    private final List<Thread> threads = new ArrayList<>();
    private final List<TakenSnapshot> snapshots = new ArrayList<>();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final LongAdder evictions = new LongAdder();
    private final LongAdder poolChanges = new LongAdder();
    private volatile boolean isEnding;

    /// A snapshot that the service says is done.
    ///
    /// @param window when it was taken
    record TakenSnapshot(String name, Window window) {}

    /// @param snapshotPrefix of the names of its snapshots, empty for none
    CrashLoad(CrashModel model, CrashClient client, SplittableRandom seeds, String snapshotPrefix) {
        this.model = model;
        this.client = client;
        this.writer = new BlobWriter(client);
        this.seeds = seeds;
        this.snapshotPrefix = snapshotPrefix;
    }

    @FunctionalInterface
    private interface Step {
        void run(SplittableRandom random) throws IOException;
    }

    /// Everything at once.
    void start() {
        startWriters();
        for (ModelPool pool : model.passing()) {
            run(random -> churn(pool, random));
        }
        run(this::manage);
    }

    /// Only writes of blobs in the lasting pools.
    void startWriters() {
        for (int i = 0; i < WRITERS; i++) {
            List<ModelBlob> own = own(i);
            run(random -> writer.step(own.get(random.nextInt(own.size())), 0, random));
        }
    }

    private List<ModelBlob> own(int thread) {
        List<ModelBlob> own = new ArrayList<>();
        for (ModelPool pool : model.lasting()) {
            for (int i = thread; i < pool.blobs().size(); i += WRITERS) {
                own.add(pool.blobs().get(i));
            }
        }
        return own;
    }

    private void run(Step step) {
        SplittableRandom random = seeds.split();
        threads.add(
                Thread.ofPlatform()
                        .name("crash-client-" + threads.size())
                        .daemon()
                        .start(() -> loop(step, random)));
    }

    private void loop(Step step, SplittableRandom random) {
        try {
            while (!isEnding && failure.get() == null) {
                step.run(random);
            }
        } catch (IOException noAnswer) {
            if (!isEnding) {
                failure.compareAndSet(null, noAnswer);
            }
        } catch (Throwable thrown) {
            failure.compareAndSet(null, thrown);
        }
    }

    /// From now on it is no wonder when there is no answer.
    void expectEnd() {
        isEnding = true;
    }

    /// Waits for the threads, which end when the service does or when they were told.
    ///
    /// @throws ChaosViolation when an answer was wrong, or there was none before the end
    void join() throws InterruptedException {
        for (Thread thread : threads) {
            thread.join();
        }
        Throwable thrown = failure.get();
        if (thrown != null) {
            throw new IllegalStateException("a client failed: " + thrown.getMessage(), thrown);
        }
    }

    List<TakenSnapshot> snapshots() {
        return snapshots;
    }

    private void churn(ModelPool pool, SplittableRandom random) throws IOException {
        PoolState now = pool.state();
        if (!now.isPresent() || random.nextInt(12) == 0) {
            String durability = random.nextBoolean() ? "sync" : "async";
            change(
                    pool,
                    new PoolState(
                            now.version() + 1,
                            now.generation(),
                            now.isPresent() ? now.durability() : durability,
                            CrashModel.LIMIT_BYTES));
        } else if (random.nextInt(25) == 0) {
            destroy(pool);
        } else {
            List<ModelBlob> blobs = pool.blobs();
            writer.step(blobs.get(random.nextInt(blobs.size())), now.generation(), random);
        }
    }

    private void change(ModelPool pool, PoolState state) throws IOException {
        boolean existed = pool.state().isPresent();
        History.Attempt<PoolState> attempt = pool.history().begin(state);
        HttpResponse<byte[]> response =
                client.json("PUT", "/v1/pools/" + pool.name(), state.json());
        require(response, existed ? 200 : 201, "change of pool " + pool);
        pool.history().answered(attempt, null);
        poolChanges.increment();
    }

    private void destroy(ModelPool pool) throws IOException {
        PoolState now = pool.state();
        int generation = now.generation() + 1;
        History.Attempt<PoolState> attempt =
                pool.history().begin(PoolState.absent(now.version(), generation));
        List<History.Attempt<BlobState>> ends = new ArrayList<>();
        for (ModelBlob blob : pool.blobs()) {
            ends.add(blob.history().begin(BlobState.absent(blob.nextVersion(), generation)));
        }
        HttpResponse<byte[]> response = client.delete("/v1/pools/" + pool.name() + "?force=true");
        require(response, 204, "end of pool " + pool);
        pool.history().answered(attempt, null);
        for (int i = 0; i < ends.size(); i++) {
            pool.blobs().get(i).history().answered(ends.get(i), null);
        }
        poolChanges.increment();
    }

    private void manage(SplittableRandom random) throws IOException {
        List<ModelPool> pools = model.lasting();
        ModelPool pool = pools.get(random.nextInt(pools.size()));
        int choice = random.nextInt(100);
        if (choice < 10) {
            PoolState now = pool.state();
            change(
                    pool,
                    new PoolState(now.version() + 1, 0, now.durability(), now.baseLimitBytes()));
        } else if (choice < 40) {
            evict(pool, random);
        } else if (choice < 60 && !snapshotPrefix.isEmpty() && snapshots.isEmpty()) {
            snapshot();
        } else {
            require(client.get("/v1/pools/" + pool.name()), 200, "statistics of pool " + pool);
        }
    }

    private void evict(ModelPool pool, SplittableRandom random) throws IOException {
        if (pool.state().durability().equals("none")) {
            return;
        }
        HttpResponse<byte[]> response =
                client.json(
                        "POST",
                        "/v1/pools/" + pool.name() + "/eviction",
                        "{\"releaseBytes\":" + random.nextInt(1, 10_000_000) + "}");
        // One at a time: another one may run, of our own or the service's.
        if (response.statusCode() != 409) {
            require(response, 200, "eviction of pool " + pool);
            evictions.increment();
        }
    }

    private void snapshot() throws IOException {
        String name = snapshotPrefix + snapshots.size();
        ModelPool any = model.lasting().getFirst();
        long from = System.nanoTime();
        HttpResponse<byte[]> response =
                client.json(
                        "POST",
                        "/v1/pools/" + any.name() + "/snapshot",
                        "{\"name\":\"" + name + "\"}");
        if (response.statusCode() >= 300) {
            throw new ChaosViolation(
                    "snapshot: " + response.statusCode() + ' ' + CrashClient.text(response));
        }
        snapshots.add(new TakenSnapshot(name, new Window(from, System.nanoTime(), 0)));
    }

    static void require(HttpResponse<byte[]> response, int status, String what) {
        if (response.statusCode() != status) {
            throw new ChaosViolation(
                    what
                            + ": "
                            + response.statusCode()
                            + " instead of "
                            + status
                            + ' '
                            + CrashClient.text(response));
        }
    }

    String summary() {
        return writer.summary()
                + ", "
                + poolChanges
                + " changes of pools, "
                + evictions
                + " evictions, "
                + snapshots.size()
                + " snapshots";
    }
}
