package dev.zspool.zsmalloc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.page.ArenaOptions;
import dev.zspool.page.Frames;
import dev.zspool.page.MappedPages;
import dev.zspool.page.PageArena;
import dev.zspool.testkit.Contents;
import dev.zspool.testkit.Engines;
import dev.zspool.testkit.OpSequence;
import dev.zspool.testkit.PoolAssert;
import dev.zspool.testkit.Racers;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Bugs that zsmalloc has had in its slots, by their number and name.
class KnownSlotBugsTest {
    @RegisterExtension final Engines engines = new Engines();

    private PoolFixture fixture(int chainSize) {
        return new PoolFixture(engines.heapPool(chainSize));
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 8, 16})
    @DisplayName("B4 tail-phantom-slot: no history leads to a slot behind the last one")
    void tailPhantomSlot(int chainSize) {
        PoolFixture fixture = fixture(chainSize);
        OpSequence.forEachSeed(
                "KnownSlotBugsTest#tailPhantomSlot",
                1,
                1,
                sequence -> {
                    for (SizeClassShape shape : fixture.pool.sizeClasses().shapes()) {
                        sequence.note("class " + shape.index());
                        for (int round = 0; round < 3; round++) {
                            fixture.putMany(
                                    shape.slotsPerZspage() - fixture.size(),
                                    shape.maxPayloadBytes());
                            for (long handle : fixture.handles()) {
                                assertTrue(fixture.slot(handle) < shape.slotsPerZspage());
                            }
                            PoolAssert.assertThat(fixture.pool).hasPages(shape.pagesPerZspage());
                            fixture.freeShare(sequence, 60);
                            PoolAssert.assertThat(fixture.pool).isSound();
                        }
                        fixture.freeAll();
                    }
                });
        fixture.verify();
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 8, 16})
    @DisplayName(
            "B15 merged-class-edge-write: every class, smallest and largest payload, every slot")
    void mergedClassEdgeWrite(int chainSize) {
        PoolFixture fixture = fixture(chainSize);
        for (SizeClassShape shape : fixture.pool.sizeClasses().shapes()) {
            for (int payload : new int[] {shape.minPayloadBytes(), shape.maxPayloadBytes()}) {
                // One object in every slot: each writes over its neighbours if it writes too much.
                fixture.putMany(shape.slotsPerZspage(), payload);
                fixture.verify();
                fixture.freeAll();
            }
        }
        PoolAssert.assertThat(fixture.pool).isSound().hasPages(0);
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 8, 16})
    @DisplayName(
            "B22 freelist-visits-every-index: a new zspage fills every slot once, then it is full")
    void freeListVisitsEveryIndex(int chainSize) {
        PoolFixture fixture = fixture(chainSize);
        for (SizeClassShape shape : fixture.pool.sizeClasses().shapes()) {
            BitSet slots = new BitSet();
            for (int i = 0; i < shape.slotsPerZspage(); i++) {
                slots.set(fixture.slot(fixture.put(shape.maxPayloadBytes())));
            }
            assertEquals(shape.slotsPerZspage(), slots.cardinality(), shape::toString);
            assertEquals(shape.slotsPerZspage(), slots.length(), shape::toString);
            PoolAssert.assertThat(fixture.pool).hasPages(shape.pagesPerZspage());
            fixture.put(shape.maxPayloadBytes());
            PoolAssert.assertThat(fixture.pool).hasPages(2L * shape.pagesPerZspage());
            fixture.freeAll();
        }
    }

    @Test
    @DisplayName("slots are reused last in, first out")
    void lifo() {
        PoolFixture fixture = fixture(8);
        fixture.putMany(128, 24);
        List<Long> handles = fixture.handles();
        int[] slots = {fixture.slot(handles.get(5)), fixture.slot(handles.get(90))};
        fixture.free(handles.get(5));
        fixture.free(handles.get(90));
        assertEquals(slots[1], fixture.slot(fixture.put(24)));
        assertEquals(slots[0], fixture.slot(fixture.put(24)));
        fixture.verify();
    }

    @Test
    @DisplayName(
            "B17 free-of-error-handle-is-noop: error, unknown, stale and double handles are told")
    void freeOfErrorHandle() {
        PoolFixture fixture = fixture(8);
        fixture.putMany(100, 100);
        long gone = fixture.put(3000);
        fixture.free(gone);
        PoolStats before = fixture.pool.stats();
        for (long handle :
                new long[] {
                    ZsPool.NULL_HANDLE,
                    ZsPool.LIMIT_REACHED,
                    ZsPool.OUT_OF_MEMORY,
                    -12,
                    gone,
                    gone + 1,
                    1L << 33,
                    1L << 62,
                    Long.MAX_VALUE,
                    Long.MIN_VALUE
                }) {
            assertEquals(FreeOutcome.NOT_LIVE, fixture.pool.free(handle), "handle " + handle);
            PoolAssert.assertThat(fixture.pool).doesNotHold(handle);
        }
        assertEquals(before, fixture.pool.stats());
        fixture.verify();
    }

    @Test
    @DisplayName("B16 cell-has-one-meaning: a freed cell's link is never taken for a place")
    void cellHasOneMeaning() {
        PoolFixture fixture = fixture(8);
        fixture.putMany(900, 50);
        List<Long> handles = fixture.handles();
        for (long handle : handles) {
            fixture.free(handle);
            // The queue of free cells now runs through the words of all that went before.
            for (long freed : handles.subList(0, handles.indexOf(handle) + 1)) {
                assertTrue(!ObjectLocation.isLive(fixture.word(freed)));
            }
        }
        for (long handle : handles) {
            PoolAssert.assertThat(fixture.pool).doesNotHold(handle);
            assertEquals(FreeOutcome.NOT_LIVE, fixture.pool.free(handle));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 8, 16})
    @DisplayName(
            "B28 bounded reads: what is behind a short object is never a neighbour's, and no more is written than was said")
    void boundedReads(int chainSize) {
        PoolFixture fixture = fixture(chainSize);
        int before = 100;
        byte[] into = new byte[before + 2 * ZsPool.MAX_OBJECT_BYTES];
        for (SizeClassShape shape : fixture.pool.sizeClasses().shapes()) {
            int payload = shape.minPayloadBytes();
            fixture.putMany(shape.slotsPerZspage(), payload);
            for (long handle : fixture.handles()) {
                Arrays.fill(into, (byte) 0x5A);
                int length = fixture.pool.read(handle, into, before);
                assertTrue(length >= payload && length <= shape.maxPayloadBytes());
                byte[] expected = new byte[into.length];
                Arrays.fill(expected, (byte) 0x5A);
                // The frames are fresh: behind the object there are zeros.
                Arrays.fill(expected, before, before + length, (byte) 0);
                System.arraycopy(fixture.content(handle), 0, expected, before, payload);
                assertEquals(-1, Arrays.mismatch(expected, into), () -> shape + " " + handle);
            }
            fixture.freeAll();
            fixture.pool.giveBackHandlePages();
            engineArena(fixture).giveBack(0);
        }
    }

    private PageArena engineArena(PoolFixture fixture) {
        return engines.arenaOf(fixture.pool);
    }

    @Test
    @DisplayName("a buffer without room for the largest object is refused before anything is read")
    void readIntoTooLittle() {
        PoolFixture fixture = fixture(8);
        long handle = fixture.put(10);
        ZsPool pool = fixture.pool;
        assertThrows(IllegalArgumentException.class, () -> pool.read(handle, new byte[4095], 0));
        assertThrows(IllegalArgumentException.class, () -> pool.read(handle, new byte[5000], -1));
        assertThrows(IllegalArgumentException.class, () -> pool.read(handle, new byte[5000], 905));
        byte[] source = new byte[5000];
        assertThrows(IllegalArgumentException.class, () -> pool.allocate(source, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> pool.allocate(source, 0, 4097));
        assertThrows(IllegalArgumentException.class, () -> pool.allocate(source, 4990, 11));
        assertThrows(IllegalArgumentException.class, () -> pool.allocate(source, -1, 11));
        fixture.verify();
    }

    @Test
    @DisplayName("B2 source-mutates-during-store: never more is written than was allocated")
    void sourceMutatesDuringStore() throws InterruptedException {
        PoolFixture fixture = fixture(8);
        byte[] shared = new byte[ZsPool.MAX_OBJECT_BYTES];
        AtomicBoolean done = new AtomicBoolean();
        Racers racers = new Racers();
        racers.add(() -> {
            for (int round = 0; !done.get(); round++) {
                Arrays.fill(shared, (byte) (round % 2 == 0 ? 0x11 : 0xEE));
            }
        });
        racers.add(() -> {
            try {
                storeBetweenNeighbours(fixture, shared);
            } finally {
                done.set(true);
            }
        });
        racers.run();
        fixture.verify();
    }

    private static void storeBetweenNeighbours(PoolFixture fixture, byte[] shared) {
        byte[] copy = new byte[ZsPool.MAX_OBJECT_BYTES];
        for (int round = 0; round < 2000; round++) {
            int length = 1 + round * 61 % 4096;
            if (round % 40 == 0) {
                fixture.verify();
                fixture.freeAll();
            }
            fixture.put(length);
            long handle = fixture.pool.allocate(shared, 0, length);
            fixture.put(length);
            assertTrue(fixture.pool.read(handle, copy, 0) >= length);
            for (int i = 0; i < length; i++) {
                assertTrue(copy[i] == 0 || copy[i] == 0x11 || copy[i] == (byte) 0xEE);
            }
            assertEquals(FreeOutcome.FREED, fixture.pool.free(handle));
        }
    }

    @Test
    @DisplayName("B24 max-frame-number-roundtrip: objects in the last frames of the largest arena")
    void lastFrames() {
        PageArena arena =
                engines.arena(
                        new MappedPages(),
                        ArenaOptions.ofSize((1L << 37) - Frames.PAGEBLOCK_BYTES));
        ZspageTable zspages = new ZspageTable(arena);
        SlotMemory slots = new SlotMemory(arena, zspages);
        SizeClassShape shape = SizeClassTable.of(new PoolGeometry(4096, 16)).forPayload(3000);
        int[] frames = new int[shape.pagesPerZspage()];
        Arrays.setAll(frames, i -> arena.totalFrames() - 1 - i);
        int zspage = zspages.ids().acquire();
        slots.format(zspage, shape, frames);
        byte[] copy = new byte[ZsPool.MAX_OBJECT_BYTES];
        for (int slot = 0; slot < shape.slotsPerZspage(); slot++) {
            long handle = 1L << 33 | slot;
            long address = slots.popFree(zspage, shape, handle);
            byte[] content = Contents.of(slot, 3000);
            slots.copyIn(address, shape, content, 0, content.length);
            int frame = (int) (address >>> Frames.FRAME_SHIFT);
            long word = ObjectLocation.live(7, shape.index(), frame, (int) (address & 4095));
            assertEquals(zspage, slots.zspageOf(word));
            assertEquals(slot, slots.slotOf(word, shape));
            assertEquals(handle, SlotLayout.handle(slots.header(address)));
            assertEquals(shape.maxPayloadBytes(), slots.copyOut(word, shape, copy, 0));
            assertEquals(-1, Arrays.mismatch(content, 0, 3000, copy, 0, 3000));
        }
        ZsPool pool = engines.pool(arena, PoolOptions.defaults());
        PoolAssert.assertThat(pool).isSound();
        zspages.ids().close();
    }
}
