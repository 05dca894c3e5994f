package dev.zspool.zsmalloc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.zspool.page.Frames;
import dev.zspool.page.MoveOutcome;
import dev.zspool.page.Pace;
import dev.zspool.page.PageArena;
import dev.zspool.testkit.Engines;
import dev.zspool.testkit.OpSequence;
import dev.zspool.testkit.PoolAssert;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Bugs that zsmalloc has had with page migration and that need no second thread, by their number
/// and name.
class KnownMigrationBugsTest {
    /// The class of 32-byte slots: 128 of them in one page.
    private static final int SMALL = 24;

    private static final int SMALL_SLOTS = 128;

    @RegisterExtension final Engines engines = new Engines();

    private final PageArena arena = engines.heapArena(Engines.SMALL_BYTES);

    private PoolFixture fixture(int chainSize) {
        return new PoolFixture(engines.pool(arena, new PoolOptions(chainSize, Long.MAX_VALUE)));
    }

    private static List<PageInfo> all(PoolFixture fixture) {
        return fixture.pool.pages().list(PageFilter.ALL, -1, 10_000).pages();
    }

    private static void isolate(PoolFixture fixture, int frame) {
        assertEquals(MoveOutcome.ISOLATED, fixture.pool.pages().isolate(frame));
    }

    /// Isolates and migrates a page, and spoils the frame that it left.
    @CanIgnoreReturnValue
    private int migrate(PoolFixture fixture, int frame) {
        PoolPages pages = fixture.pool.pages();
        isolate(fixture, frame);
        int target = pages.acquireTarget();
        assertEquals(MoveOutcome.MIGRATED, pages.migrate(frame, target));
        frameBytes(frame).fill((byte) 0xA5);
        return target;
    }

    private MemorySegment frameBytes(int frame) {
        return arena.memory().asSlice(Frames.address(frame), Frames.FRAME_BYTES);
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 8, 16})
    @DisplayName(
            "B1 first-offset-exhaustive: each page of a full and of a sparse zspage of every class migrates")
    void everyPageOfEveryClass(int chainSize) {
        PoolFixture fixture = fixture(chainSize);
        for (SizeClassShape shape : fixture.pool.sizeClasses().shapes()) {
            fixture.putMany(shape.slotsPerZspage(), shape.maxPayloadBytes());
            migrateAll(fixture, shape);
            List<Long> handles = fixture.handles();
            for (int slot = 1; slot < handles.size(); slot += 2) {
                fixture.free(handles.get(slot));
            }
            migrateAll(fixture, shape);
            fixture.freeAll();
        }
        PoolAssert.assertThat(fixture.pool).hasPages(0);
    }

    private void migrateAll(PoolFixture fixture, SizeClassShape shape) {
        List<PageInfo> chain = all(fixture);
        assertEquals(shape.pagesPerZspage(), chain.size(), shape::toString);
        chain.forEach(page -> migrate(fixture, page.frame()));
        fixture.verify();
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 8, 16})
    @DisplayName(
            "B2 migrate-all-free-page-then-alloc: a page of free slots only keeps its list of them")
    void migrateAllFreePageThenAllocate(int chainSize) {
        PoolFixture fixture = fixture(chainSize);
        for (SizeClassShape shape : fixture.pool.sizeClasses().shapes()) {
            for (int position = 0; position < shape.pagesPerZspage(); position++) {
                int free = freeEverythingOn(fixture, shape, position);
                if (free < shape.slotsPerZspage()) {
                    int frame = all(fixture).getFirst().frame();
                    List<Integer> chain =
                            fixture.pool.pages().describe(frame).orElseThrow().chain();
                    migrate(fixture, chain.get(position));
                    fixture.putMany(free, shape.maxPayloadBytes());
                    PoolAssert.assertThat(fixture.pool).hasPages(shape.pagesPerZspage());
                    fixture.verify();
                }
                fixture.freeAll();
            }
        }
    }

    /// Fills a zspage, and frees every object with a byte on one page.
    private static int freeEverythingOn(PoolFixture fixture, SizeClassShape shape, int position) {
        fixture.putMany(shape.slotsPerZspage(), shape.maxPayloadBytes());
        int freed = 0;
        for (long handle : fixture.handles()) {
            int slot = fixture.slot(handle);
            if (slot >= shape.firstSlotOn(position) && slot <= shape.lastSlotOn(position)) {
                fixture.free(handle);
                freed++;
            }
        }
        return freed;
    }

    @Test
    @DisplayName(
            "B10 deferred-free-vs-page-migrate: whatever ends the isolations of an empty zspage, in any order")
    void deferredFreeInAnyOrder() {
        PoolFixture fixture = fixture(16);
        PoolPages pages = fixture.pool.pages();
        for (int migrated = 0; migrated < 8; migrated++) {
            for (int first = 0; first < 3; first++) {
                long handle = fixture.put(3000);
                List<PageInfo> chain = all(fixture);
                for (int i = 0; i < 3; i++) {
                    isolate(fixture, chain.get(i).frame());
                }
                fixture.free(handle);
                for (int i = 0; i < 3; i++) {
                    PoolAssert.assertThat(fixture.pool).isSound().hasPages(chain.size());
                    endIsolation(pages, chain.get((first + i) % 3).frame(), migrated >> i & 1);
                }
                PoolAssert.assertThat(fixture.pool).isSound().hasPages(0);
                assertEquals(0, arena.stats().ownedFrames());
            }
        }
    }

    private static void endIsolation(PoolPages pages, int frame, int migrated) {
        if (migrated == 0) {
            assertEquals(MoveOutcome.PUT_BACK, pages.putBack(frame));
            return;
        }
        int target = pages.acquireTarget();
        assertEquals(MoveOutcome.EMPTY, pages.migrate(frame, target));
        pages.releaseTarget(target);
    }

    @Test
    @DisplayName("B11 field-coherence: each field of the filing changes alone")
    void fieldCoherence() {
        for (int isolated = 1; isolated <= 0xFFFF; isolated = isolated * 5 + 1) {
            for (int group = 0; group < FullnessGroup.COUNT; group++) {
                long filing = ZspageFiling.withGroup(ZspageFiling.of(256), group);
                filing = ZspageFiling.withLinked(filing, true);
                filing = ZspageFiling.withIsolatedPages(filing, isolated & 0xFFFF);
                assertFiling(filing, group, true, isolated & 0xFFFF);
                assertFiling(
                        ZspageFiling.withGroup(filing, 11 - group), 11 - group, true, isolated);
                assertFiling(ZspageFiling.withLinked(filing, false), group, false, isolated);
                assertFiling(
                        ZspageFiling.withIsolatedPages(filing, ~isolated & 0xFFFF),
                        group,
                        true,
                        ~isolated & 0xFFFF);
            }
        }
    }

    private static void assertFiling(long filing, int group, boolean linked, int isolated) {
        assertEquals(256, ZspageFiling.classIndex(filing));
        assertEquals(group, ZspageFiling.group(filing));
        assertEquals(linked, ZspageFiling.isLinked(filing));
        assertEquals(isolated, ZspageFiling.isolatedPages(filing));
    }

    @Test
    @DisplayName(
            "B12 compact-exit-paths: every way in which source and destination can end, one zspage isolated")
    void exitPathsWithAnIsolatedZspage() {
        PoolFixture fixture = fixture(8);
        int[] counts = {1, 31, 64, 96, 127, 128};
        for (int a : counts) {
            for (int b : counts) {
                for (int isolated = 0; isolated < 3; isolated++) {
                    int[] live = {a, b, 40};
                    exitPath(fixture, live, isolated);
                }
            }
        }
    }

    private static void exitPath(PoolFixture fixture, int[] live, int isolated) {
        fixture.putMany(live.length * SMALL_SLOTS, SMALL);
        List<Long> handles = fixture.handles();
        for (int zspage = 0; zspage < live.length; zspage++) {
            for (int i = live[zspage]; i < SMALL_SLOTS; i++) {
                fixture.free(handles.get(zspage * SMALL_SLOTS + i));
            }
        }
        long word = fixture.word(handles.get(isolated * SMALL_SLOTS));
        isolate(fixture, ObjectLocation.frame(word));
        int others = live[0] + live[1] + live[2] - live[isolated];
        int needed = (others + SMALL_SLOTS - 1) / SMALL_SLOTS;
        assertEquals(2 - needed, fixture.pool.compact());
        assertEquals(word, fixture.word(handles.get(isolated * SMALL_SLOTS)));
        fixture.verify();
        assertEquals(
                MoveOutcome.PUT_BACK, fixture.pool.pages().putBack(ObjectLocation.frame(word)));
        assertTrue(fixture.pool.compact() >= 0);
        PoolAssert.assertThat(fixture.pool).isFullyCompacted();
        fixture.freeAll();
        PoolAssert.assertThat(fixture.pool).isSound().hasPages(0);
    }

    @Test
    @DisplayName(
            "B14 stats-equal-recount: frees of isolated zspages leave no group and no counter behind")
    void statsEqualRecountAfterDeferredFrees() {
        PoolFixture fixture = fixture(8);
        OpSequence.forEachSeed(
                "KnownMigrationBugsTest#statsEqualRecountAfterDeferredFrees",
                3,
                1,
                sequence -> {
                    for (int i = 0; i < 400; i++) {
                        fixture.put(sequence.between(1, ZsPool.MAX_OBJECT_BYTES));
                    }
                    List<Integer> isolated = new ArrayList<>();
                    for (PageInfo page : all(fixture)) {
                        if (sequence.chance(30)) {
                            isolate(fixture, page.frame());
                            isolated.add(page.frame());
                        }
                    }
                    fixture.freeShare(sequence, 90);
                    fixture.verify();
                    isolated.forEach(frame ->
                            assertEquals(
                                    MoveOutcome.PUT_BACK, fixture.pool.pages().putBack(frame)));
                    fixture.verify();
                    for (ClassStats stats : fixture.pool.classStats()) {
                        assertEquals(0, stats.zspagesByGroup().getFirst());
                        assertEquals(0, stats.isolatedZspages());
                    }
                    fixture.freeAll();
                    PoolAssert.assertThat(fixture.pool).hasPages(0);
                });
    }

    @Test
    @DisplayName("B20 pages-conserved: migrations change no count of pages, on neither side")
    void pagesConserved() {
        PoolFixture fixture = fixture(8);
        OpSequence.forEachSeed(
                "KnownMigrationBugsTest#pagesConserved",
                3,
                1,
                sequence -> {
                    for (int i = 0; i < 200; i++) {
                        fixture.put(sequence.between(1, ZsPool.MAX_OBJECT_BYTES));
                    }
                    long pages = fixture.pool.stats().allocatedPages();
                    for (int i = 0; i < 300; i++) {
                        migrate(fixture, sequence.oneOf(all(fixture)).frame());
                        assertEquals(pages, fixture.pool.stats().allocatedPages());
                        assertEquals(pages, fixture.pool.pages().ownedFrames());
                        assertEquals(pages, arena.stats().ownedFrames());
                    }
                    assertEquals(pages, all(fixture).size());
                    fixture.verify();
                    fixture.freeAll();
                });
    }

    @ParameterizedTest
    @ValueSource(ints = {4096, 3700})
    @DisplayName("B21 huge-object-migrate: its handle does not lie in its page")
    void hugeObjectMigrate(int length) {
        PoolFixture fixture = fixture(8);
        assertTrue(fixture.pool.sizeClasses().forPayload(length).isHuge());
        long handle = fixture.put(length);
        fixture.put(length);
        for (int round = 0; round < 3; round++) {
            long word = fixture.word(handle);
            int target = migrate(fixture, ObjectLocation.frame(word));
            assertEquals(target, ObjectLocation.frame(fixture.word(handle)));
            assertNotEquals(
                    ObjectLocation.version(word), ObjectLocation.version(fixture.word(handle)));
            fixture.verify();
        }
        isolate(fixture, ObjectLocation.frame(fixture.word(handle)));
        int frame = ObjectLocation.frame(fixture.word(handle));
        fixture.free(handle);
        fixture.verify();
        assertEquals(MoveOutcome.PUT_BACK, fixture.pool.pages().putBack(frame));
        PoolAssert.assertThat(fixture.pool).isSound().hasPages(1);
        fixture.freeAll();
    }

    @Test
    @DisplayName(
            "B26 movable flag without migration: a page whose owner moves nothing is left where it is")
    void unmovablePages() {
        PoolFixture fixture = fixture(8);
        int[] frames = new int[600];
        assertTrue(arena.acquire(frames, frames.length));
        fixture.putMany(200, 4096);
        List<Long> handles = fixture.handles();
        for (int frame : frames) {
            arena.memory().set(ValueLayout.JAVA_INT, Frames.address(frame), frame);
        }
        arena.release(frames, 500);
        for (int i = 0; i < 200; i += 2) {
            fixture.free(handles.get(i));
        }
        assertEquals(0, arena.defragmenter().run(Pace.FULL_SPEED).failedPages());
        for (int i = 500; i < frames.length; i++) {
            int content = arena.memory().get(ValueLayout.JAVA_INT, Frames.address(frames[i]));
            assertEquals(frames[i], content);
            assertTrue(arena.isOwned(frames[i]));
            assertEquals(MoveOutcome.GONE, fixture.pool.pages().isolate(frames[i]));
            frames[i - 500] = frames[i];
        }
        fixture.verify();
        arena.release(frames, 100);
    }
}
