package dev.zspool.blob;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.page.ArenaOptions;
import dev.zspool.page.PageArena;
import dev.zspool.persist.BlobMeta;
import dev.zspool.persist.MetaResult;
import dev.zspool.persist.WriteOutcome;
import dev.zspool.testkit.Engines;
import dev.zspool.testkit.TestClock;
import dev.zspool.zsmalloc.PoolOptions;
import dev.zspool.zsmalloc.ZsPool;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The order of a write, with a journal that answers late or fails.
class WriteOrderTest {
    private static final long SEED = 5;

    @RegisterExtension final Engines engines = new Engines();

    /// A journal that waits for the test.
    private static final class LateBacking implements Backing {
        private final Queue<Consumer<WriteOutcome>> waiting = new ArrayDeque<>();
        private final List<String> seen = new ArrayList<>();

        @Override
        public boolean isDurable() {
            return false;
        }

        @Override
        public boolean mayHaveMore() {
            return false;
        }

        @Override
        public boolean isReadable() {
            return true;
        }

        @Override
        public void find(BlobName name, Consumer<MetaResult> then) {
            then.accept(new MetaResult.Missing());
        }

        @Override
        public void store(
                BlobName name,
                long root,
                RootDraft draft,
                Optional<BlobMeta> before,
                Consumer<WriteOutcome> then) {
            seen.add(name.handle() + "=" + draft.info().sequence());
            waiting.add(then);
        }

        @Override
        public void remove(BlobMeta before, Consumer<WriteOutcome> then) {
            then.accept(WriteOutcome.DURABLE);
        }

        @Override
        public void leaves() {
            throw new AssertionError("blobs are in memory only");
        }

        @Override
        public void isBack() {
            throw new AssertionError("blobs are in memory only");
        }

        void answer(boolean durable) {
            waiting.remove().accept(durable ? WriteOutcome.DURABLE : WriteOutcome.FAILED);
        }
    }

    private final StrikingPages pages = new StrikingPages();
    private final PageArena arena =
            engines.arena(pages, new ArenaOptions(8 * BlobRigs.MIB, 2048, 64));
    private final ZsPool pool = engines.pool(arena, new PoolOptions(8, Long.MAX_VALUE));
    private final BlobParts parts = BlobParts.of(pool, BlobRigs.compressor());
    private final BlobIndex index = new BlobIndex(arena);
    private final LateBacking journal = new LateBacking();
    private final BlobCounters counters = new BlobCounters();
    private final TestClock clock = new TestClock(Instant.EPOCH);
    private final ExpiryQueue expiry = new ExpiryQueue(arena);
    private final PublishedBlobs published =
            new PublishedBlobs(parts, index, counters, expiry, clock);
    private final WriteOrder order = new WriteOrder(parts, published, counters, journal, clock);
    private final List<PutResult> answers = new ArrayList<>();

    @AfterEach
    void close() {
        index.close();
        expiry.close();
    }

    private static BlobName name(String handle) {
        return new BlobName(handle, SEED);
    }

    private void put(String handle, long sequence, int size, WriteCondition condition) {
        put(handle, sequence, size, condition, BlobInfo.NEVER_EXPIRES);
    }

    private void put(
            String handle, long sequence, int size, WriteCondition condition, long ttlMillis) {
        BlobName name = name(handle);
        RootDraft draft =
                new RootDraft(
                        WriteRequest.of(handle, BlobAttributes.NONE, size),
                        ttlMillis,
                        sequence,
                        clock);
        ContentSink sink = new ContentSink(parts, name.characters(), sequence);
        byte[] content = BlobContent.RANDOM.of(size, sequence);
        long root = sink.storeWhole(content, size, draft);
        assertTrue(root > 0);
        order.publish(name, root, draft, condition, answers::add);
    }

    private long sequenceOf(String handle) {
        return published.published(name(handle)).map(BlobInfo::sequence).orElse(0L);
    }

    @Test
    @DisplayName("nothing is published, freed or answered before the journal has it")
    void lateJournal() {
        put("h", 1, 9_000, WriteCondition.ALWAYS);
        assertEquals(0, sequenceOf("h"));
        assertEquals(List.of(), answers);
        journal.answer(true);
        assertEquals(1, sequenceOf("h"));
        assertEquals(1, answers.size());
        put("h", 2, 9_000, WriteCondition.ALWAYS);
        assertEquals(1, sequenceOf("h"), "readers see what is published");
        assertEquals(8, pool.stats().liveObjects(), "both are there");
        journal.answer(true);
        assertEquals(2, sequenceOf("h"));
        assertEquals(4, pool.stats().liveObjects());
        assertEquals(List.of("h=1", "h=2"), journal.seen);
    }

    @Test
    @DisplayName("a journal that fails: the old blob stays, nothing leaks, the next one goes on")
    void failingJournal() {
        put("h", 1, 9_000, WriteCondition.ALWAYS);
        journal.answer(true);
        put("h", 2, 20_000, WriteCondition.ALWAYS);
        put("h", 3, 100, WriteCondition.ALWAYS);
        journal.answer(false);
        assertInstanceOf(PutResult.DiskFailed.class, answers.getLast());
        assertEquals(1, sequenceOf("h"));
        assertEquals(5, pool.stats().liveObjects());
        journal.answer(true);
        assertEquals(3, sequenceOf("h"));
        assertEquals(1, pool.stats().liveObjects());
        assertEquals(3, answers.size());
        assertEquals(100, counters.logicalBytes.sum());
    }

    @Test
    @DisplayName("the slot is held over the journal's step: conditions see what was published then")
    void slotHeldOverJournal() {
        WriteCondition missing = Optional::isEmpty;
        put("h", 1, 10, missing);
        put("h", 2, 10, missing);
        List<DeleteOutcome> deletes = new ArrayList<>();
        order.delete(name("h"), WriteCondition.ALWAYS, deletes::add);
        put("h", 3, 10, missing);
        assertEquals(List.of("h=1"), journal.seen, "the others wait for the slot");
        assertEquals(List.of(), answers);
        journal.answer(true);
        assertEquals(List.of("h=1", "h=3"), journal.seen, "refused, deleted, decided anew");
        assertEquals(2, answers.size());
        assertInstanceOf(PutResult.Stored.class, answers.get(0));
        assertInstanceOf(PutResult.PreconditionFailed.class, answers.get(1));
        assertEquals(List.of(DeleteOutcome.DELETED), deletes);
        journal.answer(true);
        assertEquals(3, sequenceOf("h"));
        assertEquals(1, pool.stats().liveObjects());
    }

    @Test
    @DisplayName("100,000 writes wait behind one journal step and do not nest")
    void manyWaiters() {
        put("h", 1, 10, WriteCondition.ALWAYS);
        List<DeleteOutcome> deletes = new ArrayList<>();
        for (int i = 0; i < 100_000; i++) {
            order.delete(name("h"), WriteCondition.ALWAYS, deletes::add);
        }
        assertEquals(List.of(), deletes);
        journal.answer(true);
        assertEquals(100_000, deletes.size());
        assertEquals(DeleteOutcome.DELETED, deletes.getFirst());
        assertEquals(DeleteOutcome.MISSING, deletes.getLast());
        assertEquals(0, pool.stats().liveObjects());
    }

    @Test
    @DisplayName(
            "a clock that goes back while the sweep waits for a slot: the end is not forgotten")
    void clockGoesBack() {
        ExpirySweep sweep =
                new ExpirySweep(parts, published, order, counters, new BlobNames(SEED), clock);
        put("h", 1, 9_000, WriteCondition.ALWAYS, 1_000);
        journal.answer(true);
        put("h", 2, 10, WriteCondition.ALWAYS, 1_000);
        clock.advance(Duration.ofMillis(1_500));
        assertEquals(1, sweep.sweep(10), "taken, and waits for the slot");
        clock.advance(Duration.ofSeconds(-1));
        journal.answer(false);
        assertEquals(1, sequenceOf("h"), "alive again");
        assertEquals(0, sweep.sweep(10));
        clock.advance(Duration.ofSeconds(1));
        assertEquals(1, sweep.sweep(10));
        assertEquals(0, pool.stats().liveObjects());
        assertEquals(0, expiry.size());
    }

    @Test
    @DisplayName("a heap that is full at any step of publishing loses neither room nor a root")
    void heapIsFull() {
        put("h", 1, 10, WriteCondition.ALWAYS, 1_000);
        journal.answer(true);
        long live = pool.stats().liveObjects();
        boolean isStruck = true;
        int refused = 0;
        for (int load = 0; isStruck; load++) {
            put("h", 2 + load, 10, WriteCondition.ALWAYS, 1_000);
            boolean[] struck = {false};
            Runnable full =
                    () -> {
                        struck[0] = true;
                        throw new OutOfMemoryError("as the test wants it");
                    };
            int strike = load;
            Runnable publish =
                    () ->
                            pages.during(
                                    () -> journal.answer(true),
                                    strike,
                                    full,
                                    Integer.MAX_VALUE,
                                    full);
            if (sequenceOfStruck(publish, struck) == 2 + load) {
                break;
            }
            refused++;
            assertEquals(live, pool.stats().liveObjects(), "load " + load);
            List<String> violations = new ArrayList<>();
            expiry.check(violations);
            assertEquals(List.of(), violations, "load " + load);
            isStruck = struck[0];
        }
        assertTrue(refused > 0);
    }

    private long sequenceOfStruck(Runnable publish, boolean[] struck) {
        try {
            publish.run();
        } catch (OutOfMemoryError full) {
            assertTrue(struck[0]);
        }
        return sequenceOf("h");
    }
}
