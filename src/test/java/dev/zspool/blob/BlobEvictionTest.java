package dev.zspool.blob;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.page.PageArena;
import dev.zspool.testkit.Contents;
import dev.zspool.testkit.Racers;
import dev.zspool.zsmalloc.CompactionResult;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A pool that is a cache: it makes room by itself, never takes more than its limit, and keeps what
/// is read.
class BlobEvictionTest {
    private static final long SEED = 20_261_123L;
    private static final long LIMIT = 2 * BlobRigs.MIB;

    @RegisterExtension final BlobRigs rigs = new BlobRigs();

    private BlobRig cacheRig(Executor workers) {
        return rigs.small(BlobRigs.cache(LIMIT), workers);
    }

    private static void assertStored(PutResult result) {
        assertInstanceOf(PutResult.Stored.class, result);
    }

    @ParameterizedTest
    @ValueSource(ints = {60, 800, 3_000, 10_000, 100_000})
    @DisplayName(
            "whatever the sizes: every write finds room, within the limit, and the last is there")
    void alwaysRoom(int size) {
        BlobRig rig = cacheRig(BlobRigs.INLINE);
        int writes = (int) (4 * LIMIT / (size + 200));
        for (int i = 0; i < writes; i++) {
            byte[] content = BlobContent.RANDOM.of(size, i);
            assertStored(rig.put("h" + i, content));
            rig.assertHolds("h" + i, content);
        }
        BlobPoolStats stats = rig.pool().stats();
        assertTrue(stats.peakPoolBytes() <= LIMIT, stats::toString);
        assertTrue(stats.evictedBlobs() > writes / 4, stats::toString);
        assertEquals(writes, stats.blobs() + stats.evictedBlobs());
        assertTrue(stats.storedBytes() > LIMIT / 3, stats::toString);
    }

    @Test
    @DisplayName("sizes that change: slots of other classes become pages")
    void sizesChange() {
        BlobRig rig = cacheRig(BlobRigs.INLINE);
        int nth = 0;
        for (int size : new int[] {100, 3_000, 500, 40_000, 1_500, 200}) {
            for (long stored = 0; stored < 2 * LIMIT; stored += size + 100) {
                assertStored(rig.put("h" + nth, BlobContent.RANDOM.of(size, nth)));
                nth++;
            }
        }
        assertTrue(rig.pool().stats().peakPoolBytes() <= LIMIT);
    }

    @Test
    @DisplayName("what is read stays, what nobody reads goes")
    void secondChance() {
        BlobRig rig = cacheRig(BlobRigs.INLINE);
        for (int i = 0; i < 100; i++) {
            rig.store("hot" + i, BlobContent.RANDOM.of(1_000, i));
        }
        int kept = 0;
        for (int i = 0; i < 8_000; i++) {
            assertStored(rig.put("cold" + i, BlobContent.RANDOM.of(1_000, i)));
            rig.pool().open("hot" + i % 100);
        }
        for (int i = 0; i < 100; i++) {
            kept += rig.get("hot" + i) == null ? 0 : 1;
        }
        assertTrue(kept >= 95, kept + " of 100 kept");
    }

    @Test
    @DisplayName(
            "one blob takes a quarter of the pool at most, and a larger one not all the others")
    void oneLargeBlob() {
        BlobRig rig = cacheRig(BlobRigs.INLINE);
        for (int i = 0; i < 300; i++) {
            rig.store("h" + i, BlobContent.RANDOM.of(4_000, i));
        }
        assertStored(rig.put("large", BlobContent.RANDOM.of((int) LIMIT / 4 - 1_000, 1)));
        PutResult result = rig.put("larger", BlobContent.RANDOM.of((int) LIMIT, 1));
        assertInstanceOf(PutResult.PoolFull.class, result);
        assertTrue(rig.pool().stats().blobs() > 100, rig.pool().stats()::toString);
        assertStored(rig.put("text", BlobContent.ONE_WORD.of(8 << 20, 1)));
    }

    @Test
    @DisplayName("a reserve is kept in the background; a pool that refuses evicts nothing")
    void reserve() {
        BlobRig rig = cacheRig(BlobRigs.INLINE);
        for (int i = 0; i < 3_000; i++) {
            rig.store("h" + i, BlobContent.RANDOM.of(1_000, i));
        }
        rig.pool().keeper().keepReserve(100_000);
        long used = rig.pool().stats().poolBytes();
        assertTrue(used <= LIMIT - LIMIT / 32, used + " used");
        assertTrue(used > LIMIT / 2, used + " used");
        BlobRig strict = rigs.small(BlobRigs.limitPages(64), BlobRigs.INLINE);
        int stored = 0;
        while (strict.put("h" + stored, BlobContent.RANDOM.of(1_000, stored))
                instanceof PutResult.Stored) {
            stored++;
        }
        assertEquals(0, strict.pool().keeper().keepReserve(100));
        assertEquals(stored, strict.pool().stats().blobs());
        assertEquals(0, strict.pool().stats().evictedBlobs());
    }

    @Test
    @DisplayName(
            "while somebody else compacts, little is evicted, and the other one is asked to end")
    void otherCompaction() {
        BlobRig rig = cacheRig(BlobRigs.INLINE);
        int nth = 0;
        while (rig.pool().stats().evictedBlobs() == 0) {
            assertStored(rig.put("h" + nth, BlobContent.RANDOM.of(100, nth)));
            nth++;
        }
        // Holes, so that there is something to compact.
        for (int i = 0; i < nth; i += 2) {
            rig.delete("h" + i);
        }
        long before = rig.pool().stats().evictedBlobs();
        List<PutResult> results = new ArrayList<>();
        CompactionResult compaction =
                rig.pool()
                        .compact((done, goal) -> {
                            results.add(rig.put("big", BlobContent.RANDOM.of(300_000, 1)));
                            return true;
                        });
        assertEquals(1, results.size(), "slices before it ends");
        assertEquals(CompactionResult.Outcome.CANCELLED, compaction.outcome());
        long evictedBytes = (rig.pool().stats().evictedBlobs() - before) * 100;
        assertTrue(evictedBytes <= LIMIT / 8, evictedBytes + " bytes evicted in vain");
        List<Long> slices = new ArrayList<>();
        compaction = rig.pool().compact((done, goal) -> slices.add(done));
        assertEquals(CompactionResult.Outcome.DONE, compaction.outcome(), "nobody is in need now");
        assertTrue(slices.size() > 1, slices::toString);
        assertStored(rig.put("big", BlobContent.RANDOM.of(300_000, 1)));
    }

    @Test
    @DisplayName("a cache that is full takes nothing from another pool")
    void neighbours() {
        PageArena arena = rigs.arena(8 * BlobRigs.MIB);
        BlobRig cache = rigs.in(arena, BlobRigs.cache(LIMIT));
        BlobRig other = rigs.in(arena, BlobRigs.options());
        for (int i = 0; i < 500; i++) {
            other.store("o" + i, BlobContent.RANDOM.of(1_000, i));
        }
        for (int i = 0; i < 6_000; i++) {
            assertStored(cache.put("c" + i, BlobContent.RANDOM.of(1_000, i)));
        }
        for (int i = 0; i < 500; i++) {
            assertNotNull(other.get("o" + i));
        }
    }

    @Test
    @DisplayName("writes from within an answer find room, and take no more than they need")
    void withinAnAnswer() {
        BlobRig rig = cacheRig(BlobRigs.INLINE);
        for (int i = 0; i < 3_000; i++) {
            rig.store("h" + i, BlobContent.RANDOM.of(1_000, i));
        }
        long before = rig.pool().stats().evictedBlobs();
        List<PutResult> results = new ArrayList<>();
        byte[] content = BlobContent.RANDOM.of(20_000, 1);
        commit(
                rig,
                "first",
                content,
                first -> {
                    results.add(first);
                    for (int i = 0; i < 10; i++) {
                        commit(rig, "nested" + i, content, results::add);
                    }
                });
        assertEquals(11, results.size());
        results.forEach(BlobEvictionTest::assertStored);
        long evicted = rig.pool().stats().evictedBlobs() - before;
        assertTrue(evicted < 1_000, evicted + " evicted");
    }

    private static void commit(
            BlobRig rig, String handle, byte[] content, Consumer<PutResult> answer) {
        BlobWrite write = rig.pool().beginWrite(handle, BlobAttributes.NONE, content.length);
        assertEquals(AppendOutcome.READY, write.begin(() -> {}));
        assertEquals(AppendOutcome.READY, write.append(content, 0, content.length));
        write.commit(answer);
    }

    @Test
    @DisplayName(
            "a write that waits for the slot of a victim does not run inside the one that evicts")
    void waiterOfAVictim() {
        StrikingPages pages = new StrikingPages();
        BlobPoolOptions options = BlobRigs.cache(BlobRigs.MIB);
        PageArena arena = rigs.arena(pages, 8 * BlobRigs.MIB);
        BlobRig rig = rigs.in(arena, options);
        SplittableRandom random = new SplittableRandom(SEED);
        int waited = 0;
        for (int round = 0; round < 300; round++) {
            byte[] large = BlobContent.TEXT.of(60_000, round);
            byte[] nested = BlobContent.TEXT.of(50_000, -round);
            String name = "l" + round;
            AtomicBoolean isNested = new AtomicBoolean();
            Thread writer = Thread.currentThread();
            Consumer<DeleteOutcome> answer =
                    outcome -> {
                        if (Thread.currentThread() == writer
                                && isNested.compareAndSet(false, true)) {
                            commit(rig, "n" + name, nested, result -> {});
                        }
                    };
            // Handles enough for most slots.
            Runnable wait =
                    () ->
                            join(() -> {
                                for (int i = 0; i < 2_000; i++) {
                                    rig.pool().delete("w" + i, published -> false, answer);
                                }
                            });
            pages.during(
                    () -> commit(rig, name, large, BlobEvictionTest::assertStored),
                    random.nextInt(60),
                    wait,
                    Integer.MAX_VALUE,
                    () -> {});
            byte[] found = rig.get(name);
            assertTrue(found == null || Arrays.equals(found, large));
            found = rig.get("n" + name);
            assertTrue(found == null || Arrays.equals(found, nested));
            waited += isNested.get() ? 1 : 0;
        }
        assertTrue(waited > 0, "nobody waited, seed " + SEED);
    }

    @Test
    @DisplayName(
            "a heap that is full while room is made: answered, and nothing is left of the write")
    void heapIsFull() {
        StrikingPages pages = new StrikingPages();
        BlobRig rig = rigs.in(rigs.arena(pages, 8 * BlobRigs.MIB), BlobRigs.cache(BlobRigs.MIB));
        SplittableRandom random = new SplittableRandom(SEED);
        int struck = 0;
        for (int round = 0; round < 200; round++) {
            byte[] large = BlobContent.RANDOM.of(60_000, round);
            String name = "l" + round;
            List<PutResult> answers = new ArrayList<>();
            Runnable full =
                    () -> {
                        if (isInWalk()) {
                            throw new OutOfMemoryError("as the test wants it");
                        }
                    };
            try {
                pages.during(
                        () -> commit(rig, name, large, answers::add),
                        random.nextInt(550),
                        full,
                        Integer.MAX_VALUE,
                        full);
            } catch (OutOfMemoryError expected) {
                struck++;
                assertInstanceOf(PutResult.OutOfMemory.class, answers.getFirst());
                rig.assertSound();
            }
            assertEquals(1, answers.size());
            assertEquals(0, rig.pool().host().bodyBytes());
        }
        assertTrue(struck > 0, "never full, seed " + SEED);
    }

    private static boolean isInWalk() {
        return StackWalker.getInstance()
                .walk(frames ->
                        frames.anyMatch(
                                frame -> frame.getClassName().equals(IndexWalk.class.getName())));
    }

    private static void join(Runnable body) {
        try {
            new Racers().add(body::run).run();
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    @DisplayName(
            "writers, readers, deletions and the reserve at once: nothing breaks, nothing leaks")
    void race(long seed) throws InterruptedException {
        BlobRig rig = rigs.large(BlobRigs.cache(LIMIT), rigs.workers(2));
        Racers racers = new Racers();
        for (int thread = 0; thread < 3; thread++) {
            long mine = seed * 31 + thread;
            racers.add(() -> churn(rig, new SplittableRandom(mine)));
        }
        racers.add(() -> {
            for (int i = 0; i < 3_000; i++) {
                rig.pool().keeper().keepReserve(64);
                rig.pool().keeper().giveBackTablePages();
            }
        });
        racers.run();
        BlobPoolStats stats = rig.pool().stats();
        assertTrue(stats.peakPoolBytes() <= LIMIT, "seed " + seed + " " + stats);
        assertTrue(stats.evictedBlobs() > 0, "seed " + seed + " " + stats);
        rig.assertSound();
    }

    private static void churn(BlobRig rig, SplittableRandom random) {
        for (int step = 0; step < 6_000; step++) {
            int nth = random.nextInt(3_000);
            String handle = "h" + nth;
            int size = nth % 100 == 0 ? 70_000 : 200 + nth;
            if (random.nextInt(3) == 0) {
                byte[] found = rig.getIfStays(handle);
                if (found != null) {
                    assertArrayEquals(Contents.of(nth, size), found);
                }
            } else if (random.nextInt(20) == 0) {
                rig.pool().delete(handle, WriteCondition.ALWAYS, outcome -> {});
            } else {
                rig.put(handle, Contents.of(nth, size));
            }
        }
    }
}
