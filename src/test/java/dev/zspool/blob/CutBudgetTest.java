package dev.zspool.blob;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.page.FrameBudget;
import dev.zspool.testkit.Racers;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The arena's budget is cut below what is in use: writers of pools that may evict go on.
class CutBudgetTest {
    private static final int BLOBS = 12_000;
    private static final long MIB = BlobRigs.MIB;

    @RegisterExtension final DurableStore durable = new DurableStore();
    @RegisterExtension final BlobRigs rigs = new BlobRigs();

    @Test
    @DisplayName("durable: one write frees all that a deep cut is short of, and is stored")
    void deepCut() {
        MixedBlobs.fill(durable, BLOBS);
        long whole = durable.budget().limitPages();
        MixedBlobs.cutBy(durable.budget(), 20 * MIB);
        byte[] content = BlobContent.RANDOM.of(150_000, 1);
        durable.put("large", content);
        assertTrue(durable.budget().usedPages() <= durable.budget().limitPages());
        assertArrayEquals(content, durable.get("large"));
        for (int nth = 0; nth < BLOBS; nth += 7) {
            assertArrayEquals(MixedBlobs.contentOf(nth), durable.get("b" + nth));
        }
        durable.budget().setLimitPages(whole);
    }

    @Test
    @DisplayName("a cache: the same")
    void deepCutOfCache() {
        BlobRig rig = rigs.in(rigs.mappedArena(64 * MIB), BlobRigs.cache(48 * MIB));
        for (int nth = 0; nth < BLOBS; nth++) {
            rig.store("b" + nth, MixedBlobs.contentOf(nth));
        }
        FrameBudget budget = rig.arena().budget();
        long whole = budget.limitPages();
        MixedBlobs.cutBy(budget, 20 * MIB);
        rig.store("large", BlobContent.RANDOM.of(150_000, 1));
        assertTrue(budget.usedPages() <= budget.limitPages());
        budget.setLimitPages(whole);
    }

    @Test
    @DisplayName("durable: writes go on while somebody else compacts and does not come to an end")
    void compactionByAnother() throws InterruptedException {
        MixedBlobs.fill(durable, BLOBS);
        for (int nth = 0; nth < BLOBS; nth += 2) {
            assertEquals(DeleteOutcome.DELETED, durable.deleteLater("b" + nth).join());
        }
        long whole = durable.budget().limitPages();
        MixedBlobs.cutBy(durable.budget(), 4 * MIB);
        whileAnotherCompacts(
                durable.pool(),
                () -> {
                    for (int nth = 0; nth < 300; nth++) {
                        durable.put("n" + nth, BlobContent.RANDOM.of(20_000, nth));
                    }
                });
        durable.budget().setLimitPages(whole);
    }

    /// The other compaction has begun, and does not go on before the writes are done.
    private static void whileAnotherCompacts(BlobPool pool, Runnable writes)
            throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch written = new CountDownLatch(1);
        new Racers()
                .add(() ->
                        pool.compact((done, goal) -> {
                            begun.countDown();
                            await(written);
                            return true;
                        }))
                .add(() -> {
                    await(begun);
                    try {
                        writes.run();
                    } finally {
                        written.countDown();
                    }
                })
                .run();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    @Test
    @DisplayName("a cache: writes go on while somebody else compacts, and not all is evicted")
    void compactionByAnotherInCache() throws InterruptedException {
        BlobRig rig = rigs.in(rigs.mappedArena(64 * MIB), BlobRigs.cache(16 * MIB));
        for (int nth = 0; nth < 9_000; nth++) {
            rig.store("b" + nth, BlobContent.RANDOM.of(1_500, nth));
        }
        for (int nth = 0; nth < 9_000; nth += 2) {
            rig.delete("b" + nth);
        }
        FrameBudget budget = rig.arena().budget();
        long whole = budget.limitPages();
        budget.setLimitPages(budget.usedPages());
        whileAnotherCompacts(
                rig.pool(),
                () -> {
                    for (int nth = 0; nth < 200; nth++) {
                        rig.store("n" + nth, BlobContent.RANDOM.of(20_000, nth));
                    }
                });
        budget.setLimitPages(whole);
        assertTrue(rig.pool().stats().blobs() > 500, rig.pool().stats()::toString);
    }

    @Test
    @DisplayName("durable: many writers under a cut budget are all stored, with and without ends")
    void manyWriters() throws InterruptedException {
        MixedBlobs.fill(durable, 3_000);
        long whole = durable.budget().limitPages();
        MixedBlobs.cutBy(durable.budget(), 3 * MIB);
        AtomicBoolean isDone = new AtomicBoolean();
        Racers racers = new Racers();
        for (int writer = 0; writer < 3; writer++) {
            int own = writer;
            racers.add(() -> {
                for (int nth = 0; nth < 500; nth++) {
                    byte[] content = BlobContent.RANDOM.of(nth % 9 == 0 ? 90_000 : 900, nth);
                    durable.put("w" + own + "-" + nth, content);
                }
                isDone.set(true);
            });
        }
        racers.add(() -> {
            for (int nth = 0; !isDone.get(); nth = (nth + 1) % 3_000) {
                assertArrayEquals(MixedBlobs.contentOf(nth), durable.get("b" + nth));
            }
        });
        racers.run();
        durable.budget().setLimitPages(whole);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2})
    @DisplayName(
            "at random: the budget goes up and down while two durable pools and a cache are written"
                    + " to and read: every write is stored, every read of a durable pool is right")
    void budgetThatSwings(long seed) throws InterruptedException {
        BlobPool[] pools = {durable.pool(), other("second", Durability.SYNC), other("c")};
        MixedBlobs.fill(durable, 4_000);
        FrameBudget budget = durable.budget();
        long whole = budget.limitPages();
        long most = budget.usedPages();
        AtomicInteger writing = new AtomicInteger(pools.length);
        Racers racers = new Racers();
        for (BlobPool pool : pools) {
            racers.add(() -> {
                try {
                    write(pool, new SplittableRandom(seed * 31 + pool.name().length()));
                } finally {
                    writing.decrementAndGet();
                }
            });
        }
        racers.add(() -> {
            SplittableRandom random = new SplittableRandom(seed);
            while (writing.get() > 0) {
                budget.setLimitPages(random.nextLong(most / 4, most + most / 8));
                for (int read = 0; read < 20; read++) {
                    int nth = random.nextInt(4_000);
                    assertArrayEquals(
                            MixedBlobs.contentOf(nth), durable.get("b" + nth), "seed " + seed);
                }
                for (BlobPool pool : pools) {
                    pool.keeper().keepReserve(64);
                }
            }
        });
        racers.run();
        budget.setLimitPages(whole);
    }

    private BlobPool other(String name, Durability durability) {
        FullPolicy full = durability.isDurable() ? FullPolicy.REJECT : FullPolicy.EVICT;
        BlobPoolOptions options =
                new BlobPoolOptions(
                        name, 8, 64 * MIB, 64 * MIB, BlobInfo.NEVER_EXPIRES, durability, full);
        assertEquals(BlobStore.PutOutcome.CREATED, durable.store().put(options));
        return durable.store().pool(name).orElseThrow();
    }

    private BlobPool other(String cache) {
        return other(cache, Durability.NONE);
    }

    private void write(BlobPool pool, SplittableRandom random) {
        BlobRig rig = new BlobRig(durable.store().host().arena(), pool);
        for (int nth = 0; nth < 500; nth++) {
            int size = nth % 50 == 0 ? 300_000 : random.nextInt(1, 6_000);
            byte[] content = BlobContent.RANDOM.of(size, nth);
            CompletableFuture<PutResult> answer = new CompletableFuture<>();
            BlobWrite write = pool.beginWrite("w" + nth, BlobAttributes.NONE, size);
            assertEquals(AppendOutcome.READY, write.begin(() -> {}));
            for (int at = 0; at < size; at += Blocks.BLOCK_BYTES) {
                write.append(content, at, Math.min(Blocks.BLOCK_BYTES, size - at));
            }
            write.commit(answer::complete);
            assertInstanceOf(PutResult.Stored.class, answer.join(), pool.name());
            // One of a cache may be deleted while it is read.
            if (pool.options().durability().isDurable()) {
                assertArrayEquals(content, rig.get("w" + nth));
            }
        }
    }
}
