package dev.zspool.upkeep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.blob.AppendOutcome;
import dev.zspool.blob.BlobAttributes;
import dev.zspool.blob.BlobHost;
import dev.zspool.blob.BlobPool;
import dev.zspool.blob.BlobPoolOptions;
import dev.zspool.blob.BlobStore;
import dev.zspool.blob.BlobWrite;
import dev.zspool.blob.PutResult;
import dev.zspool.blob.WriteCondition;
import dev.zspool.codec.BlockCompressor;
import dev.zspool.page.DefragmentationResult;
import dev.zspool.page.PageArena;
import dev.zspool.testkit.Contents;
import dev.zspool.testkit.Engines;
import dev.zspool.zsmalloc.CompactionResult;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Jobs, with an executor whose tasks the test runs when it likes.
@DisplayName("Upkeep")
class UpkeepTest {
    private static final int BLOBS = 3_000;
    private static final int CONTENT_BYTES = 900;

    @RegisterExtension final Engines engines = new Engines();

    private final PageArena arena = engines.heapArena(16L << 20);
    private final BlobStore store =
            new BlobStore(
                    new BlobHost(
                            arena,
                            BlockCompressor.create(),
                            Runnable::run,
                            InstantSource.fixed(Instant.ofEpochSecond(1_000)),
                            new Random(1),
                            1L << 20),
                    1);
    private final BlobPool pool = poolIn(store);
    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private final EventFeed events = new EventFeed(InstantSource.system());
    private final List<Event> seen = new ArrayList<>();
    private long nowNanos;

    private static BlobPool poolIn(BlobStore store) {
        assertEquals(
                BlobStore.PutOutcome.CREATED,
                store.put(BlobPoolOptions.of("p", 8, 16L << 20, 1L << 20)));
        return store.pool("p").orElseThrow();
    }

    @AfterEach
    void close() {
        store.close();
    }

    private Upkeep upkeep(UpkeepOptions options) {
        return new Upkeep(
                arena,
                store,
                events,
                tasks::add,
                new UpkeepClock(() -> nowNanos, nanos -> nowNanos += nanos),
                options);
    }

    private Upkeep onDemand() {
        return upkeep(new UpkeepOptions(false, 10, Duration.ZERO, 30, false));
    }

    private void fillAndThin() {
        for (int i = 0; i < BLOBS; i++) {
            BlobWrite write = pool.beginWrite("b" + i, BlobAttributes.NONE, CONTENT_BYTES);
            assertEquals(AppendOutcome.READY, write.begin(() -> {}));
            assertEquals(
                    AppendOutcome.READY,
                    write.append(Contents.of(i, CONTENT_BYTES), 0, CONTENT_BYTES));
            write.commit(result -> assertInstanceOf(PutResult.Stored.class, result));
        }
        for (int i = 0; i < BLOBS; i++) {
            if (i % 3 != 0) {
                pool.delete("b" + i, WriteCondition.ALWAYS, outcome -> {});
            }
        }
    }

    private static <T> T done(CompletionStage<T> stage) {
        CompletableFuture<T> future = stage.toCompletableFuture();
        assertTrue(future.isDone(), "not done yet");
        return future.join();
    }

    @Test
    @DisplayName(
            "a second compaction of a pool is told so at once, and the first one frees what it said")
    void secondCallerIsTold() {
        fillAndThin();
        Upkeep upkeep = onDemand();
        long reclaimable = pool.stats().reclaimablePages();
        assertTrue(reclaimable > 0);
        CompletionStage<CompactionReport> first = upkeep.compact(pool);
        assertTrue(upkeep.compactionOf("p").isPresent());
        assertEquals(CompactionResult.Outcome.BUSY, done(upkeep.compact(pool)).result().outcome());
        tasks.remove().run();
        assertEquals(CompactionResult.Outcome.DONE, done(first).result().outcome());
        assertEquals(reclaimable, done(first).result().freedPages());
        assertTrue(upkeep.compactionOf("p").isEmpty());
        assertEquals(0, pool.stats().reclaimablePages());
    }

    @Test
    @DisplayName("a cancelled compaction ends after one slice, and the next one does the rest")
    void cancel() {
        fillAndThin();
        Upkeep upkeep = onDemand();
        assertFalse(upkeep.cancelCompaction("p"));
        CompletionStage<CompactionReport> first = upkeep.compact(pool);
        assertTrue(upkeep.cancelCompaction("p"));
        tasks.remove().run();
        assertEquals(CompactionResult.Outcome.CANCELLED, done(first).result().outcome());
        assertTrue(done(first).result().movedObjects() <= 64);
        assertTrue(pool.stats().reclaimablePages() > 0);
        CompletionStage<CompactionReport> second = upkeep.compact(pool);
        tasks.remove().run();
        assertEquals(CompactionResult.Outcome.DONE, done(second).result().outcome());
        assertEquals(0, pool.stats().reclaimablePages());
        assertEquals(List.of(), pool.check());
    }

    @Test
    @DisplayName("a defragmentation runs once at a time, too, and tells its start and its end")
    void defragmentation() {
        fillAndThin();
        Upkeep upkeep = onDemand();
        try (EventFeed.Subscription _ = events.subscribe(Long.MAX_VALUE, seen::add)) {
            CompletionStage<DefragmentationReport> first = upkeep.defragment();
            assertEquals(
                    DefragmentationResult.Outcome.BUSY,
                    done(upkeep.defragment()).result().outcome());
            assertTrue(upkeep.defragmentation().isPresent());
            tasks.remove().run();
            assertEquals(DefragmentationResult.Outcome.DONE, done(first).result().outcome());
        }
        assertEquals(
                List.of(EventKind.DEFRAGMENTATION_STARTED, EventKind.DEFRAGMENTATION_FINISHED),
                seen.stream().map(Event::kind).toList());
        assertEquals(0, upkeep.sparePageblocks());
    }

    @Test
    @DisplayName(
            "in the background it starts beyond the threshold, once an interval, and rests between slices")
    void background() {
        Upkeep upkeep = upkeep(new UpkeepOptions(true, 10, Duration.ofNanos(1_000), 30, false));
        upkeep.step(nowNanos);
        assertEquals(0, tasks.size());
        fillAndThin();
        upkeep.step(nowNanos);
        assertEquals(1, tasks.size());
        upkeep.step(nowNanos);
        assertEquals(1, tasks.size());
        tasks.remove().run();
        assertEquals(0, pool.stats().reclaimablePages());
        upkeep.step(nowNanos + 2_000);
        assertEquals(0, tasks.size());
    }

    @Test
    @DisplayName("when it is closed, or its executor is, nothing starts")
    void closed() {
        Upkeep refused =
                new Upkeep(
                        arena,
                        store,
                        events,
                        task -> {
                            throw new RejectedExecutionException();
                        },
                        new UpkeepClock(() -> 0, nanos -> {}),
                        new UpkeepOptions(false, 10, Duration.ZERO, 30, false));
        assertEquals(CompactionResult.Outcome.BUSY, done(refused.compact(pool)).result().outcome());
        assertTrue(refused.compactionOf("p").isEmpty());
        Upkeep upkeep = onDemand();
        upkeep.close();
        assertEquals(CompactionResult.Outcome.BUSY, done(upkeep.compact(pool)).result().outcome());
        assertEquals(0, tasks.size());
    }

    @Test
    @DisplayName("no thread for a job: who asked is told, and the next one is not refused for it")
    void noThread() {
        Upkeep upkeep =
                new Upkeep(
                        arena,
                        store,
                        events,
                        task -> {
                            throw new OutOfMemoryError("unable to create native thread");
                        },
                        new UpkeepClock(() -> nowNanos, nanos -> nowNanos += nanos),
                        new UpkeepOptions(false, 10, Duration.ZERO, 30, false));
        assertTrue(upkeep.compact(pool).toCompletableFuture().isCompletedExceptionally());
        assertTrue(upkeep.compactionOf("p").isEmpty());
        upkeep.close();
    }
}
