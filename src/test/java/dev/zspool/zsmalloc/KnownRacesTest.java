package dev.zspool.zsmalloc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.page.PageArena;
import dev.zspool.testkit.Contents;
import dev.zspool.testkit.Engines;
import dev.zspool.testkit.OpSequence;
import dev.zspool.testkit.PoolAssert;
import dev.zspool.testkit.Racers;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Bugs that zsmalloc has had between threads, by their number and name.
///
/// Where a schedule can be forced, it is: the test holds the lock of a size class, waits until the
/// other thread waits for it, changes things, and lets go.
class KnownRacesTest {
    private static final int SMALL = 24;
    private static final int SMALL_SLOTS = 128;

    @RegisterExtension final Engines engines = new Engines();

    private final PageArena arena = engines.heapArena(Engines.SMALL_BYTES);
    private final PoolFixture fixture =
            new PoolFixture(engines.pool(arena, PoolOptions.defaults()));
    private final ZsPool pool = fixture.pool;

    /// Runs something in another thread that must come to wait for a lock which the caller holds.
    private static Thread startAndAwaitWaiting(Runnable action) throws InterruptedException {
        Thread thread = Thread.ofPlatform().name("waiter").daemon().start(action);
        while (thread.getState() != Thread.State.WAITING) {
            assertTrue(thread.isAlive(), "it did not wait for the lock");
            Thread.sleep(1);
        }
        return thread;
    }

    private static void makeSparse(PoolFixture fixture, int zspages, int keptOfEach) {
        fixture.putMany(zspages * SMALL_SLOTS, SMALL);
        List<Long> handles = fixture.handles();
        for (int i = 0; i < handles.size(); i++) {
            if (i % SMALL_SLOTS >= keptOfEach) {
                fixture.free(handles.get(i));
            }
        }
    }

    @Test
    @DisplayName("B5 can-compact-concurrent-never-negative: counters of different moments")
    void countersOfDifferentMoments() {
        SizeClass sizeClass = pool.parts().byIndex()[0];
        for (int ahead = 1; ahead < 1000; ahead += 37) {
            sizeClass.addLiveLocked(ahead);
            assertEquals(0, sizeClass.reclaimablePages());
            assertEquals(0, pool.reclaimablePages());
            assertEquals(0, pool.compact());
            sizeClass.addLiveLocked(-ahead);
        }
    }

    @Test
    @DisplayName("B5 can-compact-concurrent-never-negative: while others allocate and free")
    void reclaimableWhileOthersWrite() throws InterruptedException {
        AtomicBoolean done = new AtomicBoolean();
        Racers racers = new Racers();
        racers.add(() -> {
            try {
                for (int round = 0; round < 150; round++) {
                    makeSparse(fixture, 6, 10);
                    fixture.freeAll();
                }
            } finally {
                done.set(true);
            }
        });
        racers.add(() -> {
            while (!done.get()) {
                long pages = pool.reclaimablePages();
                assertTrue(pages >= 0 && pages <= 6, pages + " pages");
                long stats = pool.stats().reclaimablePages();
                assertTrue(stats >= 0 && stats <= 6, stats + " pages");
            }
        });
        racers.run();
    }

    @Test
    @Timeout(30)
    @DisplayName("B25 a second compactor returns 0 at once, and does no work")
    void secondCompactorReturnsAtOnce() throws InterruptedException {
        makeSparse(fixture, 8, 16);
        SizeClass sizeClass = pool.parts().byIndex()[0];
        AtomicLong first = new AtomicLong(-1);
        sizeClass.lock();
        Thread compactor;
        try {
            compactor = startAndAwaitWaiting(() -> first.set(pool.compact()));
            // This thread holds the class: if it compacted, nothing would stop it.
            assertEquals(0, pool.compact());
            PoolAssert.assertThat(pool).hasPages(8);
        } finally {
            sizeClass.unlock();
        }
        compactor.join();
        assertEquals(7, first.get());
        assertEquals(0, pool.compact());
        fixture.verify();
    }

    @Test
    @DisplayName(
            "B6 two-compactors-account-exactly: what the calls return is what the counter counts")
    void twoCompactorsAccountExactly() throws InterruptedException {
        AtomicLong returned = new AtomicLong();
        AtomicBoolean done = new AtomicBoolean();
        Racers racers = new Racers();
        racers.add(() -> {
            try {
                for (int round = 0; round < 100; round++) {
                    makeSparse(fixture, 6, 20);
                    fixture.freeAll();
                }
            } finally {
                done.set(true);
            }
        });
        for (int i = 0; i < 2; i++) {
            racers.add(() -> {
                while (!done.get()) {
                    returned.addAndGet(pool.compact());
                }
            });
        }
        racers.run();
        makeSparse(fixture, 6, 20);
        returned.addAndGet(pool.compact());
        assertTrue(returned.get() >= 5);
        assertEquals(returned.get(), pool.stats().freedByCompactionPages());
        fixture.verify();
    }

    @Test
    @Timeout(30)
    @DisplayName(
            "B30 free-vs-migrate-stale-pfn: an object that moves while its free waits is freed where it is now")
    void freeOfAMovedObject() throws InterruptedException {
        makeSparse(fixture, 2, 40);
        long handle = fixture.handles().getFirst();
        long word = fixture.word(handle);
        SizeClass sizeClass = pool.parts().byIndex()[0];
        AtomicReference<FreeOutcome> outcome = new AtomicReference<>(FreeOutcome.NOT_LIVE);
        sizeClass.lock();
        Thread freer;
        try {
            freer = startAndAwaitWaiting(() -> outcome.set(pool.free(handle)));
            assertEquals(1, pool.compact());
            assertFalse(word == fixture.word(handle));
        } finally {
            sizeClass.unlock();
        }
        freer.join();
        assertEquals(FreeOutcome.FREED, outcome.get());
        PoolAssert.assertThat(pool).isSound().hasLiveObjects(79).doesNotHold(handle);
    }

    @Test
    @Timeout(30)
    @DisplayName(
            "B30 free-vs-migrate-stale-pfn: a handle that is freed while another free of it waits")
    void freeOfAFreedObject() throws InterruptedException {
        fixture.putMany(10, SMALL);
        long handle = fixture.handles().get(4);
        SizeClass sizeClass = pool.parts().byIndex()[0];
        AtomicReference<FreeOutcome> outcome = new AtomicReference<>(FreeOutcome.FREED);
        sizeClass.lock();
        Thread freer;
        try {
            freer = startAndAwaitWaiting(() -> outcome.set(pool.free(handle)));
            fixture.free(handle);
        } finally {
            sizeClass.unlock();
        }
        freer.join();
        assertEquals(FreeOutcome.NOT_LIVE, outcome.get());
        fixture.verify();
    }

    @Test
    @Timeout(30)
    @DisplayName(
            "B30 free-vs-migrate-stale-pfn: a handle that gets another class while its free waits takes that class' lock")
    void freeOfAReusedHandle() throws InterruptedException {
        fixture.putMany(10, SMALL);
        long handle = fixture.handles().get(4);
        SizeClass sizeClass = pool.parts().byIndex()[0];
        AtomicReference<FreeOutcome> outcome = new AtomicReference<>(FreeOutcome.NOT_LIVE);
        sizeClass.lock();
        Thread freer;
        try {
            freer = startAndAwaitWaiting(() -> outcome.set(pool.free(handle)));
            fixture.free(handle);
            for (int i = 0; i < 2000 && !fixture.handles().contains(handle); i++) {
                fixture.put(200);
                fixture.free(fixture.put(200));
            }
            assertTrue(fixture.handles().contains(handle), "the handle was not reused");
        } finally {
            sizeClass.unlock();
        }
        freer.join();
        assertEquals(FreeOutcome.FREED, outcome.get());
        PoolAssert.assertThat(pool).isSound().hasLiveObjects(fixture.size() - 1L);
    }

    @Test
    @DisplayName("B30 two threads that free the same handles free each object once")
    void doubleFreeRace() throws InterruptedException {
        for (int round = 0; round < 20; round++) {
            fixture.putMany(200, 24 + round * 100);
            List<Long> handles = fixture.handles();
            AtomicInteger freed = new AtomicInteger();
            Racers racers = new Racers();
            for (int i = 0; i < 2; i++) {
                racers.add(() -> {
                    for (long handle : handles) {
                        freed.addAndGet(pool.free(handle) == FreeOutcome.FREED ? 1 : 0);
                    }
                });
            }
            racers.add(() -> assertTrue(pool.compact() >= 0));
            racers.run();
            assertEquals(200, freed.get());
            PoolAssert.assertThat(pool).isSound().hasPages(0).hasLiveObjects(0);
            handles.forEach(fixture::forget);
        }
    }

    @Test
    @Timeout(30)
    @DisplayName(
            "a reader is never blocked: it reads while the class is locked and while others wait for it")
    void readersDoNotWait() throws InterruptedException {
        makeSparse(fixture, 4, 30);
        long handle = fixture.handles().get(3);
        SizeClass sizeClass = pool.parts().byIndex()[0];
        sizeClass.lock();
        Thread writer;
        try {
            writer = startAndAwaitWaiting(() -> assertTrue(pool.compact() >= 0));
            Thread reader =
                    Thread.ofPlatform()
                            .daemon()
                            .start(() ->
                                    PoolAssert.assertThat(pool)
                                            .holds(handle, fixture.content(handle)));
            reader.join(10_000);
            assertFalse(reader.isAlive());
        } finally {
            sizeClass.unlock();
        }
        writer.join();
        fixture.verify();
    }

    @Test
    @DisplayName("a compaction ends although others write all the time")
    void compactionIsBounded() throws InterruptedException {
        AtomicBoolean done = new AtomicBoolean();
        makeSparse(fixture, 20, 40);
        List<Long> kept = fixture.handles();
        Racers racers = new Racers();
        SplittableRandom random = new SplittableRandom(1);
        racers.add(() -> {
            while (!done.get()) {
                byte[] content = Contents.of(1, SMALL);
                long[] handles = new long[300];
                for (int i = 0; i < handles.length; i++) {
                    handles[i] = pool.allocate(content, 0, SMALL);
                }
                for (int i = handles.length - 1; i > 0; i--) {
                    int other = random.nextInt(i + 1);
                    long swapped = handles[i];
                    handles[i] = handles[other];
                    handles[other] = swapped;
                }
                for (long handle : handles) {
                    assertEquals(FreeOutcome.FREED, pool.free(handle));
                }
            }
        });
        racers.add(() -> {
            try {
                for (int i = 0; i < 300; i++) {
                    assertTrue(pool.compact() >= 0);
                }
            } finally {
                done.set(true);
            }
        });
        racers.run();
        assertTrue(pool.compact() >= 0);
        PoolAssert.assertThat(pool).isFullyCompacted();
        assertEquals(kept, fixture.handles());
        fixture.verify();
    }

    @Test
    @DisplayName(
            "chaos: writers, readers, compactor and give-back; every copy is whole and of its handle")
    void chaos() {
        OpSequence.forEachSeed(
                "KnownRacesTest#chaos",
                2,
                1,
                sequence -> {
                    try (Engines own = new Engines()) {
                        PageArena mapped = own.mappedArena(32L << 20);
                        new PoolChaos(own.pool(mapped, PoolOptions.defaults()), mapped)
                                .run(sequence, 8000);
                    }
                });
    }
}
