package dev.zspool.zsmalloc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.page.MoveOutcome;
import dev.zspool.testkit.Contents;
import dev.zspool.testkit.Engines;
import dev.zspool.testkit.Racers;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a survey shows of a pool that stands still, and of one that is in use.
class ZspageSurveyTest {
    @RegisterExtension final Engines engines = new Engines();

    private static byte[] buffer() {
        return new byte[ZsPool.MAX_OBJECT_BYTES];
    }

    /// Sizes by handle, after some were freed.
    private static Map<Long, Integer> fillAndThin(ZsPool pool, SplittableRandom random) {
        Map<Long, Integer> live = new HashMap<>();
        for (int i = 0; i < 3_000; i++) {
            int size = 12 + (i % 3 == 0 ? random.nextInt(3_000) : random.nextInt(200));
            live.put(pool.allocate(Contents.of(i, size), 0, size), size);
        }
        for (Long handle : Set.copyOf(live.keySet())) {
            if (random.nextInt(10) < 6) {
                assertEquals(FreeOutcome.FREED, pool.free(handle));
                live.remove(handle);
            }
        }
        return live;
    }

    private static void show(ZspageSurvey survey, int group, Runnable visitor) {
        survey.restart();
        while (!survey.isRoundOver()) {
            if (survey.next(group)) {
                visitor.run();
            }
        }
        assertFalse(survey.next(group), "the round is over");
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 8, 16})
    @DisplayName("all groups together show each object once, with the zspage that it lies in")
    void complete(int chainSize) {
        ZsPool pool = engines.heapPool(chainSize);
        Map<Long, Integer> live = fillAndThin(pool, new SplittableRandom(chainSize));
        ZspageSurvey survey = pool.survey();
        Set<Long> seen = new HashSet<>();
        for (int number = 1; number < FullnessGroup.COUNT; number++) {
            int group = number;
            show(
                    survey,
                    group,
                    () -> {
                        for (int i = 0; i < survey.liveObjects(); i++) {
                            long handle = survey.handle(i);
                            assertTrue(seen.add(handle), "shown twice: " + handle);
                            ObjectPlace place = pool.locate(handle).orElseThrow();
                            PageInfo page =
                                    pool.pages().describe(place.frame()).orElseThrow().page();
                            assertEquals(survey.zspage(), page.zspage());
                            assertEquals(survey.pages(), page.pagesPerZspage());
                            assertEquals(survey.slotBytes(), page.slotBytes());
                            assertEquals(survey.liveObjects(), page.zspageLiveObjects());
                            assertEquals(group, page.fullnessGroup());
                        }
                    });
        }
        assertEquals(live.keySet(), seen);
    }

    @Test
    @DisplayName("objects of a whole page, and zspages with an isolated page, are left out")
    void leftOut() {
        ZsPool pool = engines.heapPool(8);
        pool.allocate(buffer(), 0, ZsPool.MAX_OBJECT_BYTES);
        long handle = pool.allocate(buffer(), 0, 100);
        ZspageSurvey survey = pool.survey();
        int[] shown = {0};
        for (int number = 1; number < FullnessGroup.COUNT; number++) {
            int group = number;
            show(survey, group, () -> shown[0] += survey.liveObjects());
        }
        assertEquals(1, shown[0]);
        int frame = pool.locate(handle).orElseThrow().frame();
        assertEquals(MoveOutcome.ISOLATED, pool.pages().isolate(frame));
        for (int number = 1; number < FullnessGroup.COUNT; number++) {
            int group = number;
            show(survey, group, () -> shown[0] = -1);
        }
        assertEquals(MoveOutcome.PUT_BACK, pool.pages().putBack(frame));
        assertEquals(1, shown[0]);
    }

    @Test
    @DisplayName("a survey takes no heap once it is there")
    void bounded() {
        ZsPool pool = engines.heapPool(8);
        fillAndThin(pool, new SplittableRandom(1));
        ZspageSurvey survey = pool.survey();
        assertFalse(survey.isRoundOver());
        int calls = 0;
        while (!survey.isRoundOver()) {
            survey.next(FullnessGroup.EMPTY_GROUP);
            calls++;
        }
        assertEquals(1, calls, "a call passes over many");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    @DisplayName("beside compaction, migration and writers it shows live objects of that size only")
    void race(long seed) throws InterruptedException {
        ZsPool pool = engines.heapPool(8);
        Map<Long, Integer> kept = fillAndThin(pool, new SplittableRandom(seed));
        AtomicInteger writers = new AtomicInteger(2);
        Racers racers = new Racers();
        for (int thread = 0; thread < 2; thread++) {
            SplittableRandom random = new SplittableRandom(seed * 31 + thread);
            racers.add(() -> {
                try {
                    churn(pool, random);
                } finally {
                    writers.decrementAndGet();
                }
            });
        }
        racers.add(() -> {
            while (writers.get() > 0) {
                pool.compact();
            }
        });
        racers.add(() -> {
            SplittableRandom random = new SplittableRandom(seed);
            while (writers.get() > 0) {
                migrateOne(pool, random.nextInt(engines.arenaOf(pool).totalFrames()));
            }
        });
        racers.add(() -> {
            ZspageSurvey survey = pool.survey();
            while (writers.get() > 0) {
                for (int number = 1; number < FullnessGroup.COUNT; number++) {
                    int group = number;
                    show(survey, group, () -> verify(pool, survey, kept));
                }
            }
        });
        racers.run();
        ZspageSurvey survey = pool.survey();
        Set<Long> seen = new HashSet<>();
        for (int number = 1; number < FullnessGroup.COUNT; number++) {
            int group = number;
            show(
                    survey,
                    group,
                    () -> {
                        for (int i = 0; i < survey.liveObjects(); i++) {
                            seen.add(survey.handle(i));
                        }
                    });
        }
        assertEquals(kept.keySet(), seen, "seed " + seed);
    }

    private static void churn(ZsPool pool, SplittableRandom random) {
        for (int round = 0; round < 400; round++) {
            long[] handles = new long[20];
            for (int i = 0; i < handles.length; i++) {
                int size = 12 + random.nextInt(500);
                handles[i] = pool.allocate(Contents.of(i, size), 0, size);
            }
            for (long handle : handles) {
                assertEquals(FreeOutcome.FREED, pool.free(handle));
            }
        }
    }

    private static void migrateOne(ZsPool pool, int frame) {
        if (pool.pages().isolate(frame) != MoveOutcome.ISOLATED) {
            return;
        }
        int target = pool.pages().acquireTarget();
        if (target < 0 || pool.pages().migrate(frame, target) != MoveOutcome.MIGRATED) {
            if (target >= 0) {
                pool.pages().releaseTarget(target);
            }
            pool.pages().putBack(frame);
        }
    }

    private static void verify(ZsPool pool, ZspageSurvey survey, Map<Long, Integer> kept) {
        byte[] copy = buffer();
        assertTrue(survey.liveObjects() * survey.slotBytes() <= survey.pages() * 4096);
        for (int i = 0; i < survey.liveObjects(); i++) {
            long handle = survey.handle(i);
            Integer size = kept.get(handle);
            if (size != null) {
                int length = pool.read(handle, copy, 0);
                assertTrue(length >= size && length + 8 == survey.slotBytes(), "slot " + length);
                assertTrue(Contents.isWhole(copy, length), "an object that stays");
            } else {
                assertTrue(handle > 0 && handle < 100_000, "handle " + handle);
            }
        }
    }
}
