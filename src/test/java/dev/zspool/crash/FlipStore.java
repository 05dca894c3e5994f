package dev.zspool.crash;

import dev.zspool.blob.AppendOutcome;
import dev.zspool.blob.BlobHost;
import dev.zspool.blob.BlobPool;
import dev.zspool.blob.BlobStore;
import dev.zspool.blob.BlobWrite;
import dev.zspool.blob.DeleteOutcome;
import dev.zspool.blob.PutResult;
import dev.zspool.blob.WriteCondition;
import dev.zspool.blob.WriteRequest;
import dev.zspool.codec.BlockCompressor;
import dev.zspool.persist.RocksJournal;
import dev.zspool.testkit.Engines;
import dev.zspool.testkit.TestClock;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/// Pools of blobs over a data directory, put together as the service does it; when it is closed its
/// memory must be sound, whatever the disk was like.
final class FlipStore implements AutoCloseable {
    private static final long MIB = 1L << 20;
    private static final int MOST_POOLS = 10;
    private static final int PORTION_BYTES = 1 << 16;
    private static final int PATIENCE_SECONDS = 60;

    private final RocksJournal journal;
    private final Engines engines = new Engines();
    private final ExecutorService readers =
            Executors.newFixedThreadPool(2, Thread.ofPlatform().daemon().factory());
    private final BlobStore store;

    /// @throws dev.zspool.persist.JournalException when the start is refused
    FlipStore(Path directory, TestClock clock) {
        this.journal = FlipTarget.open(directory);
        BlobHost host =
                new BlobHost(
                                engines.mappedArena(32 * MIB),
                                BlockCompressor.create(),
                                Runnable::run,
                                clock,
                                new Random(4711),
                                16 * MIB)
                        .withJournal(journal, readers);
        this.store = new BlobStore(host, MOST_POOLS);
        boolean isRestored = false;
        try {
            store.restore();
            isRestored = true;
        } finally {
            if (!isRestored) {
                close();
            }
        }
    }

    BlobStore store() {
        return store;
    }

    BlobPool pool(String name) {
        return store.pool(name).orElseThrow();
    }

    PutResult put(String pool, WriteRequest request, byte[] content) {
        BlobWrite write = pool(pool).beginWrite(request);
        if (write.begin(() -> {}) != AppendOutcome.READY) {
            throw new IllegalStateException("no room for a body");
        }
        for (int at = 0; at < content.length; at += PORTION_BYTES) {
            write.append(content, at, Math.min(PORTION_BYTES, content.length - at));
        }
        CompletableFuture<PutResult> answer = new CompletableFuture<>();
        write.commit(answer::complete);
        return await(answer);
    }

    DeleteOutcome delete(String pool, String handle) {
        CompletableFuture<DeleteOutcome> answer = new CompletableFuture<>();
        pool(pool).delete(handle, WriteCondition.ALWAYS, answer::complete);
        return await(answer);
    }

    private static <T> T await(CompletableFuture<T> answer) {
        try {
            return answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (Exception late) {
            throw new IllegalStateException("no answer", late);
        }
    }

    @Override
    public void close() {
        journal.close();
        readers.shutdown();
        try {
            if (!readers.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("a reader does not end");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        store.close();
        engines.close();
    }
}
