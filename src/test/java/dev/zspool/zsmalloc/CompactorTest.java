package dev.zspool.zsmalloc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.page.ArenaOptions;
import dev.zspool.page.Pace;
import dev.zspool.page.PageArena;
import dev.zspool.testkit.Engines;
import dev.zspool.testkit.HeapPages;
import dev.zspool.testkit.OpSequence;
import dev.zspool.testkit.PoolAssert;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CompactorTest {
    /// The class of 32-byte slots: 128 of them in one page.
    private static final int SMALL = 24;

    private static final int SMALL_SLOTS = 128;

    @RegisterExtension final Engines engines = new Engines();

    @ParameterizedTest
    @ValueSource(ints = {4, 8, 16})
    @DisplayName(
            "after random deletes of any share, compaction leaves exactly the pages that are needed")
    void leavesWhatIsNeeded(int chainSize) {
        for (int percent : new int[] {1, 10, 30, 50, 60, 70, 90, 99, 100}) {
            OpSequence.forEachSeed(
                    "CompactorTest#leavesWhatIsNeeded",
                    1,
                    1,
                    sequence -> {
                        try (Engines own = new Engines()) {
                            PageArena arena = own.mappedArena(24L << 20);
                            PoolOptions options = new PoolOptions(chainSize, Long.MAX_VALUE);
                            deleteAndCompact(
                                    sequence, new PoolFixture(own.pool(arena, options)), percent);
                        }
                    });
        }
    }

    private static void deleteAndCompact(OpSequence sequence, PoolFixture fixture, int percent) {
        for (int i = 0; i < 3000; i++) {
            boolean small = sequence.chance(50);
            fixture.put(1 + sequence.below(small ? 500 : 4096));
        }
        fixture.freeShare(sequence, percent);
        List<Long> handles = fixture.handles();
        PoolStats before = fixture.pool.stats();
        sequence.note("compact after " + percent + " %");
        long freed = fixture.pool.compact();
        PoolStats after = fixture.pool.stats();
        assertEquals(before.allocatedPages() - freed, after.allocatedPages());
        assertEquals(before.reclaimablePages(), freed);
        assertEquals(freed, after.freedByCompactionPages());
        assertEquals(before.peakPages(), after.peakPages());
        assertEquals(0, after.reclaimablePages());
        PoolAssert.assertThat(fixture.pool).isFullyCompacted();
        assertEquals(handles, fixture.handles());
        fixture.verify();
        assertEquals(0, fixture.pool.compact());
    }

    @Test
    @DisplayName("the size of the slices changes nothing: not the result, not the order afterwards")
    void sliceSizes() {
        for (long seed = 1; seed <= 3; seed++) {
            List<String> unsliced = compactInSlices(seed, Integer.MAX_VALUE >>> 12);
            for (int slice : new int[] {1, 2, 3, 7, 63, 64, 65, 500}) {
                assertEquals(unsliced, compactInSlices(seed, slice), "slices of " + slice);
            }
        }
    }

    /// Where every object lies after a compaction and some more allocations.
    private List<String> compactInSlices(long seed, int slice) {
        List<String> places = new ArrayList<>();
        PoolFixture fixture = new PoolFixture(engines.heapPool(8));
        SplittableRandom random = new SplittableRandom(seed);
        int[] lengths = {24, 24, 24, 40, 100, 1000, 2000, 3000};
        for (int i = 0; i < 1500; i++) {
            fixture.put(lengths[random.nextInt(lengths.length)]);
        }
        for (long handle : fixture.handles()) {
            if (random.nextInt(100) < 65) {
                fixture.free(handle);
            }
        }
        ZsPool.Parts parts = fixture.pool.parts();
        Compactor compactor =
                new Compactor(
                        parts.slots(), parts.zspages(), parts.handles(), parts.allocator(), slice);
        List<SizeClass> ascending = new ArrayList<>();
        for (SizeClass sizeClass : parts.byIndex()) {
            if (sizeClass != null) {
                ascending.add(sizeClass);
            }
        }
        places.add(
                "freed "
                        + compactor
                                .compact(ascending.toArray(new SizeClass[0]), Pace.FULL_SPEED)
                                .freedPages());
        PoolAssert.assertThat(fixture.pool).isFullyCompacted();
        fixture.verify();
        for (int i = 0; i < 100; i++) {
            fixture.put(lengths[random.nextInt(lengths.length)]);
        }
        for (long handle : fixture.handles()) {
            places.add(handle + " in " + fixture.zspage(handle) + " slot " + fixture.slot(handle));
        }
        fixture.freeAll();
        engines.close();
        return places;
    }

    @Test
    @DisplayName("compaction needs no page: it works with the budget used up, and frees as much")
    void neverNeedsAPage() {
        PageArena arena =
                engines.arena(new HeapPages(), new ArenaOptions(Engines.SMALL_BYTES, 1200, 0));
        PoolFixture fixture = new PoolFixture(engines.pool(arena, PoolOptions.defaults()));
        OpSequence.forEachSeed(
                "CompactorTest#neverNeedsAPage",
                1,
                1,
                sequence -> {
                    while (fixture.tryPut(1 + sequence.below(4096)) > 0) {
                        sequence.note("put");
                    }
                    fixture.freeShare(sequence, 60);
                    long taken = 0;
                    while (arena.budget().chargeTablePages(1)) {
                        taken++;
                    }
                    long acquired = arena.stats().acquiredFrames();
                    assertTrue(fixture.pool.compact() > 0);
                    PoolAssert.assertThat(fixture.pool).isFullyCompacted();
                    assertEquals(acquired, arena.stats().acquiredFrames());
                    arena.budget().dischargeTablePages(taken);
                });
        fixture.verify();
        fixture.freeAll();
    }

    /// Makes zspages of the small class with these numbers of live objects, the first one oldest.
    private static void makeZspages(PoolFixture fixture, int... liveCounts) {
        fixture.putMany(liveCounts.length * SMALL_SLOTS, SMALL);
        List<Long> handles = fixture.handles();
        for (int zspage = 0; zspage < liveCounts.length; zspage++) {
            for (int i = liveCounts[zspage]; i < SMALL_SLOTS; i++) {
                fixture.free(handles.get(zspage * SMALL_SLOTS + i));
            }
        }
        fixture.verify();
    }

    @Test
    @DisplayName(
            "B12 compact-exit-paths: every way in which source, destination and slice can end together")
    void exitPaths() {
        int[] counts = {1, 2, 31, 63, 64, 65, 96, 127, 128};
        PoolFixture fixture = new PoolFixture(engines.heapPool(8));
        for (int a : counts) {
            for (int b : counts) {
                for (int c : counts) {
                    makeZspages(fixture, a, b, c);
                    int needed = (a + b + c + SMALL_SLOTS - 1) / SMALL_SLOTS;
                    assertEquals(3 - needed, fixture.pool.compact(), a + " " + b + " " + c);
                    PoolAssert.assertThat(fixture.pool).hasPages(needed);
                    fixture.verify();
                    fixture.freeAll();
                    PoolAssert.assertThat(fixture.pool).isSound().hasPages(0);
                }
            }
        }
    }

    @Test
    @DisplayName(
            "B12 compact-exit-paths: neither a destination nor a source, though the counters promise pages")
    void nothingToMove() {
        for (int[] zspages : new int[][] {{128}, {128, 128}, {50}, {1}}) {
            PoolFixture fixture = new PoolFixture(engines.heapPool(8));
            makeZspages(fixture, zspages);
            SizeClass sizeClass = fixture.pool.parts().byIndex()[0];
            promisePages(sizeClass, true);
            assertTrue(fixture.pool.reclaimablePages() > 0);
            assertEquals(0, fixture.pool.compact());
            promisePages(sizeClass, false);
            fixture.verify();
            assertEquals(0, fixture.pool.compact());
        }
    }

    private static void promisePages(SizeClass sizeClass, boolean promise) {
        sizeClass.lock();
        try {
            if (promise) {
                sizeClass.addZspageLocked();
            } else {
                sizeClass.removeZspageLocked();
            }
        } finally {
            sizeClass.unlock();
        }
    }

    @Test
    @DisplayName(
            "objects are moved from the emptiest zspage to the fullest, in the order of the slots")
    void order() {
        PoolFixture fixture = new PoolFixture(engines.heapPool(8));
        makeZspages(fixture, 20, 100, 60);
        List<Long> handles = fixture.handles();
        int fullest = fixture.zspage(handles.get(20));
        int middle = fixture.zspage(handles.get(120));
        assertEquals(1, fixture.pool.compact());
        for (int i = 0; i < 20; i++) {
            assertEquals(fullest, fixture.zspage(handles.get(i)));
        }
        for (int i = 120; i < 180; i++) {
            assertEquals(middle, fixture.zspage(handles.get(i)));
        }
        fixture.verify();
    }

    @Test
    @DisplayName("a huge class has nothing to compact, an empty pool neither")
    void nothingToDo() {
        PoolFixture fixture = new PoolFixture(engines.heapPool(8));
        assertEquals(0, fixture.pool.compact());
        fixture.putMany(20, 4096);
        fixture.putMany(20, 3700);
        for (int i = 0; i < 40; i += 2) {
            fixture.free(fixture.handles().getFirst());
        }
        assertEquals(0, fixture.pool.reclaimablePages());
        assertEquals(0, fixture.pool.compact());
        fixture.verify();
    }
}
