package dev.zspool.page;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.zspool.os.Errno;
import dev.zspool.testkit.Engines;
import dev.zspool.testkit.FaultyPages;
import dev.zspool.testkit.HeapPages;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What a table leaves is the next one's, and reads as zeros.
class TableSpaceTest {
    private static final long BLOCK = Frames.PAGEBLOCK_BYTES;

    @RegisterExtension final Engines engines = new Engines();

    private static void dirty(Region table) {
        for (long at = 0; at < BLOCK; at += Frames.FRAME_BYTES) {
            table.memory().set(JAVA_LONG, at + 8, -1L);
        }
    }

    private static void assertZeros(Region table) {
        assertEquals(
                -1, MemorySegment.ofArray(new byte[(int) BLOCK]).mismatch(table.memory()), "zeros");
    }

    @Test
    @DisplayName("released address space is handed on, by size, and reads as zeros")
    void handedOn() {
        TableSpace tables = engines.mappedArena(BLOCK).tables();
        Region first = tables.reserve(1);
        Region second = tables.reserve(BLOCK);
        assertNotSame(first, second);
        dirty(first);
        tables.release(first, BLOCK);
        assertEquals(BLOCK, tables.spareBytes());
        Region large = tables.reserve(BLOCK + 1);
        assertEquals(2 * BLOCK, large.memory().byteSize());
        assertEquals(BLOCK, tables.spareBytes(), "another size");
        Region third = tables.reserve(17);
        assertSame(first, third);
        assertZeros(third);
        assertEquals(0, tables.spareBytes());
    }

    @Test
    @DisplayName("the tables of 1,000 pools over 64 GiB fit into the address space, unbacked")
    void thousandPools() {
        PageArena arena = engines.mappedArena(BLOCK);
        TableSpace tables = arena.tables();
        // The three tables of such a pool, in MiB (docs/memory-layout.md).
        long[] sizes = {514, 18_434, 110};
        List<Region> taken = new ArrayList<>();
        for (int pool = 0; pool < 1_000; pool++) {
            for (long mib : sizes) {
                taken.add(tables.reserve(mib << 20));
            }
        }
        taken.forEach(region -> tables.release(region, 0));
        assertEquals((LongStream.of(sizes).sum() * 1_000) << 20, tables.spareBytes());
        assertEquals(0, arena.stats().backedPages());
    }

    @Test
    @DisplayName("an untouched table costs no call to the system")
    void untouched() {
        FaultyPages counting = new FaultyPages(new HeapPages());
        TableSpace tables = engines.arena(counting, ArenaOptions.ofSize(BLOCK)).tables();
        Region table = tables.reserve(BLOCK);
        tables.release(table, 0);
        assertEquals(0, counting.giveBackCalls());
        tables.release(tables.reserve(BLOCK), Frames.FRAME_BYTES);
        assertEquals(1, counting.giveBackCalls());
    }

    @Test
    @DisplayName("where the system takes nothing back, the next table finds zeros all the same")
    void refused() {
        FaultyPages faulty = new FaultyPages(new HeapPages());
        TableSpace tables = engines.arena(faulty, ArenaOptions.ofSize(BLOCK)).tables();
        Region table = tables.reserve(BLOCK);
        dirty(table);
        faulty.failGiveBack(1, Errno.EINVAL);
        tables.release(table, BLOCK);
        assertEquals(1, faulty.firedFaults());
        assertSame(table, tables.reserve(BLOCK));
        assertZeros(table);
    }

    @Test
    @DisplayName("a call that throws loses no address space, and leaves zeros")
    void throwing() {
        TableSpace tables = engines.heapArena(BLOCK).tables();
        Region table = tables.reserve(BLOCK);
        dirty(table);
        // The heap twin refuses nothing; this one fails in the middle.
        Region failing = new FailingRegion(table);
        assertThrows(IllegalStateException.class, () -> tables.release(failing, BLOCK));
        assertSame(failing, tables.reserve(BLOCK));
        assertZeros(failing);
    }

    private record FailingRegion(Region inner) implements Region {
        @Override
        public MemorySegment memory() {
            return inner.memory();
        }

        @Override
        public Words words() {
            return inner.words();
        }

        @Override
        public Errno giveBack(long offset, long lengthBytes) {
            throw new IllegalStateException("on purpose");
        }
    }
}
