package dev.zspool.blob;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.zspool.page.FrameBudget;
import dev.zspool.page.PageArena;
import dev.zspool.persist.Journal;
import dev.zspool.testkit.Engines;
import dev.zspool.testkit.HeapDisk;
import dev.zspool.testkit.HeapJournal;
import dev.zspool.testkit.HeapJournalFaults;
import dev.zspool.testkit.TestClock;
import dev.zspool.zsmalloc.ZsPool;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// A store with a journal that outlives it, and one durable pool; after every test everything is
/// checked and closed.
final class DurableStore implements AfterEachCallback {
    static final String POOL = "durable";
    static final long MIB = 1L << 20;

    final TestClock clock = new TestClock(Instant.ofEpochSecond(1_000));

    private final Engines engines = new Engines();
    private final HeapDisk disk = new HeapDisk();
    private BlobPoolOptions options = options(64 * MIB, Durability.SYNC);
    private @Nullable HeapJournal journal;
    private @Nullable BlobStore store;
    private @Nullable ExecutorService readers;
    private boolean isDamaged;

    static BlobPoolOptions options(long limitBytes, Durability durability) {
        return new BlobPoolOptions(
                POOL,
                8,
                limitBytes,
                64 * MIB,
                BlobInfo.NEVER_EXPIRES,
                durability,
                FullPolicy.REJECT);
    }

    /// Another limit or durability, before the first use.
    @CanIgnoreReturnValue
    DurableStore with(BlobPoolOptions others) {
        options = others;
        return this;
    }

    BlobStore store() {
        if (store == null) {
            start();
        }
        return Objects.requireNonNull(store);
    }

    private void start() {
        PageArena arena = engines.mappedArena(128 * MIB);
        readers = Executors.newFixedThreadPool(2, Thread.ofPlatform().daemon().factory());
        HeapJournal opened = new HeapJournal(disk);
        journal = opened;
        BlobHost host =
                new BlobHost(
                                arena,
                                BlobRigs.compressor(),
                                Runnable::run,
                                clock,
                                new Random(4711),
                                64 * MIB)
                        .withJournal(opened, Objects.requireNonNull(readers));
        BlobStore made = new BlobStore(host, 10);
        made.restore();
        made.put(options);
        store = made;
    }

    /// What binds all its pools together.
    FrameBudget budget() {
        return store().host().arena().budget();
    }

    BlobPool pool() {
        return store().pool(POOL).orElseThrow();
    }

    HeapJournalFaults faults() {
        store();
        return Objects.requireNonNull(journal).faults();
    }

    HeapJournal journal() {
        store();
        return Objects.requireNonNull(journal);
    }

    int poolId() {
        return pool().key.poolId();
    }

    /// Ends it and begins anew with what the journal has.
    void restart() {
        stop();
        start();
    }

    private void stop() {
        Journal ended = journal;
        if (ended == null) {
            return;
        }
        journal().awaitIdle();
        if (!isDamaged) {
            assertSound();
        }
        ended.close();
        Objects.requireNonNull(readers).shutdown();
        Objects.requireNonNull(store).close();
        journal = null;
        store = null;
    }

    void assertSound() {
        List<String> violations = new ArrayList<>(pool().check());
        violations.addAll(journal().violations());
        assertEquals(List.of(), violations);
    }

    /// Says that the test has broken something for good.
    void isDamaged() {
        isDamaged = true;
    }

    // --- Blobs ---------------------------------------------------------------------------------

    BlobRig rig() {
        return new BlobRig(store().host().arena(), pool());
    }

    CompletableFuture<PutResult> putLater(WriteRequest request, byte[] content) {
        CompletableFuture<PutResult> answer = new CompletableFuture<>();
        BlobWrite write = pool().beginWrite(request);
        assertEquals(AppendOutcome.READY, write.begin(() -> {}));
        for (int at = 0; at < content.length; at += Blocks.BLOCK_BYTES) {
            write.append(content, at, Math.min(Blocks.BLOCK_BYTES, content.length - at));
        }
        write.commit(answer::complete);
        return answer;
    }

    CompletableFuture<PutResult> putLater(String handle, byte[] content) {
        return putLater(WriteRequest.of(handle, BlobAttributes.NONE, content.length), content);
    }

    @CanIgnoreReturnValue
    PutResult.Stored put(String handle, byte[] content) {
        return assertInstanceOf(PutResult.Stored.class, putLater(handle, content).join());
    }

    CompletableFuture<DeleteOutcome> deleteLater(String handle) {
        CompletableFuture<DeleteOutcome> answer = new CompletableFuture<>();
        pool().delete(handle, WriteCondition.ALWAYS, answer::complete);
        return answer;
    }

    /// Takes a blob out of memory.
    boolean evict(String handle) {
        BlobName name = pool().names.of(handle);
        long root = pool().published.findAny(name, pool().published.probe(name));
        return root != BlobIndex.NONE && pool().order.residency().evict(name, root);
    }

    void evictAll() {
        byte[] object = new byte[ZsPool.MAX_OBJECT_BYTES];
        for (long entry : pool().index.allEntries()) {
            long root = IndexSegment.handle(entry);
            pool().objects().read(root, object, 0);
            assertTrue(evict(RootView.handle(object)));
        }
        assertEquals(0, pool().index.entries());
    }

    boolean isRoomFree() {
        return pool().keeper().hasFreeRoom();
    }

    boolean isInMemory(String handle) {
        return pool().order.isInMemory(pool().names.of(handle));
    }

    byte @Nullable [] get(String handle) {
        return rig().get(handle);
    }

    Optional<BlobInfo> info(String handle) {
        return pool().fetch(handle) instanceof OpenResult.Found found
                ? Optional.of(found.reader().info())
                : Optional.empty();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        stop();
        engines.close();
    }
}
