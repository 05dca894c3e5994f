package dev.zspool.zsmalloc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.page.Frames;
import dev.zspool.page.MoveOutcome;
import dev.zspool.page.Pace;
import dev.zspool.page.PageArena;
import dev.zspool.testkit.Contents;
import dev.zspool.testkit.OpSequence;
import dev.zspool.testkit.PoolAssert;
import dev.zspool.testkit.Racers;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;

/// Everything that changes a pool at once, and one who looks it over all the time.
final class LiveCheckChaos {
    private static final int WRITERS = 4;
    private static final int PLACES = 400;

    private final ZsPool pool;
    private final PageArena arena;
    private final AtomicInteger writersLeft = new AtomicInteger(WRITERS);
    private final AtomicInteger checks = new AtomicInteger();

    LiveCheckChaos(ZsPool pool, PageArena arena) {
        this.pool = pool;
        this.arena = arena;
    }

    void run(OpSequence sequence, int operations) throws InterruptedException {
        Racers racers = new Racers();
        for (int writer = 0; writer < WRITERS; writer++) {
            SplittableRandom random = sequence.split();
            racers.add(() -> {
                try {
                    write(random, operations);
                } finally {
                    writersLeft.decrementAndGet();
                }
            });
        }
        SplittableRandom random = sequence.split();
        racers.add(() -> {
            while (writersLeft.get() > 0) {
                migrate(random);
            }
        });
        racers.add(() -> {
            while (writersLeft.get() > 0) {
                assertTrue(pool.compact() >= 0);
                arena.giveBack(50);
                pool.giveBackHandlePages();
            }
        });
        racers.add(() -> {
            while (writersLeft.get() > 0) {
                LiveCheckResult result = pool.checkLive(Pace.FULL_SPEED);
                assertEquals(List.of(), result.violations(), result::toString);
                checks.incrementAndGet();
            }
        });
        racers.run();
        assertTrue(checks.get() > 0);
        PoolAssert.assertThat(pool).isSound().isSoundLive();
    }

    private void write(SplittableRandom random, int operations) {
        long[] handles = new long[PLACES];
        for (int i = 0; i < operations; i++) {
            int place = random.nextInt(PLACES);
            if (handles[place] != 0) {
                assertEquals(FreeOutcome.FREED, pool.free(handles[place]));
                handles[place] = 0;
            } else {
                int most = random.nextInt(8) == 0 ? ZsPool.MAX_OBJECT_BYTES : 300;
                byte[] content = Contents.of(i, 1 + random.nextInt(most));
                handles[place] = pool.allocate(content, 0, content.length);
                assertTrue(handles[place] > 0);
            }
        }
        for (long handle : handles) {
            assertTrue(handle == 0 || pool.free(handle) == FreeOutcome.FREED);
        }
    }

    private void migrate(SplittableRandom random) {
        int frame = random.nextInt(arena.totalFrames());
        if (pool.pages().isolate(frame) != MoveOutcome.ISOLATED) {
            return;
        }
        int target = random.nextBoolean() ? pool.pages().acquireTarget() : Frames.NO_FRAME;
        if (target == Frames.NO_FRAME) {
            pool.pages().putBack(frame);
        } else if (pool.pages().migrate(frame, target) != MoveOutcome.MIGRATED) {
            pool.pages().releaseTarget(target);
        }
    }
}
