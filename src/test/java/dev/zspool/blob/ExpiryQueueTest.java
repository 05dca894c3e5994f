package dev.zspool.blob;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.os.Errno;
import dev.zspool.page.ArenaOptions;
import dev.zspool.page.Frames;
import dev.zspool.page.PageArena;
import dev.zspool.page.PageSource;
import dev.zspool.page.Region;
import dev.zspool.page.Words;
import dev.zspool.testkit.BreaksInvariant;
import dev.zspool.testkit.Engines;
import dev.zspool.testkit.HeapPages;
import dev.zspool.testkit.Racers;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExpiryQueueTest {
    private static final int ENTRIES_PER_PAGE = Frames.FRAME_BYTES / Long.BYTES;

    @RegisterExtension final Engines engines = new Engines();

    private final PageArena arena = engines.heapArena(8L << 20);
    private final ExpiryQueue queue = new ExpiryQueue(arena);

    @AfterEach
    void close() {
        queue.close();
        assertEquals(0, arena.stats().tablePages());
    }

    private void add(long entry) {
        assertTrue(queue.reserve());
        queue.add(entry);
    }

    private void assertSound() {
        List<String> violations = new ArrayList<>();
        queue.check(violations);
        assertEquals(List.of(), violations);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    @DisplayName("as a sorted queue does: adding, polling by time, removing in the middle")
    void model(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        PriorityQueue<Long> model = new PriorityQueue<>(Long::compareUnsigned);
        long[] copy = new long[64];
        for (int step = 0; step < 60_000; step++) {
            int what = random.nextInt(10);
            if (what < 6) {
                long entry = ExpiryQueue.entry(random.nextLong(1L << 42), 1 + random.nextInt(1000));
                add(entry);
                model.add(entry);
            } else if (what < 9) {
                long second = random.nextLong(1L << 32);
                long polled = queue.pollDue(second);
                Long first = model.peek();
                boolean isDue = first != null && ExpiryQueue.second(first) <= second;
                assertEquals(isDue ? model.remove() : ExpiryQueue.NONE, polled, "seed " + seed);
            } else if (queue.size() > 0) {
                long from = random.nextLong(queue.size());
                assertTrue(queue.copy(from, copy) > 0);
                assertTrue(queue.remove(from, copy[0]));
                assertTrue(model.remove(copy[0]), "seed " + seed);
                assertFalse(queue.remove(queue.size(), copy[0]));
            }
        }
        assertSound();
        while (!model.isEmpty()) {
            assertEquals(model.remove(), queue.pollDue(-1L >>> 1), "seed " + seed);
        }
        assertEquals(ExpiryQueue.NONE, queue.pollDue(-1L >>> 1));
    }

    @Test
    @DisplayName("seconds are rounded up, and order holds for the year 2106")
    void seconds() {
        assertEquals(1, ExpiryQueue.secondOf(1));
        assertEquals(1, ExpiryQueue.secondOf(1_000));
        assertEquals(2, ExpiryQueue.secondOf(1_001));
        long late = 4_000_000_000L;
        add(ExpiryQueue.entry(late * 1000, 7));
        add(ExpiryQueue.entry(5_000, 0xFFFF_FFFFL));
        assertEquals(0xFFFF_FFFFL, ExpiryQueue.rootHandle(queue.pollDue(late)));
        assertEquals(ExpiryQueue.NONE, queue.pollDue(late - 1));
        assertEquals(7, ExpiryQueue.rootHandle(queue.pollDue(late)));
    }

    @Test
    @DisplayName("it takes a page for 512 entries, and gives pages back when they are gone")
    void pages() {
        assertEquals(0, arena.stats().tablePages());
        int entries = 20 * ENTRIES_PER_PAGE;
        for (int i = 0; i < entries; i++) {
            add(ExpiryQueue.entry(1_000L * (i + 1), i + 1));
        }
        assertEquals(20, arena.stats().tablePages());
        assertEquals(0, queue.giveBackPages());
        for (int i = 0; i < entries - ENTRIES_PER_PAGE; i++) {
            assertEquals(i + 1, ExpiryQueue.rootHandle(queue.pollDue(i + 1)));
        }
        assertEquals(15, queue.giveBackPages());
        assertEquals(5, arena.stats().tablePages());
        assertSound();
        for (int i = entries - ENTRIES_PER_PAGE; i < entries; i++) {
            assertEquals(i + 1, ExpiryQueue.rootHandle(queue.pollDue(i + 1)));
        }
        assertEquals(5, queue.giveBackPages());
        assertEquals(0, arena.stats().tablePages());
        add(ExpiryQueue.entry(1, 1));
        assertEquals(1, ExpiryQueue.rootHandle(queue.pollDue(1)));
    }

    @Test
    @DisplayName("without memory nothing is promised, and a promise can be taken back")
    void noMemory() {
        long free = arena.stats().limitPages();
        assertTrue(arena.budget().chargeTablePages(free));
        assertFalse(queue.reserve());
        arena.budget().dischargeTablePages(free);
        for (int i = 0; i < ENTRIES_PER_PAGE; i++) {
            assertTrue(queue.reserve());
        }
        assertEquals(1, queue.pages());
        for (int i = 0; i < ENTRIES_PER_PAGE; i++) {
            queue.release();
        }
        assertSound();
        assertEquals(1, queue.giveBackPages());
    }

    @Test
    @DisplayName("many writers, one who polls and one who gives back: each entry comes out once")
    void race() throws InterruptedException {
        int perWriter = 60_000;
        ConcurrentLinkedQueue<Long> out = new ConcurrentLinkedQueue<>();
        Racers racers = new Racers();
        for (int writer = 0; writer < 3; writer++) {
            int me = writer;
            racers.add(() -> {
                for (int i = 0; i < perWriter; i++) {
                    add(ExpiryQueue.entry(1 + i % 5_000, 1L + (long) me * perWriter + i));
                }
            });
        }
        racers.add(() -> {
            for (int left = 3 * perWriter - 1_000; left > 0; ) {
                long entry = queue.pollDue(10);
                if (entry != ExpiryQueue.NONE) {
                    out.add(entry);
                    left--;
                }
            }
        });
        racers.add(() -> {
            for (int i = 0; i < 2_000; i++) {
                queue.giveBackPages();
            }
        });
        racers.run();
        assertSound();
        for (long entry = queue.pollDue(10); entry != 0; entry = queue.pollDue(10)) {
            out.add(entry);
        }
        assertEquals(3L * perWriter, out.stream().distinct().count());
        assertEquals(3 * perWriter, out.size());
    }

    @Test
    @BreaksInvariant("I-20")
    @DisplayName("I-20: an entry that is sooner than the one above it")
    void order() {
        for (int i = 0; i < 10; i++) {
            add(ExpiryQueue.entry(10_000, i + 1));
        }
        queue.corrupt(7, ExpiryQueue.entry(1, 1));
        List<String> violations = new ArrayList<>();
        queue.check(violations);
        assertEquals(List.of("I-20 entry 7: sooner than the one above"), violations);
    }

    @Test
    @DisplayName("a give-back that throws: writers do not wait for its end for ever")
    void giveBackThrows() {
        PageArena struck =
                engines.arena(new ThrowingPages(), new ArenaOptions(4 * BlobRigs.MIB, 1024, 64));
        ExpiryQueue full = new ExpiryQueue(struck);
        for (int i = 0; i < 10_000; i++) {
            assertTrue(full.reserve());
            full.add(ExpiryQueue.entry(1_000, i + 1));
        }
        while (full.pollDue(Long.MAX_VALUE) != ExpiryQueue.NONE) {
            // All of them.
        }
        long pages = full.pages();
        assertThrows(OutOfMemoryError.class, full::giveBackPages);
        assertEquals(pages, full.pages());
        for (int i = 0; i < 20_000; i++) {
            assertTrue(full.reserve());
            full.add(ExpiryQueue.entry(1_000, i + 1));
        }
        full.close();
    }

    /// The first give-back finds the heap full.
    private static final class ThrowingPages implements PageSource {
        private final PageSource inner = new HeapPages();
        private boolean isDone;

        @Override
        public Region reserve(long sizeBytes) {
            Region region = inner.reserve(sizeBytes);
            return new Region() {
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
                    if (!isDone) {
                        isDone = true;
                        throw new OutOfMemoryError("as the test wants it");
                    }
                    return region.giveBack(offset, lengthBytes);
                }
            };
        }

        @Override
        public void close() {
            inner.close();
        }
    }
}
