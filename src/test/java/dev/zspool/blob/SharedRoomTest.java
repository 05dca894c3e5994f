package dev.zspool.blob;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.page.FrameBudget;
import dev.zspool.page.Frames;
import dev.zspool.testkit.Racers;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Several pools in one arena that is full: who may evict makes room for the others.
class SharedRoomTest {
    private static final long MIB = BlobRigs.MIB;
    private static final long BUDGET_PAGES = (12 * MIB) >> Frames.FRAME_SHIFT;
    private static final int BLOB_BYTES = 3_000;

    @RegisterExtension final BlobRigs rigs = new BlobRigs();
    @RegisterExtension final DurableStore durable = new DurableStore();

    private long whole;

    /// What a pool does with its blobs.
    enum Kind {
        DURABLE,
        CACHE,
        STRICT
    }

    @AfterEach
    void giveBackBudget() {
        if (whole > 0) {
            durable.budget().setLimitPages(whole);
        }
    }

    private void limitBudget() {
        whole = durable.budget().limitPages();
        durable.budget().setLimitPages(BUDGET_PAGES);
    }

    private BlobStore.PutOutcome make(String name, Kind kind) {
        return durable.store()
                .put(
                        new BlobPoolOptions(
                                name,
                                8,
                                64 * MIB,
                                64 * MIB,
                                BlobInfo.NEVER_EXPIRES,
                                kind == Kind.DURABLE ? Durability.SYNC : Durability.NONE,
                                kind == Kind.CACHE ? FullPolicy.EVICT : FullPolicy.REJECT));
    }

    private BlobPool made(String name, Kind kind) {
        assertEquals(BlobStore.PutOutcome.CREATED, make(name, kind));
        return durable.store().pool(name).orElseThrow();
    }

    private static byte[] contentOf(int nth) {
        return BlobContent.RANDOM.of(BLOB_BYTES, nth);
    }

    private static PutResult put(BlobPool pool, String handle, byte[] content) {
        CompletableFuture<PutResult> answer = new CompletableFuture<>();
        BlobWrite write = pool.beginWrite(handle, BlobAttributes.NONE, content.length);
        assertEquals(AppendOutcome.READY, write.begin(() -> {}));
        for (int at = 0; at < content.length; at += Blocks.BLOCK_BYTES) {
            write.append(content, at, Math.min(Blocks.BLOCK_BYTES, content.length - at));
        }
        write.commit(answer::complete);
        return answer.join();
    }

    private static void store(BlobPool pool, String handle, byte[] content) {
        assertInstanceOf(PutResult.Stored.class, put(pool, handle, content), handle);
    }

    private BlobRig rig(BlobPool pool) {
        return new BlobRig(durable.store().host().arena(), pool);
    }

    /// Fills a pool until so many pages of the budget are left.
    private int fill(BlobPool pool, long leftPages) {
        int count = 0;
        while (durable.budget().limitPages() - durable.budget().usedPages() > leftPages) {
            store(pool, "b" + count, contentOf(count));
            count++;
        }
        return count;
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"DURABLE", "STRICT"})
    @DisplayName("a blob that cannot fit costs a cache a part of it only")
    void tooLarge(Kind kind) {
        limitBudget();
        BlobPool cache = made("cache", Kind.CACHE);
        BlobPool taker = made("taker", kind);
        int count = fill(cache, 8);
        assertInstanceOf(
                PutResult.OutOfMemory.class,
                put(taker, "large", BlobContent.RANDOM.of((int) (30 * MIB), 1)));
        long kept = cache.stats().blobs();
        assertTrue(kept > count / 2, () -> kept + " of " + count);
    }

    @Test
    @DisplayName("a pool that has to wait for room is not defined again and again")
    void fewDefinitions() {
        limitBudget();
        BlobPool cache = made("cache", Kind.CACHE);
        fill(cache, 8);
        int first = cache.key.poolId();
        durable.budget().setLimitPages(durable.budget().usedPages() - 500);
        assertEquals(BlobStore.PutOutcome.CREATED, make("late", Kind.DURABLE));
        int late = durable.store().pool("late").orElseThrow().key.poolId();
        assertTrue(late - first <= 9, () -> (late - first) + " times");
    }

    private static long left(BlobPool pool) {
        return pool.stats().evictedToJournal() + pool.stats().evictedBlobs();
    }

    @ParameterizedTest(name = "{0} gives to {1}")
    @CsvSource({
        "DURABLE, DURABLE", "DURABLE, CACHE", "DURABLE, STRICT",
        "CACHE, DURABLE", "CACHE, CACHE", "CACHE, STRICT"
    })
    @DisplayName("a pool without anything of its own to evict finds room where another fills all")
    void otherGives(Kind giving, Kind taking) {
        limitBudget();
        BlobPool giver = made("giver", giving);
        BlobPool taker = made("taker", taking);
        int filled = fill(giver, 2);
        for (int nth = 0; nth < 200; nth++) {
            store(taker, "t" + nth, BlobContent.RANDOM.of(nth % 20 == 0 ? 90_000 : 900, nth));
        }
        assertTrue(left(giver) > 0, giver.stats()::toString);
        assertTrue(durable.budget().usedPages() <= durable.budget().limitPages());
        if (giving == Kind.DURABLE) {
            for (int nth = 0; nth < filled; nth += 11) {
                assertArrayEquals(contentOf(nth), rig(giver).get("b" + nth));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    @DisplayName("a pool that keeps what it has gives nothing, and who has nothing is told so")
    void strictGivesNothing(Kind taking) {
        limitBudget();
        BlobPool giver = made("giver", Kind.STRICT);
        BlobPool taker = made("taker", taking);
        int filled = fill(giver, 8);
        int stored = 0;
        for (int nth = 0; nth < 20; nth++) {
            PutResult result = put(taker, "t" + nth, BlobContent.RANDOM.of(900_000, nth));
            assertInstanceOf(PutResult.OutOfMemory.class, result);
            stored += result instanceof PutResult.Stored ? 1 : 0;
        }
        assertEquals(0, stored);
        assertEquals(filled, giver.stats().blobs());
        for (int nth = 0; nth < filled; nth++) {
            assertNotNull(rig(giver).get("b" + nth));
        }
    }

    @Test
    @DisplayName("durable pools give before caches, the largest first; caches when those are empty")
    void order() {
        limitBudget();
        BlobPool small = made("a-small", Kind.DURABLE);
        BlobPool large = made("large", Kind.DURABLE);
        BlobPool cache = made("b-cache", Kind.CACHE);
        BlobPool taker = made("taker", Kind.STRICT);
        for (int nth = 0; nth < 50; nth++) {
            store(small, "b" + nth, contentOf(nth));
        }
        fill(large, BUDGET_PAGES / 2);
        fill(cache, 2);
        for (int nth = 0; nth < 100; nth++) {
            store(taker, "t" + nth, contentOf(nth));
        }
        assertTrue(left(large) > 0);
        assertEquals(0, left(small));
        assertEquals(0, left(cache));
        for (int nth = 100; left(cache) == 0; nth++) {
            store(taker, "t" + nth, contentOf(nth));
        }
        assertEquals(0, large.stats().poolBytes());
        assertEquals(0, small.stats().poolBytes());
    }

    @Test
    @DisplayName("a pool can be made although others fill the arena")
    void newPool() {
        limitBudget();
        BlobPool giver = made("giver", Kind.DURABLE);
        fill(giver, 2);
        durable.budget().setLimitPages(durable.budget().usedPages());
        BlobPool taker = made("taker", Kind.CACHE);
        store(taker, "first", contentOf(1));
        assertTrue(left(giver) > 0);
    }

    @Test
    @DisplayName("a pool's own limit is its own trouble: nobody else gives")
    void ownLimit() {
        BlobPool giver = made("giver", Kind.DURABLE);
        fill(giver, durable.budget().limitPages() - 1_000);
        durable.store()
                .put(
                        new BlobPoolOptions(
                                "taker",
                                8,
                                64 << Frames.FRAME_SHIFT,
                                64 * MIB,
                                BlobInfo.NEVER_EXPIRES,
                                Durability.NONE,
                                FullPolicy.REJECT));
        BlobPool taker = durable.store().pool("taker").orElseThrow();
        PutResult result = put(taker, "t", BlobContent.RANDOM.of(400_000, 1));
        assertInstanceOf(PutResult.PoolFull.class, result);
        assertEquals(0, left(giver));
    }

    @Test
    @DisplayName("pools that take from each other while one comes and goes: all is stored")
    void crosswise() throws InterruptedException {
        limitBudget();
        BlobPool first = made("first", Kind.DURABLE);
        BlobPool second = made("second", Kind.DURABLE);
        BlobPool cache = made("cache", Kind.CACHE);
        fill(first, BUDGET_PAGES / 2);
        fill(second, 2);
        AtomicInteger writing = new AtomicInteger(3);
        Racers racers = new Racers();
        for (BlobPool pool : new BlobPool[] {first, second, cache}) {
            racers.add(() -> {
                try {
                    for (int nth = 0; nth < 400; nth++) {
                        int size = nth % 40 == 0 ? 200_000 : 2_000;
                        store(pool, "w" + nth, BlobContent.RANDOM.of(size, nth));
                    }
                } finally {
                    writing.decrementAndGet();
                }
            });
        }
        racers.add(() -> {
            for (int round = 0; writing.get() > 0; round++) {
                BlobPool guest = made("guest", round % 2 == 0 ? Kind.CACHE : Kind.DURABLE);
                for (int nth = 0; nth < 20; nth++) {
                    store(guest, "g" + nth, contentOf(nth));
                }
                assertEquals(
                        BlobStore.RemoveOutcome.REMOVED, durable.store().remove("guest", true));
            }
        });
        racers.run();
        for (BlobPool pool : new BlobPool[] {first, second}) {
            for (int nth = 1; nth < 40; nth++) {
                assertArrayEquals(BlobContent.RANDOM.of(2_000, nth), rig(pool).get("w" + nth));
            }
        }
        assertTrue(durable.budget().usedPages() <= durable.budget().limitPages());
    }

    private BlobRig cacheIn(BlobHost host, String name) {
        return rigs.in(
                host,
                new BlobPoolOptions(
                        name,
                        8,
                        64 * MIB,
                        64 * MIB,
                        BlobInfo.NEVER_EXPIRES,
                        Durability.NONE,
                        FullPolicy.EVICT));
    }

    @Test
    @DisplayName(
            "in the background the largest keeps a reserve of a budget that is full; not of one"
                    + " that is cut")
    void reserve() {
        BlobHost host = rigs.host(rigs.arena(8 * MIB));
        BlobRig small = cacheIn(host, "small");
        BlobRig large = cacheIn(host, "large");
        FrameBudget budget = host.arena().budget();
        for (int nth = 0; nth < 100; nth++) {
            small.store("b" + nth, contentOf(nth));
        }
        for (int nth = 0; budget.freePages() > 2; nth++) {
            large.store("b" + nth, contentOf(nth));
        }
        long whole = budget.limitPages();
        budget.setLimitPages(whole - 1);
        assertEquals(0, large.pool().keeper().keepReserve(10_000), "somebody else's task");
        budget.setLimitPages(whole);
        assertEquals(0, small.pool().keeper().keepReserve(10_000));
        assertTrue(large.pool().keeper().keepReserve(10_000) > 0);
        long free = budget.freePages() << Frames.FRAME_SHIFT;
        assertTrue(free >= 8 * MIB / 20 && free < 8 * MIB / 8, "free " + free);
        assertEquals(0, large.pool().keeper().keepReserve(10_000));
        assertTrue(small.pool().stats().blobs() == 100);
    }
}
