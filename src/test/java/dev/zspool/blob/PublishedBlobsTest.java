package dev.zspool.blob;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.page.PageArena;
import dev.zspool.testkit.Engines;
import dev.zspool.zsmalloc.PoolOptions;
import dev.zspool.zsmalloc.ZsPool;
import java.time.Instant;
import java.time.InstantSource;
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
class PublishedBlobsTest {
    private static final long SEED = 5;

    @RegisterExtension final Engines engines = new Engines();

    /// Journal steps that wait for the test.
    private static final class LateJournal implements JournalStep {
        private final Queue<Consumer<Boolean>> waiting = new ArrayDeque<>();
        private final List<String> seen = new ArrayList<>();

        @Override
        public void commit(BlobInfo info, Consumer<Boolean> then) {
            seen.add(info.handle() + "=" + info.sequence());
            waiting.add(then);
        }

        void answer(boolean durable) {
            waiting.remove().accept(durable);
        }
    }

    private final PageArena arena = engines.heapArena(8 * BlobRigs.MIB);
    private final ZsPool pool = engines.pool(arena, new PoolOptions(8, Long.MAX_VALUE));
    private final BlobParts parts = BlobParts.of(pool, BlobRigs.compressor());
    private final BlobIndex index = new BlobIndex(arena);
    private final LateJournal journal = new LateJournal();
    private final BlobCounters counters = new BlobCounters();
    private final PublishedBlobs published =
            new PublishedBlobs(
                    parts,
                    index,
                    counters,
                    journal,
                    new ExpiryQueue(arena),
                    InstantSource.fixed(Instant.EPOCH));
    private final List<PutResult> answers = new ArrayList<>();

    @AfterEach
    void close() {
        index.close();
    }

    private static BlobName name(String handle) {
        return new BlobName(handle, SEED);
    }

    private void put(String handle, long sequence, int size, WriteCondition condition) {
        BlobName name = name(handle);
        RootDraft draft =
                new RootDraft(
                        WriteRequest.of(handle, BlobAttributes.NONE, size),
                        BlobInfo.NEVER_EXPIRES,
                        sequence,
                        InstantSource.fixed(Instant.EPOCH));
        ContentSink sink = new ContentSink(parts, name.characters(), sequence);
        byte[] content = BlobContent.RANDOM.of(size, sequence);
        long root = sink.storeWhole(content, size, draft);
        assertTrue(root > 0);
        published.publish(name, root, draft, condition, answers::add);
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
        assertInstanceOf(PutResult.OutOfMemory.class, answers.getLast());
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
        published.delete(name("h"), WriteCondition.ALWAYS, deletes::add);
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
            published.delete(name("h"), WriteCondition.ALWAYS, deletes::add);
        }
        assertEquals(List.of(), deletes);
        journal.answer(true);
        assertEquals(100_000, deletes.size());
        assertEquals(DeleteOutcome.DELETED, deletes.getFirst());
        assertEquals(DeleteOutcome.MISSING, deletes.getLast());
        assertEquals(0, pool.stats().liveObjects());
    }
}
