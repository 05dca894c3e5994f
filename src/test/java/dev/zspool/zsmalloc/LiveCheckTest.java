package dev.zspool.zsmalloc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.page.MoveOutcome;
import dev.zspool.page.Pace;
import dev.zspool.page.PageArena;
import dev.zspool.testkit.Engines;
import dev.zspool.testkit.OpSequence;
import dev.zspool.testkit.PoolAssert;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The check of a pool in use: what it looks at, that it raises no false alarm, that no lock is
/// held for long, and that it can be ended. What it finds is the matter of {@link
/// PoolCorruptionTest}.
class LiveCheckTest {
    private static final int HUGE = 4096;
    private static final int HUGE_CLASS = 254;

    @RegisterExtension final Engines engines = new Engines();

    private final PageArena arena = engines.heapArena(Engines.SMALL_BYTES);
    private final ZsPool pool = engines.pool(arena, PoolOptions.defaults());
    private final PoolFixture fixture = new PoolFixture(pool);

    @Test
    @DisplayName("of a quiet pool everything is looked at, and nothing is left unverified")
    void quietPool() {
        fixture.putMany(500, 24);
        fixture.putMany(30, 3000);
        fixture.putMany(9, HUGE);
        LiveCheckResult result = pool.checkLive(Pace.FULL_SPEED);
        assertEquals(List.of(), result.violations());
        assertEquals(List.of(), result.unverified());
        assertFalse(result.cancelled());
        assertEquals(539, result.handles());
        assertEquals(zspages(), result.zspages());
        assertEquals(2, result.handlePages());
        assertEquals(arena.totalFrames() / 512, result.pageblocks());
        fixture.freeAll();
    }

    private long zspages() {
        return pool.classStats().stream()
                .flatMap(row -> row.zspagesByGroup().stream())
                .mapToLong(Integer::longValue)
                .sum();
    }

    @Test
    @DisplayName("isolated zspages are looked at as well")
    void isolatedZspages() {
        fixture.putMany(30, 3000);
        long before = pool.checkLive(Pace.FULL_SPEED).zspages();
        int frame = ObjectLocation.frame(fixture.word(fixture.handles().getFirst()));
        assertEquals(MoveOutcome.ISOLATED, pool.pages().isolate(frame));
        LiveCheckResult result = pool.checkLive(Pace.FULL_SPEED);
        assertEquals(List.of(), result.violations());
        assertEquals(List.of(), result.unverified());
        assertEquals(before, result.zspages());
        assertEquals(MoveOutcome.PUT_BACK, pool.pages().putBack(frame));
        fixture.freeAll();
    }

    @Test
    @DisplayName("4 writers, a compactor, a migrator and the give-back raise no false alarm")
    void noFalseAlarm() {
        OpSequence.forEachSeed(
                "LiveCheckTest#noFalseAlarm",
                3,
                1,
                sequence -> {
                    try (Engines own = new Engines()) {
                        PageArena ownArena = own.heapArena(Engines.SMALL_BYTES);
                        ZsPool ownPool = own.pool(ownArena, PoolOptions.defaults());
                        new LiveCheckChaos(ownPool, ownArena).run(sequence, 20_000);
                    }
                });
    }

    @Test
    @DisplayName("a large class is walked in slices, a zspage at a time is looked into")
    void slicesAreBounded() {
        fixture.putMany(700, HUGE);
        LiveChecker checker = checker(Pace.FULL_SPEED);
        assertEquals(List.of(), checker.check().violations());
        assertEquals(ClassTotals.SLICE_ZSPAGES, checker.largestSlice());

        AtomicInteger breaths = new AtomicInteger();
        LiveChecker counted =
                checker((done, goal) -> {
                    assertTrue(done <= goal);
                    return breaths.incrementAndGet() > 0;
                });
        assertEquals(List.of(), counted.check().violations());
        int slices = 700 / LiveChecker.SLICE + 700 / ClassTotals.SLICE_ZSPAGES;
        assertTrue(breaths.get() >= slices, breaths::toString);
        fixture.freeAll();
    }

    private LiveChecker checker(Pace pace) {
        SizeClass[] ascending =
                Arrays.stream(pool.parts().byIndex())
                        .filter(Objects::nonNull)
                        .toArray(SizeClass[]::new);
        return new LiveChecker(arena, pool.parts(), ascending, pace);
    }

    @Test
    @DisplayName("it ends where its pace says so, whichever slice that is")
    void cancelled() {
        fixture.putMany(300, HUGE);
        AtomicInteger breaths = new AtomicInteger();
        pool.checkLive((done, goal) -> breaths.incrementAndGet() > 0);
        int all = breaths.get();
        for (int last = 1; last <= all; last++) {
            AtomicInteger left = new AtomicInteger(last);
            LiveCheckResult result = pool.checkLive((done, goal) -> left.decrementAndGet() > 0);
            assertTrue(result.cancelled(), "breath " + last);
            assertEquals(0, left.get());
            assertEquals(List.of(), result.violations());
        }
        fixture.freeAll();
    }

    @Test
    @DisplayName("a large class that changes between all slices is not compared, the others are")
    void changingClass() {
        fixture.putMany(600, HUGE);
        fixture.putMany(100, 24);
        LiveCheckResult result =
                pool.checkLive((done, goal) -> {
                    fixture.free(fixture.put(HUGE));
                    return true;
                });
        assertEquals(List.of(), result.violations());
        assertTrue(
                result.unverified()
                        .contains("I-3, I-4, I-19 class " + HUGE_CLASS + ": changed all the time"),
                result::toString);
        assertEquals(
                1,
                result.unverified().stream().filter(text -> text.contains("class")).count(),
                result::toString);
        fixture.freeAll();
    }

    @Test
    @DisplayName("a zspage that is being made or released is no violation")
    void zspageInTransit() {
        fixture.put(24);
        SizeClassShape shape = pool.parts().byIndex()[0].shape;
        int made =
                pool.parts()
                        .allocator()
                        .build(shape, arena.register("maker", pool.parts().mover()));
        PoolAssert.assertThat(pool).missesLive("I-5");
        pool.parts().allocator().destroy(made);
        PoolAssert.assertThat(pool).isSoundLive();
        fixture.freeAll();
    }
}
