package dev.zspool.zsmalloc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.os.Errno;
import dev.zspool.page.ArenaOptions;
import dev.zspool.page.ArenaStats;
import dev.zspool.page.MovablePages;
import dev.zspool.page.MoveOutcome;
import dev.zspool.page.OutOfAddressSpaceException;
import dev.zspool.page.PageArena;
import dev.zspool.testkit.Contents;
import dev.zspool.testkit.Engines;
import dev.zspool.testkit.FaultyPages;
import dev.zspool.testkit.HeapPages;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Pools that come and go: whatever they took, the next ones have it.
class PoolChurnTest {
    private static final int CYCLES = 20_000;
    private static final int POOLS_AT_ONCE = 8;
    private static final long MIB = 1L << 20;

    @RegisterExtension final Engines engines = new Engines();

    /// What a process has, at one moment.
    private record Footprint(long mappings, long addressBytes, long heapBytes) {
        static Footprint now() throws IOException {
            System.gc();
            System.gc();
            long addressKib =
                    Files.readAllLines(Path.of("/proc/self/status")).stream()
                            .filter(line -> line.startsWith("VmSize:"))
                            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                            .sum();
            return new Footprint(
                    Files.readAllLines(Path.of("/proc/self/maps")).size(),
                    addressKib << 10,
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
    }

    /// Makes a pool, uses it a little or not at all, and closes one that is older.
    private void cycle(PageArena arena, int nth, Deque<ZsPool> open) {
        ZsPool pool = engines.pool(arena, new PoolOptions(4 + nth % 13, Long.MAX_VALUE));
        open.add(pool);
        for (int i = 0; i < nth % 4; i++) {
            int length = 1 + (nth * 31 + i * 977) % 4096;
            long handle = pool.allocate(Contents.of(nth, length), 0, length);
            assertTrue(handle > 0, "handle " + handle);
            byte[] copy = new byte[ZsPool.MAX_OBJECT_BYTES];
            assertTrue(pool.read(handle, copy, 0) >= length);
        }
        if (open.size() > POOLS_AT_ONCE) {
            engines.close(open.remove());
        }
    }

    @Test
    @DisplayName("20,000 pools, made and closed, leave no address space, no mapping and no heap")
    void churn() throws IOException {
        PageArena arena = engines.mappedArena(Engines.SMALL_BYTES);
        Deque<ZsPool> open = new ArrayDeque<>();
        for (int nth = 0; nth < CYCLES / 10; nth++) {
            cycle(arena, nth, open);
        }
        Footprint before = Footprint.now();
        for (int nth = 0; nth < CYCLES; nth++) {
            cycle(arena, nth, open);
        }
        Footprint after = Footprint.now();
        open.forEach(engines::close);
        // Each pool has three tables, of 2 MiB at least: 60,000 mappings and more than 100 GiB.
        // What the virtual machine itself takes meanwhile is far below.
        String change = before + " -> " + after;
        assertTrue(after.mappings() < before.mappings() + 500, change);
        assertTrue(after.addressBytes() < before.addressBytes() + 2048 * MIB, change);
        assertTrue(after.heapBytes() < before.heapBytes() + 8 * MIB, change);
        assertEquals(List.of(), arena.check());
        ArenaStats stats = arena.stats();
        assertEquals(0, stats.ownedFrames());
        assertEquals(0, stats.tablePages());
    }

    @Test
    @DisplayName("a pool in another one's tables begins empty, whatever that one left")
    void tablesBeginEmpty() {
        PageArena arena = engines.heapArena(Engines.SMALL_BYTES);
        for (int round = 0; round < 5; round++) {
            PoolFixture fixture = new PoolFixture(engines.pool(arena, PoolOptions.defaults()));
            // Every number that was a handle of the one before names nothing.
            for (long handle = 1; handle < 3000; handle++) {
                assertEquals(
                        ZsPool.NOT_LIVE,
                        fixture.pool.read(handle, new byte[ZsPool.MAX_OBJECT_BYTES], 0));
            }
            fixture.putMany(1000 * (round % 2 + 1), 300);
            fixture.verify();
            fixture.pool.giveBackHandlePages();
            fixture.pool.close();
        }
    }

    @Test
    @DisplayName("a closed pool stays closed when another one lives in its tables")
    void closedForGood() {
        PageArena arena = engines.heapArena(Engines.SMALL_BYTES);
        PoolFixture closed = new PoolFixture(engines.pool(arena, PoolOptions.defaults()));
        closed.putMany(100, 1500);
        List<Long> handles = closed.handles();
        closed.pool.close();
        PoolFixture living = new PoolFixture(engines.pool(arena, PoolOptions.defaults()));
        living.putMany(100, 1500);
        assertEquals(handles, living.handles(), "the same table, or the test shows nothing");
        byte[] copy = new byte[ZsPool.MAX_OBJECT_BYTES];
        for (long handle : handles) {
            assertEquals(ZsPool.NOT_LIVE, closed.pool.read(handle, copy, 0));
            assertEquals(FreeOutcome.NOT_LIVE, closed.pool.free(handle));
            assertTrue(closed.pool.locate(handle).isEmpty());
        }
        assertEquals(ZsPool.OUT_OF_MEMORY, closed.pool.allocate(copy, 0, 1500));
        int frame = living.pool.locate(handles.getFirst()).orElseThrow().frame();
        MovablePages pages = closed.pool.pages();
        assertEquals(MoveOutcome.ISOLATED, living.pool.pages().isolate(frame));
        assertEquals(MoveOutcome.GONE, pages.isolate(frame));
        assertEquals(MoveOutcome.GONE, pages.putBack(frame));
        assertTrue(closed.pool.pages().describe(frame).isEmpty());
        assertEquals(MoveOutcome.PUT_BACK, living.pool.pages().putBack(frame));
        assertEquals(0, closed.pool.giveBackHandlePages());
        assertEquals(0, closed.pool.compact());
        closed.pool.close();
        assertEquals(List.of(), closed.pool.check());
        living.verify();
    }

    @Test
    @DisplayName("a system that takes no table back does no harm to the next pool")
    void giveBackRefused() {
        for (int nth = 1; nth <= 4; nth++) {
            FaultyPages faulty = new FaultyPages(new HeapPages());
            PageArena arena = engines.arena(faulty, ArenaOptions.ofSize(Engines.SMALL_BYTES));
            PoolFixture first = new PoolFixture(engines.pool(arena, PoolOptions.defaults()));
            first.putMany(700, 200);
            faulty.failGiveBack(nth, Errno.EAGAIN);
            first.pool.close();
            assertEquals(nth <= 3 ? 1 : 0, faulty.firedFaults(), "a call for each table");
            assertEquals(0, arena.stats().tablePages());
            PoolFixture second = new PoolFixture(engines.pool(arena, PoolOptions.defaults()));
            second.putMany(1400, 200);
            second.verify();
            engines.close();
        }
    }

    @Test
    @DisplayName("a pool that cannot be made leaves its tables to the next one")
    void notMade() {
        // The first three calls are the arena's own. What was had before a refusal is not asked for
        // again.
        FaultyPages faulty = new FaultyPages(new HeapPages());
        PageArena arena = engines.arena(faulty, ArenaOptions.ofSize(Engines.SMALL_BYTES));
        for (int table = 0; table < 3; table++) {
            faulty.failReserve(4 + 2 * table);
            assertThrows(
                    OutOfAddressSpaceException.class,
                    () -> engines.pool(arena, PoolOptions.defaults()));
            assertEquals(table + 1, faulty.firedFaults());
        }
        faulty.failReserve(10);
        for (int i = 0; i < 3; i++) {
            PoolFixture fixture = new PoolFixture(engines.pool(arena, PoolOptions.defaults()));
            fixture.put(100);
            fixture.pool.close();
        }
        assertEquals(3, faulty.firedFaults(), "no more address space was needed");
    }
}
