package dev.zspool.blob;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.page.FrameBudget;
import dev.zspool.page.Frames;
import dev.zspool.testkit.Racers;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The arena's budget is cut below what is in use: writers of pools that may evict go on.
class CutBudgetTest {
    private static final int BLOBS = 12_000;
    private static final long MIB = BlobRigs.MIB;

    @RegisterExtension final DurableStore durable = new DurableStore();
    @RegisterExtension final BlobRigs rigs = new BlobRigs();

    private static BlobPoolOptions cache(long limitBytes) {
        return new BlobPoolOptions(
                "cache",
                8,
                limitBytes,
                64 * MIB,
                BlobInfo.NEVER_EXPIRES,
                Durability.NONE,
                FullPolicy.EVICT);
    }

    private static byte[] contentOf(int nth) {
        return BlobContent.RANDOM.of(nth % 3 == 0 ? 700 : 3_000, nth);
    }

    private FrameBudget budget() {
        return durable.store().host().arena().budget();
    }

    private void fill(int blobs) {
        for (int nth = 0; nth < blobs; nth++) {
            durable.put("b" + nth, contentOf(nth));
        }
    }

    private static void cutBy(FrameBudget budget, long bytes) {
        budget.setLimitPages(budget.usedPages() - (bytes >> Frames.FRAME_SHIFT));
    }

    @Test
    @DisplayName("durable: one write frees all that a deep cut is short of, and is stored")
    void deepCut() {
        fill(BLOBS);
        long whole = budget().limitPages();
        cutBy(budget(), 20 * MIB);
        byte[] content = BlobContent.RANDOM.of(150_000, 1);
        durable.put("large", content);
        assertTrue(budget().usedPages() <= budget().limitPages());
        assertArrayEquals(content, durable.get("large"));
        for (int nth = 0; nth < BLOBS; nth += 7) {
            assertArrayEquals(contentOf(nth), durable.get("b" + nth));
        }
        budget().setLimitPages(whole);
    }

    @Test
    @DisplayName("a cache: the same")
    void deepCutOfCache() {
        BlobRig rig = rigs.in(rigs.mappedArena(64 * MIB), cache(48 * MIB));
        for (int nth = 0; nth < BLOBS; nth++) {
            rig.store("b" + nth, contentOf(nth));
        }
        FrameBudget budget = rig.arena().budget();
        long whole = budget.limitPages();
        cutBy(budget, 20 * MIB);
        rig.store("large", BlobContent.RANDOM.of(150_000, 1));
        assertTrue(budget.usedPages() <= budget.limitPages());
        budget.setLimitPages(whole);
    }

    @Test
    @DisplayName("durable: writes go on while somebody else compacts and does not come to an end")
    void compactionByAnother() throws InterruptedException {
        fill(BLOBS);
        for (int nth = 0; nth < BLOBS; nth += 2) {
            assertEquals(DeleteOutcome.DELETED, durable.deleteLater("b" + nth).join());
        }
        long whole = budget().limitPages();
        cutBy(budget(), 4 * MIB);
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch written = new CountDownLatch(1);
        new Racers()
                .add(() ->
                        durable.pool()
                                .compact((done, goal) -> {
                                    begun.countDown();
                                    await(written);
                                    return true;
                                }))
                .add(() -> {
                    await(begun);
                    try {
                        for (int nth = 0; nth < 300; nth++) {
                            durable.put("n" + nth, BlobContent.RANDOM.of(20_000, nth));
                        }
                    } finally {
                        written.countDown();
                    }
                })
                .run();
        budget().setLimitPages(whole);
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
        BlobRig rig = rigs.in(rigs.mappedArena(64 * MIB), cache(16 * MIB));
        for (int nth = 0; nth < 9_000; nth++) {
            rig.store("b" + nth, BlobContent.RANDOM.of(1_500, nth));
        }
        for (int nth = 0; nth < 9_000; nth += 2) {
            rig.delete("b" + nth);
        }
        FrameBudget budget = rig.arena().budget();
        long whole = budget.limitPages();
        budget.setLimitPages(budget.usedPages());
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch written = new CountDownLatch(1);
        new Racers()
                .add(() ->
                        rig.pool()
                                .compact((done, goal) -> {
                                    begun.countDown();
                                    await(written);
                                    return true;
                                }))
                .add(() -> {
                    await(begun);
                    try {
                        for (int nth = 0; nth < 200; nth++) {
                            rig.store("n" + nth, BlobContent.RANDOM.of(20_000, nth));
                        }
                    } finally {
                        written.countDown();
                    }
                })
                .run();
        budget.setLimitPages(whole);
        assertTrue(rig.pool().stats().blobs() > 500, rig.pool().stats()::toString);
    }

    @Test
    @DisplayName("durable: many writers under a cut budget are all stored, with and without ends")
    void manyWriters() throws InterruptedException {
        fill(3_000);
        long whole = budget().limitPages();
        cutBy(budget(), 3 * MIB);
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
                assertArrayEquals(contentOf(nth), durable.get("b" + nth));
            }
        });
        racers.run();
        budget().setLimitPages(whole);
    }
}
