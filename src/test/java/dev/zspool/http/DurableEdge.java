package dev.zspool.http;

import dev.zspool.blob.BlobHost;
import dev.zspool.blob.BlobPoolOptions;
import dev.zspool.blob.BlobStore;
import dev.zspool.blob.Durability;
import dev.zspool.blob.FullPolicy;
import dev.zspool.codec.BlockCompressor;
import dev.zspool.testkit.Engines;
import dev.zspool.testkit.HeapJournal;
import io.quarkus.test.junit.QuarkusTestProfile;
import jakarta.enterprise.inject.Alternative;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// Pools over a journal that a test can hold, and make fail.
@Alternative
@Singleton
final class DurableEdge {

    private static final long ARENA_BYTES = 128 << 20;
    private static final long BODY_BUDGET_BYTES = 16 << 20;

    private final Engines engines = new Engines();
    private final ExecutorService workers = threads("test-compress-");
    private final ExecutorService readers = threads("test-reader-");

    /// Chooses these pools for a test.
    public static final class Profile implements QuarkusTestProfile {
        @Override
        public Set<Class<?>> getEnabledAlternatives() {
            return Set.of(DurableEdge.class);
        }
    }

    private static ExecutorService threads(String name) {
        return Executors.newFixedThreadPool(
                2, Thread.ofPlatform().daemon().name(name, 0).factory());
    }

    @Produces
    @Singleton
    HeapJournal journal() {
        return new HeapJournal();
    }

    @Produces
    @Singleton
    BlobPoolOptions defaults() {
        return new BlobPoolOptions(
                "default", 8, 64 << 20, 64 << 20, 0, Durability.SYNC, FullPolicy.REJECT);
    }

    @Produces
    @Singleton
    BlobStore store(HeapJournal journal, BlobPoolOptions defaults) {
        BlobHost host =
                new BlobHost(
                                engines.heapArena(ARENA_BYTES),
                                BlockCompressor.create(),
                                workers,
                                InstantSource.system(),
                                new Random(1),
                                BODY_BUDGET_BYTES)
                        .withJournal(journal, readers);
        BlobStore store = new BlobStore(host, 20);
        store.restore();
        store.configure(defaults);
        return store;
    }

    void stop(@Disposes BlobStore store, HeapJournal journal) {
        journal.close();
        workers.shutdown();
        readers.shutdown();
        store.close();
        engines.close();
    }
}
