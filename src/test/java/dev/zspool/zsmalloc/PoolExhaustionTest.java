package dev.zspool.zsmalloc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.os.Errno;
import dev.zspool.page.ArenaOptions;
import dev.zspool.page.ArenaStats;
import dev.zspool.page.OutOfAddressSpaceException;
import dev.zspool.page.PageArena;
import dev.zspool.testkit.Engines;
import dev.zspool.testkit.FaultyPages;
import dev.zspool.testkit.HeapPages;
import dev.zspool.testkit.OpSequence;
import dev.zspool.testkit.PoolAssert;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The budget, the limit or the system says no, at every point where it can.
class PoolExhaustionTest {
    @RegisterExtension final Engines engines = new Engines();

    private PageArena arena(long limitPages) {
        return engines.arena(new HeapPages(), new ArenaOptions(Engines.SMALL_BYTES, limitPages, 0));
    }

    @Test
    @DisplayName(
            "a budget that ends anywhere (handle page, zspage id, frames) is OUT_OF_MEMORY, and nothing leaks")
    void budgetEnds() {
        // The first object needs a page of cells, its descriptor's page, a page of zspage
        // descriptors and the frames: each limit ends somewhere else.
        for (int limit = 1; limit <= 24; limit++) {
            for (int length : new int[] {24, 104, 2000, 3000, 4096}) {
                exhaustBudget(limit, length);
            }
        }
    }

    private void exhaustBudget(int limit, int length) {
        PageArena arena = arena(limit);
        PoolFixture fixture = new PoolFixture(engines.pool(arena, PoolOptions.defaults()));
        SizeClassShape shape = fixture.pool.sizeClasses().forPayload(length);
        long answer = fixture.tryPut(length);
        while (answer > 0) {
            answer = fixture.tryPut(length);
        }
        assertEquals(ZsPool.OUT_OF_MEMORY, answer);
        fixture.verify();
        ArenaStats before = arena.stats();
        long used = before.ownedFrames() + before.tablePages();
        assertEquals(before.ownedFrames(), fixture.pool.stats().peakPages());
        assertTrue(used <= limit && used + shape.pagesPerZspage() + 2 > limit, before::toString);
        int ids = fixture.pool.parts().zspages().ids().limit();
        for (int i = 0; i < 50; i++) {
            assertEquals(ZsPool.OUT_OF_MEMORY, fixture.tryPut(length));
        }
        assertTrue(fixture.pool.parts().zspages().ids().limit() <= ids + 1, "ids leak");
        assertEquals(used, arena.stats().ownedFrames() + arena.stats().tablePages());
        fixture.verify();
        int most = fixture.size();
        fixture.freeAll();
        PoolAssert.assertThat(fixture.pool).isSound().hasPages(0);
        while (fixture.tryPut(length) > 0) {
            assertTrue(fixture.size() <= most);
        }
        assertEquals(most, fixture.size());
        fixture.freeAll();
        engines.close();
    }

    @Test
    @DisplayName("a pool's limit is LIMIT_REACHED exactly at its page, and nothing leaks")
    void limitEnds() {
        for (int limit = 1; limit <= 20; limit++) {
            PageArena arena = arena(2000);
            PoolFixture fixture = new PoolFixture(engines.pool(arena, new PoolOptions(8, limit)));
            int length = 3000;
            SizeClassShape shape = fixture.pool.sizeClasses().forPayload(length);
            long answer = fixture.tryPut(length);
            while (answer > 0) {
                answer = fixture.tryPut(length);
            }
            assertEquals(ZsPool.LIMIT_REACHED, answer);
            int zspages = limit / shape.pagesPerZspage();
            assertEquals(zspages * shape.slotsPerZspage(), fixture.size());
            PoolAssert.assertThat(fixture.pool).hasPages((long) zspages * shape.pagesPerZspage());
            fixture.verify();
            fixture.freeAll();
            engines.close();
        }
    }

    @Test
    @DisplayName(
            "a limit below what is in use frees nothing and takes nothing more, until there is room")
    void limitLowered() {
        PoolFixture fixture = new PoolFixture(engines.pool(arena(2000), PoolOptions.defaults()));
        fixture.putMany(40, 4096);
        fixture.pool.setLimitPages(20);
        assertEquals(20, fixture.pool.stats().limitPages());
        assertEquals(ZsPool.LIMIT_REACHED, fixture.tryPut(4096));
        fixture.verify();
        for (int i = 0; i < 20; i++) {
            fixture.free(fixture.handles().getFirst());
            assertEquals(ZsPool.LIMIT_REACHED, fixture.tryPut(4096));
        }
        fixture.free(fixture.handles().getFirst());
        assertTrue(fixture.tryPut(4096) > 0);
        assertEquals(40, fixture.pool.stats().peakPages());
        ZsPool pool = fixture.pool;
        assertThrows(IllegalArgumentException.class, () -> pool.setLimitPages(0));
        fixture.verify();
    }

    @Test
    @DisplayName(
            "an object that still fits an existing zspage is taken although the limit is reached")
    void roomInZspages() {
        PoolFixture fixture = new PoolFixture(engines.pool(arena(2000), new PoolOptions(8, 1)));
        fixture.putMany(128, 24);
        assertEquals(ZsPool.LIMIT_REACHED, fixture.tryPut(24));
        fixture.free(fixture.handles().get(77));
        assertTrue(fixture.tryPut(20) > 0);
        assertEquals(ZsPool.LIMIT_REACHED, fixture.tryPut(100));
        fixture.verify();
    }

    @Test
    @DisplayName("above a limit that was lowered, no room in a zspage helps; within it, it does")
    void limitLoweredBelowRoom() {
        PoolFixture fixture = new PoolFixture(engines.pool(arena(2000), PoolOptions.defaults()));
        // Two zspages of one page and 128 slots each.
        fixture.putMany(256, 24);
        fixture.putMany(10, 4096);
        List<Long> handles = fixture.handles();
        fixture.free(handles.getFirst());
        fixture.pool.setLimitPages(11);
        assertEquals(ZsPool.LIMIT_REACHED, fixture.tryPut(20));
        assertEquals(ZsPool.LIMIT_REACHED, fixture.tryPut(100));
        fixture.verify();
        fixture.free(handles.getLast());
        PoolAssert.assertThat(fixture.pool).hasPages(11);
        fixture.put(20);
        assertEquals(ZsPool.LIMIT_REACHED, fixture.tryPut(20), "full again");
        fixture.pool.setLimitPages(12);
        fixture.put(20);
        fixture.pool.setLimitPages(1);
        assertEquals(ZsPool.LIMIT_REACHED, fixture.tryPut(20));
        fixture.pool.setLimitPages(Long.MAX_VALUE);
        fixture.put(20);
        fixture.verify();
    }

    @Test
    @DisplayName("two pools share an arena's budget, and each stays sound when the other takes all")
    void twoPools() {
        PageArena arena = arena(300);
        PoolFixture first = new PoolFixture(engines.pool(arena, PoolOptions.defaults()));
        PoolFixture second = new PoolFixture(engines.pool(arena, new PoolOptions(4, 10_000)));
        first.putMany(50, 2000);
        while (second.tryPut(700) > 0) {
            assertTrue(second.size() < 10_000);
        }
        while (second.tryPut(4096) > 0) {
            assertTrue(second.size() < 10_000);
        }
        assertEquals(ZsPool.OUT_OF_MEMORY, first.tryPut(4000));
        first.verify();
        second.verify();
        second.freeAll();
        first.putMany(100, 4000);
        first.verify();
        second.verify();
    }

    @Test
    @DisplayName("a pool whose tables cannot be reserved is not made, and charges nothing")
    void reserveFails() {
        // The first three calls are the arena's own.
        for (int nth = 4; nth <= 6; nth++) {
            FaultyPages faulty = new FaultyPages(new HeapPages());
            PageArena arena = engines.arena(faulty, ArenaOptions.ofSize(Engines.SMALL_BYTES));
            faulty.failReserve(nth);
            assertThrows(
                    OutOfAddressSpaceException.class,
                    () -> engines.pool(arena, PoolOptions.defaults()));
            assertEquals(1, faulty.firedFaults());
            assertEquals(0, arena.stats().tablePages());
            new PoolFixture(engines.pool(arena, PoolOptions.defaults())).put(100);
        }
    }

    @Test
    @DisplayName(
            "give-backs of frames and of handle pages that fail, the n-th one, leave all as it was")
    void giveBackFails() {
        int fired = 1;
        for (int nth = 1; fired > 0; nth++) {
            FaultyPages faulty = new FaultyPages(new HeapPages());
            PageArena arena = engines.arena(faulty, ArenaOptions.ofSize(Engines.SMALL_BYTES));
            PoolFixture fixture = new PoolFixture(engines.pool(arena, PoolOptions.defaults()));
            OpSequence.forEachSeed(
                    "PoolExhaustionTest#giveBackFails",
                    1,
                    1,
                    sequence -> {
                        fixture.putMany(4000, 24);
                        fixture.putMany(800, 2000);
                        fixture.freeShare(sequence, 90);
                        sequence.note("compact");
                    });
            assertTrue(fixture.pool.compact() > 0);
            faulty.failGiveBack(nth, Errno.EAGAIN);
            for (int pass = 0; pass < 3; pass++) {
                arena.giveBack(0);
                fixture.pool.giveBackHandlePages();
                fixture.verify();
                fixture.freeAll();
                fixture.putMany(3000, 40);
            }
            fixture.freeAll();
            fired = faulty.firedFaults();
            engines.close();
        }
    }
}
