package dev.zspool.page;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.os.Errno;
import dev.zspool.testkit.Engines;
import dev.zspool.testkit.FaultyPages;
import dev.zspool.testkit.HeapPages;
import dev.zspool.testkit.OpSequence;
import dev.zspool.testkit.Racers;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Owners and the one who gives back, at the same time, over memory of the system.
class PageArenaConcurrencyTest {
    private static final int BLOCKS = 4;
    private static final int FRAMES = BLOCKS * Frames.PAGEBLOCK_FRAMES;
    private static final int LIMIT = FRAMES - 200;
    private static final int OWNERS = 3;
    private static final int ROUNDS = 3000;

    @Test
    @DisplayName("no frame has two owners, none loses its bytes, all counts agree in the end")
    void ownersAndGiveBack() {
        OpSequence.forEachSeed("PageArenaConcurrencyTest", 2, 1, PageArenaConcurrencyTest::race);
    }

    @Test
    @Timeout(30)
    @DisplayName("frames on their way back to the system are no reason to refuse")
    void inTransitFramesAreWaitedFor() throws InterruptedException {
        try (Engines engines = new Engines()) {
            SlowPages source = new SlowPages();
            PageArena arena = engines.arena(source, ArenaOptions.ofSize(Frames.PAGEBLOCK_BYTES));
            FrameOwner owner = new FrameOwner(arena);
            owner.take(400);
            owner.releaseAll();
            Thread giver = Thread.ofPlatform().daemon().start(() -> arena.giveBack(0));
            source.entered.await();
            assertEquals(400, arena.stats().inTransitFrames());
            AtomicBoolean taken = new AtomicBoolean();
            Thread taker = Thread.ofPlatform().daemon().start(() -> taken.set(owner.tryTake(200)));
            while (taker.getState() != Thread.State.WAITING) {
                assertTrue(taker.isAlive(), "refused although the frames come back");
                Thread.sleep(1);
            }
            // What is there is handed out meanwhile.
            int[] frames = new int[100];
            assertTrue(arena.acquire(frames, 100));
            source.mayLeave.countDown();
            giver.join();
            taker.join();
            assertTrue(taken.get());
            arena.release(frames, 100);
            owner.releaseAll();
        }
    }

    /// A heap twin whose give-backs wait until the test lets them go on.
    private static final class SlowPages implements PageSource {
        final CountDownLatch entered = new CountDownLatch(1);
        final CountDownLatch mayLeave = new CountDownLatch(1);
        private final HeapPages inner = new HeapPages();

        @Override
        public Region reserve(long sizeBytes) {
            return new SlowRegion(inner.reserve(sizeBytes));
        }

        @Override
        public void close() {}

        private final class SlowRegion implements Region {
            private final Region region;

            SlowRegion(Region region) {
                this.region = region;
            }

            @Override
            public MemorySegment memory() {
                return region.memory();
            }

            @Override
            public Words words() {
                return region.words();
            }

            @Override
            public Errno giveBack(long offset, long lengthBytes) {
                entered.countDown();
                try {
                    mayLeave.await();
                } catch (InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                    return Errno.EINTR;
                }
                return region.giveBack(offset, lengthBytes);
            }
        }
    }

    private static void race(OpSequence sequence) throws InterruptedException {
        try (Engines engines = new Engines()) {
            FaultyPages source = new FaultyPages(new MappedPages());
            PageArena arena =
                    engines.arena(
                            source, new ArenaOptions(BLOCKS * Frames.PAGEBLOCK_BYTES, LIMIT, 64));
            AtomicInteger running = new AtomicInteger(OWNERS);
            AtomicBoolean failed = new AtomicBoolean();
            Racers racers = new Racers();
            for (int owner = 1; owner <= OWNERS; owner++) {
                long tag = owner;
                SplittableRandom random = sequence.split();
                racers.add(() -> {
                    try {
                        own(arena, tag, random);
                    } finally {
                        running.decrementAndGet();
                    }
                });
            }
            SplittableRandom random = sequence.split();
            racers.add(() -> {
                while (running.get() > 0) {
                    arena.giveBack(random.nextInt(500));
                    if (!arena.check().isEmpty()) {
                        failed.set(true);
                    }
                }
            });
            racers.run();
            assertTrue(!failed.get(), "a check under way found something");
            // On a busy machine the owners may be done before the other thread begins.
            arena.giveBack(0);
            ArenaStats stats = arena.stats();
            assertEquals(0, stats.ownedFrames());
            assertEquals(0, stats.warmFrames());
            assertEquals(stats.acquiredFrames(), stats.releasedFrames());
            assertEquals(source.giveBackCalls(), stats.giveBackCalls());
            assertTrue(stats.giveBackCalls() > 0);
        }
    }

    private static void own(PageArena arena, long tag, SplittableRandom random) {
        Deque<int[]> owned = new ArrayDeque<>();
        for (int round = 0; round < ROUNDS; round++) {
            int[] frames = new int[1 + random.nextInt(16)];
            if (random.nextInt(100) < 55 && arena.acquire(frames, frames.length)) {
                for (int frame : frames) {
                    mark(arena, frame, tag);
                }
                owned.addLast(frames);
            } else if (!owned.isEmpty()) {
                release(arena, random.nextBoolean() ? owned.pollFirst() : owned.pollLast(), tag);
            }
            if (random.nextInt(200) == 0) {
                while (!owned.isEmpty()) {
                    release(arena, owned.removeFirst(), tag);
                }
            }
        }
        while (!owned.isEmpty()) {
            release(arena, owned.removeFirst(), tag);
        }
    }

    private static void mark(PageArena arena, int frame, long tag) {
        assertEquals(0, arena.descriptors().getAcquire(frame), "the word of a free frame");
        arena.descriptors().setRelease(frame, tag);
        arena.memory().set(JAVA_LONG, Frames.address(frame), tag << 32 | frame);
        arena.memory().set(JAVA_LONG, Frames.address(frame + 1) - 8, tag << 32 | frame);
    }

    private static void release(PageArena arena, int[] frames, long tag) {
        for (int frame : frames) {
            assertTrue(arena.isOwned(frame));
            assertEquals(tag, arena.descriptors().getAcquire(frame));
            assertEquals(tag << 32 | frame, arena.memory().get(JAVA_LONG, Frames.address(frame)));
            assertEquals(
                    tag << 32 | frame,
                    arena.memory().get(JAVA_LONG, Frames.address(frame + 1) - 8));
        }
        arena.release(frames, frames.length);
    }
}
