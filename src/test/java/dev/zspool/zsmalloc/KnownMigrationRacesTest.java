package dev.zspool.zsmalloc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.page.ArenaOptions;
import dev.zspool.page.Frames;
import dev.zspool.page.MoveOutcome;
import dev.zspool.page.PageArena;
import dev.zspool.testkit.Engines;
import dev.zspool.testkit.HookedPages;
import dev.zspool.testkit.HookedPages.Access;
import dev.zspool.testkit.HookedPages.Kind;
import dev.zspool.testkit.PoolAssert;
import dev.zspool.testkit.Racers;
import dev.zspool.testkit.WaitingThread;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Bugs that zsmalloc has had between page migration and others, by their number and name.
///
/// Every schedule is forced: something happens at a chosen access to a word ({@link HookedPages}),
/// or another thread waits for a lock that the test holds ({@link WaitingThread}).
@Timeout(60)
class KnownMigrationRacesTest {
    private static final int SMALL = 24;
    private static final int SMALL_SLOTS = 128;

    /// Three slots of 2720 bytes in two pages; the second one lies in both.
    private static final int SPANNING = 2700;

    @RegisterExtension final Engines engines = new Engines();

    private final HookedPages source = new HookedPages();
    private final PageArena arena = engines.arena(source, ArenaOptions.ofSize(Engines.SMALL_BYTES));
    private final ZsPool pool = engines.pool(arena, new PoolOptions(16, Long.MAX_VALUE));
    private final PoolFixture fixture = new PoolFixture(pool);
    private final PoolPages pages = pool.pages();

    private List<PageInfo> all() {
        return pages.list(PageFilter.ALL, -1, 10_000).pages();
    }

    private int frameOf(long handle) {
        return ObjectLocation.frame(fixture.word(handle));
    }

    private void isolate(int frame) {
        assertEquals(MoveOutcome.ISOLATED, pages.isolate(frame));
    }

    /// Migrates an isolated page, and lets somebody else write into the frame that it left.
    private void migrateAndReuse(int frame) {
        int target = pages.acquireTarget();
        assertEquals(MoveOutcome.MIGRATED, pages.migrate(frame, target));
        reuse(frame);
    }

    private void reuse(int frame) {
        assertTrue(!arena.isOwned(frame), "still owned");
        arena.memory().asSlice(Frames.address(frame), Frames.FRAME_BYTES).fill((byte) 0xA5);
    }

    private SizeClass classOf(int length) {
        return pool.parts().byIndex()[pool.sizeClasses().forPayload(length).index()];
    }

    private static Predicate<Access> firstLoadOf(long handle) {
        return access -> access.isBehind(HookedPages.HANDLES, Kind.LOAD, handle);
    }

    @ParameterizedTest
    @ValueSource(ints = {SMALL, SPANNING, 4096})
    @DisplayName("B3 free-during-object-move: a free that comes while a page is copied frees once")
    void freeDuringMigration(int length) throws InterruptedException {
        fixture.putMany(5, length);
        long handle = fixture.handles().get(1);
        int frame = frameOf(handle);
        isolate(frame);
        WaitingThread freer = strikeWithFree(handle, () -> migrateAndReuse(frame));
        freer.join();
        fixture.forget(handle);
        fixture.verify();
        fixture.freeAll();
        PoolAssert.assertThat(pool).isSound().hasPages(0);
    }

    @Test
    @DisplayName("B3 free-during-object-move: a free that comes while an object moves frees once")
    void freeDuringCompaction() throws InterruptedException {
        fixture.putMany(2 * SMALL_SLOTS, SMALL);
        List<Long> handles = fixture.handles();
        for (int i = 0; i < handles.size(); i++) {
            if (i % SMALL_SLOTS >= 40) {
                fixture.free(handles.get(i));
            }
        }
        // The zspage that was filed last is filled from the other one.
        long handle = handles.getFirst();
        WaitingThread freer = strikeWithFree(handle, () -> assertEquals(1, pool.compact()));
        freer.join();
        fixture.forget(handle);
        fixture.verify();
    }

    /// Runs a move, and starts a free of an object of it in the moment in which its new word is
    /// stored.
    private WaitingThread strikeWithFree(long handle, Runnable move) {
        AtomicReference<WaitingThread> freer = new AtomicReference<>();
        source.once(
                access -> access.isBefore(HookedPages.HANDLES, Kind.STORE, handle),
                () ->
                        freer.set(
                                WaitingThread.start(
                                        () -> assertEquals(FreeOutcome.FREED, pool.free(handle)))));
        move.run();
        assertTrue(source.isStruck());
        return freer.get();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName(
            "B7 last-free-between-isolate-and-migrate / -putback: a last free that waits for the end of the isolation")
    void lastFreeWaitsForTheEndOfTheIsolation(boolean migrates) throws InterruptedException {
        long handle = fixture.put(SPANNING);
        int frame = frameOf(handle);
        isolate(frame);
        SizeClass sizeClass = classOf(SPANNING);
        WaitingThread freer;
        sizeClass.lock();
        try {
            freer = WaitingThread.start(() -> assertEquals(FreeOutcome.FREED, pool.free(handle)));
            if (migrates) {
                migrateAndReuse(frame);
            } else {
                assertEquals(MoveOutcome.PUT_BACK, pages.putBack(frame));
            }
        } finally {
            sizeClass.unlock();
        }
        freer.join();
        PoolAssert.assertThat(pool).isSound().hasPages(0);
        assertEquals(0, arena.stats().ownedFrames());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName(
            "B7, B27: the end of an isolation that waits for the last free finds nothing, and the pages go")
    void endOfTheIsolationWaitsForTheLastFree(boolean migrates) throws InterruptedException {
        long handle = fixture.put(SPANNING);
        int frame = frameOf(handle);
        isolate(frame);
        SizeClass sizeClass = classOf(SPANNING);
        WaitingThread mover;
        sizeClass.lock();
        try {
            mover = WaitingThread.start(() -> endIsolation(frame, migrates));
            fixture.free(handle);
        } finally {
            sizeClass.unlock();
        }
        mover.join();
        PoolAssert.assertThat(pool).isSound().hasPages(0);
        assertEquals(0, arena.stats().ownedFrames());
    }

    private void endIsolation(int frame, boolean migrates) {
        if (!migrates) {
            assertEquals(MoveOutcome.PUT_BACK, pages.putBack(frame));
            return;
        }
        int target = pages.acquireTarget();
        assertEquals(MoveOutcome.EMPTY, pages.migrate(frame, target));
        pages.releaseTarget(target);
    }

    @Test
    @DisplayName("B8 destroy-with-page-isolated: close waits, and nobody isolates another page")
    void destroyWithPageIsolated() throws InterruptedException {
        fixture.putMany(5, SPANNING);
        List<PageInfo> chain = all();
        isolate(chain.get(0).frame());
        isolate(chain.get(1).frame());
        WaitingThread closer = WaitingThread.start(pool::close);
        assertEquals(MoveOutcome.GONE, pages.isolate(chain.get(2).frame()));
        assertEquals(MoveOutcome.PUT_BACK, pages.putBack(chain.get(0).frame()));
        assertTrue(closer.isWaiting());
        migrateAndReuse(chain.get(1).frame());
        closer.join();
        assertEquals(0, arena.stats().ownedFrames());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName(
            "B9 destroy-races-last-putback: the last page is out of the gate when its frame is released, not before")
    void destroyRacesLastPutBack(boolean migrates) throws InterruptedException {
        long handle = fixture.put(SMALL);
        int frame = frameOf(handle);
        isolate(frame);
        if (!migrates) {
            fixture.free(handle);
        }
        WaitingThread closer = WaitingThread.start(pool::close);
        AtomicInteger isolated = new AtomicInteger();
        // The frame's descriptor is cleared when the arena takes it back.
        source.once(
                access ->
                        access.isBefore(HookedPages.DESCRIPTORS, Kind.STORE, frame)
                                && access.value() == 0,
                () -> isolated.set(pages.isolatedPages()));
        if (migrates) {
            migrateAndReuse(frame);
        } else {
            assertEquals(MoveOutcome.PUT_BACK, pages.putBack(frame));
        }
        closer.join();
        assertEquals(1, isolated.get());
        assertEquals(0, arena.stats().ownedFrames());
    }

    @Test
    @DisplayName(
            "B10 deferred-free-vs-page-migrate: migrations of a chain of 16 pages storm against its last free")
    void deferredFreeStorm() throws InterruptedException {
        SizeClassShape shape =
                pool.sizeClasses().shapes().stream()
                        .filter(candidate -> candidate.pagesPerZspage() == 16)
                        .findFirst()
                        .orElseThrow();
        for (int round = 0; round < 60; round++) {
            long handle = fixture.put(shape.maxPayloadBytes());
            List<PageInfo> chain = all();
            chain.forEach(page -> isolate(page.frame()));
            Racers racers = new Racers();
            for (int parity = 0; parity < 2; parity++) {
                int first = parity;
                racers.add(() -> {
                    for (int i = first; i < chain.size(); i += 2) {
                        migrateOrPutBack(chain.get(i).frame(), i % 3 == 0);
                    }
                });
            }
            racers.add(() -> assertEquals(FreeOutcome.FREED, pool.free(handle)));
            racers.run();
            fixture.forget(handle);
            PoolAssert.assertThat(pool).isSound().hasPages(0);
            assertEquals(0, arena.stats().ownedFrames());
            assertEquals(0, pages.isolatedPages());
        }
    }

    private void migrateOrPutBack(int frame, boolean putBack) {
        if (putBack) {
            assertEquals(MoveOutcome.PUT_BACK, pages.putBack(frame));
            return;
        }
        int target = pages.acquireTarget();
        if (pages.migrate(frame, target) != MoveOutcome.MIGRATED) {
            pages.releaseTarget(target);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    @DisplayName(
            "B13 reader-held-across-compact: its object moves between any two of its steps, and its place is used again")
    void readerHeldAcrossCompaction(int step) {
        fixture.putMany(6, SPANNING);
        List<Long> handles = fixture.handles();
        // One object left in the first zspage, the one in two pages; two in the other one.
        fixture.free(handles.get(0));
        fixture.free(handles.get(2));
        fixture.free(handles.get(5));
        long handle = handles.get(1);
        long word = fixture.word(handle);
        List<Integer> old = pages.describe(frameOf(handle)).orElseThrow().chain();
        source.once(
                readerStep(step, handle, frameOf(handle)),
                () -> {
                    assertTrue(pool.compact() > 0);
                    old.forEach(this::reuse);
                });
        PoolAssert.assertThat(pool).holds(handle, fixture.content(handle));
        assertTrue(source.isStruck());
        assertNotEquals(word, fixture.word(handle));
        fixture.verify();
    }

    /// Between which of its steps a reader is held: it has loaded the word; it has copied the first
    /// half and is about to look for the second frame; it knows the second frame.
    private static Predicate<Access> readerStep(int step, long handle, int frame) {
        return switch (step) {
            case 0 -> firstLoadOf(handle);
            case 1 -> access -> access.isBefore(HookedPages.DESCRIPTORS, Kind.LOAD, frame);
            default -> access -> access.isBehind(HookedPages.DESCRIPTORS, Kind.LOAD, frame);
        };
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5})
    @DisplayName(
            "a reader of an object in two pages is held while its first or its second page migrates")
    void readerHeldAcrossMigration(int which) {
        fixture.putMany(3, SPANNING);
        long handle = fixture.handles().get(1);
        int position = which / 3;
        List<Integer> chain = pages.describe(frameOf(handle)).orElseThrow().chain();
        long word = fixture.word(handle);
        isolate(chain.get(position));
        source.once(
                readerStep(which % 3, handle, chain.getFirst()),
                () -> migrateAndReuse(chain.get(position)));
        PoolAssert.assertThat(pool).holds(handle, fixture.content(handle));
        assertTrue(source.isStruck());
        assertEquals(
                ObjectLocation.version(word) + 1, ObjectLocation.version(fixture.word(handle)));
        fixture.verify();
    }

    @ParameterizedTest
    @ValueSource(ints = {SMALL, SPANNING, 4096})
    @DisplayName("until its word changes, an object is read from the frame that its page leaves")
    void oldFrameStaysUntilTheWordsChange(int length) {
        fixture.putMany(3, length);
        long handle = fixture.handles().get(1);
        int frame = frameOf(handle);
        isolate(frame);
        source.once(
                access -> access.isBefore(HookedPages.HANDLES, Kind.STORE, handle),
                () -> {
                    assertTrue(arena.isOwned(frame));
                    PoolAssert.assertThat(pool).holds(handle, fixture.content(handle));
                });
        migrateAndReuse(frame);
        assertTrue(source.isStruck());
        fixture.verify();
    }

    @Test
    @DisplayName(
            "B29 migrate-with-long-reader: a reader that sleeps holds nothing up, and reads the right bytes")
    void migrateWithLongReader() throws InterruptedException {
        fixture.putMany(3, SPANNING);
        long handle = fixture.handles().get(1);
        int frame = frameOf(handle);
        CountDownLatch wake = new CountDownLatch(1);
        // It has copied one half; it may sleep as long as it likes.
        source.once(
                access -> access.isBehind(HookedPages.DESCRIPTORS, Kind.LOAD, frame),
                () -> awaitQuietly(wake));
        WaitingThread reader =
                WaitingThread.start(
                        () -> PoolAssert.assertThat(pool).holds(handle, fixture.content(handle)));
        List<Integer> chain = pages.describe(frame).orElseThrow().chain();
        for (int old : chain) {
            isolate(old);
            migrateAndReuse(old);
        }
        assertTrue(reader.isWaiting());
        wake.countDown();
        reader.join();
        assertEquals(0, pages.count(MoveOutcome.BUSY));
        fixture.verify();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {SMALL, SPANNING, 4096})
    @DisplayName(
            "B30 free-vs-migrate-stale-pfn: an object whose page migrates while its free waits is freed where it is now")
    void freeOfAMigratedObject(int length) throws InterruptedException {
        fixture.putMany(5, length);
        long handle = fixture.handles().get(1);
        int frame = frameOf(handle);
        SizeClass sizeClass = classOf(length);
        WaitingThread freer;
        sizeClass.lock();
        try {
            freer = WaitingThread.start(() -> assertEquals(FreeOutcome.FREED, pool.free(handle)));
            isolate(frame);
            migrateAndReuse(frame);
            assertNotEquals(frame, frameOf(handle));
        } finally {
            sizeClass.unlock();
        }
        freer.join();
        fixture.forget(handle);
        fixture.verify();
    }

    @Test
    @DisplayName(
            "B30 free-vs-migrate-stale-pfn: a frame that gets another class while its isolation waits")
    void isolationOfAReusedFrame() throws InterruptedException {
        long handle = fixture.put(SMALL);
        int frame = frameOf(handle);
        List<Long> others = new ArrayList<>();
        SizeClass sizeClass = classOf(SMALL);
        AtomicReference<MoveOutcome> outcome = new AtomicReference<>(MoveOutcome.GONE);
        WaitingThread isolator;
        sizeClass.lock();
        try {
            isolator = WaitingThread.start(() -> outcome.set(pages.isolate(frame)));
            fixture.free(handle);
            for (int i = 0; i < 1000 && !arena.isOwned(frame); i++) {
                others.add(fixture.put(4096));
            }
            assertTrue(arena.isOwned(frame), "the frame was not used again");
        } finally {
            sizeClass.unlock();
        }
        isolator.join();
        assertEquals(MoveOutcome.ISOLATED, outcome.get());
        assertTrue(
                others.contains(pages.describe(frame).orElseThrow().slots().getFirst().handle()));
        PoolAssert.assertThat(pool).isSound();
        migrateAndReuse(frame);
        fixture.verify();
    }

    @Test
    @DisplayName(
            "a page that compaction works on is there: who isolates it or looks at it waits for the slice")
    void pageOfAZspageUnderCompaction() throws InterruptedException {
        long handle = fixture.put(SMALL);
        int frame = frameOf(handle);
        int zspage = fixture.zspage(handle);
        SizeClass sizeClass = classOf(SMALL);
        WaitingThread isolator;
        WaitingThread viewer;
        sizeClass.lock();
        try {
            sizeClass.listsLocked().unlink(zspage);
            isolator =
                    WaitingThread.start(
                            () -> assertEquals(MoveOutcome.ISOLATED, pages.isolate(frame)));
            viewer = WaitingThread.start(() -> assertTrue(pages.describe(frame).isPresent()));
            sizeClass.listsLocked().link(zspage);
        } finally {
            sizeClass.unlock();
        }
        isolator.join();
        viewer.join();
        assertEquals(MoveOutcome.PUT_BACK, pages.putBack(frame));
        fixture.verify();
    }
}
