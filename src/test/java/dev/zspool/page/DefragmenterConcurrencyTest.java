package dev.zspool.page;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.zspool.page.DefragmentationResult.Outcome;
import dev.zspool.testkit.Engines;
import dev.zspool.testkit.OpSequence;
import dev.zspool.testkit.Racers;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Owners take and release, pages are moved and memory is given back, at the same time, over memory
/// of the system.
class DefragmenterConcurrencyTest {
    private static final int BLOCKS = 6;
    private static final int BLOCK = Frames.PAGEBLOCK_FRAMES;
    private static final int OWNERS = 3;
    private static final int ROUNDS = 4_000;

    @Test
    @DisplayName("no page loses its bytes, no allocation fails, and all counts agree in the end")
    void traffic() {
        OpSequence.forEachSeed("DefragmenterConcurrencyTest", 2, 1, this::race);
    }

    private void race(OpSequence sequence) throws InterruptedException {
        try (Engines engines = new Engines()) {
            long limit = (long) BLOCKS * BLOCK;
            PageArena arena =
                    engines.arena(
                            new MappedPages(),
                            new ArenaOptions(
                                    BLOCKS * Frames.PAGEBLOCK_BYTES,
                                    limit,
                                    64,
                                    sequence.chance(50)));
            MovableToy[] toys = new MovableToy[OWNERS];
            AtomicInteger running = new AtomicInteger(OWNERS);
            AtomicLong migrated = new AtomicLong();
            Racers racers = new Racers();
            for (int nth = 0; nth < OWNERS; nth++) {
                MovableToy toy = new MovableToy(arena, "toy" + nth);
                toys[nth] = toy;
                SplittableRandom random = sequence.split();
                racers.add(() -> {
                    try {
                        // Together they never want more than there is, one target included.
                        own(toy, random, (int) (limit - 1) / OWNERS, migrated);
                    } finally {
                        running.decrementAndGet();
                    }
                });
            }
            racers.add(() -> {
                do {
                    DefragmentationResult result = arena.defragmenter().run(Pace.FULL_SPEED);
                    assertEquals(Outcome.DONE, result.outcome());
                    migrated.addAndGet(result.migratedPages());
                } while (running.get() > 0);
            });
            SplittableRandom random = sequence.split();
            racers.add(() -> {
                while (running.get() > 0) {
                    arena.giveBack(random.nextInt(500));
                    arena.adviseHugePages();
                }
            });
            racers.run();
            assertEquals(List.of(), arena.check());
            endWithFewestBlocks(arena, toys, random);
        }
    }

    private static void endWithFewestBlocks(
            PageArena arena, MovableToy[] toys, SplittableRandom random) {
        for (MovableToy toy : toys) {
            for (int left = toy.pages() * 3 / 5; left > 0; left--) {
                toy.releaseAny(random.nextInt(1 << 20));
            }
        }
        DefragmentationResult last = arena.defragmenter().run(Pace.FULL_SPEED);
        assertEquals(Outcome.DONE, last.outcome());
        assertEquals(0, last.failedPages());
        ArenaStats stats = arena.stats();
        assertEquals(Math.ceilDiv(stats.ownedFrames(), BLOCK), stats.backedPageblocks());
        assertEquals(0, stats.sparePageblocks());
        assertEquals(List.of(), arena.check());
        for (MovableToy toy : toys) {
            toy.assertIntact();
            toy.leave();
        }
    }

    private static void own(
            MovableToy toy, SplittableRandom random, int most, AtomicLong migrated) {
        // On a busy machine the owners must not be done before the mover begins.
        for (int round = 0; round < ROUNDS || migrated.get() == 0; round++) {
            boolean isRising = round / 800 % 2 == 0;
            int wanted = 1 + random.nextInt(8);
            if (random.nextInt(100) < (isRising ? 85 : 40) && toy.pages() + wanted <= most) {
                toy.take(wanted);
            } else {
                for (int i = 0; i < 4; i++) {
                    toy.releaseAny(random.nextInt(1 << 20));
                }
            }
        }
    }
}
