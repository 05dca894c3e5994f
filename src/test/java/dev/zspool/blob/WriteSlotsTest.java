package dev.zspool.blob;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.testkit.Racers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Asynchronous locks: who has one, and who comes next.
class WriteSlotsTest {
    private static final long HASH = 0x1234_5678_9ABC_DEF0L;
    private static final long OTHER = HASH + 1;

    private final WriteSlots slots = new WriteSlots();
    private final List<Integer> order = new ArrayList<>();

    @Test
    @DisplayName("a free slot's task runs at once, the others in the order of their arrival")
    void order() {
        slots.acquire(HASH, () -> order.add(0));
        for (int i = 1; i <= 5; i++) {
            int me = i;
            slots.acquire(HASH, () -> order.add(me));
        }
        assertEquals(List.of(0), order, "the slot is held until it is released");
        slots.acquire(OTHER, () -> order.add(100));
        assertEquals(List.of(0, 100), order, "another slot is not in the way");
        for (int released = 1; released <= 5; released++) {
            slots.release(HASH);
            assertEquals(released + 2, order.size());
        }
        slots.release(HASH);
        slots.release(OTHER);
        assertEquals(List.of(0, 100, 1, 2, 3, 4, 5), order);
        slots.acquire(HASH, () -> order.add(6));
        assertEquals(6, order.getLast(), "free again");
    }

    @Test
    @DisplayName("who comes next comes before those that wait")
    void next() {
        slots.acquireNext(HASH, () -> order.add(0));
        slots.acquire(HASH, () -> order.add(3));
        slots.acquireNext(HASH, () -> order.add(2));
        slots.acquireNext(HASH, () -> order.add(1));
        for (int released = 0; released <= 3; released++) {
            slots.release(HASH);
        }
        assertEquals(List.of(0, 1, 2, 3), order);
    }

    @Test
    @DisplayName("equal low bits share a slot")
    void sharing() {
        slots.acquire(HASH, () -> order.add(1));
        slots.acquire(HASH ^ 1L << 40, () -> order.add(2));
        assertEquals(List.of(1), order);
        slots.release(HASH);
        assertEquals(List.of(1, 2), order);
    }

    @Test
    @DisplayName("100,000 waiters on one slot do not nest")
    void noRecursion() {
        int waiters = 100_000;
        AtomicInteger deepest = new AtomicInteger();
        slots.acquire(HASH, () -> order.add(-1));
        for (int i = 0; i < waiters; i++) {
            int me = i;
            slots.acquire(
                    HASH,
                    () -> {
                        order.add(me);
                        if (me % 1_000 == 0) {
                            int depth = Thread.currentThread().getStackTrace().length;
                            deepest.accumulateAndGet(depth, Math::max);
                        }
                        slots.release(HASH);
                    });
        }
        int here = Thread.currentThread().getStackTrace().length;
        slots.release(HASH);
        assertEquals(IntStream.range(-1, waiters).boxed().toList(), order);
        assertTrue(deepest.get() < here + 20, () -> "depth " + deepest + ", from " + here);
    }

    @Test
    @DisplayName("a task that throws takes nobody's turn")
    void throwingTask() {
        IllegalStateException thrown = new IllegalStateException("on purpose");
        slots.acquire(HASH, () -> order.add(0));
        slots.acquire(
                HASH,
                () -> {
                    order.add(1);
                    slots.release(HASH);
                    // The next task waits for this one's return.
                    throw thrown;
                });
        slots.acquire(
                HASH,
                () -> {
                    order.add(2);
                    slots.release(HASH);
                });
        assertSame(thrown, assertThrows(IllegalStateException.class, () -> slots.release(HASH)));
        assertEquals(List.of(0, 1, 2), order);
        slots.acquire(HASH, () -> order.add(3));
        assertEquals(List.of(0, 1, 2, 3), order, "free again");
    }

    @Test
    @DisplayName("released on any thread, the next task runs there")
    void releasedElsewhere() throws InterruptedException {
        slots.acquire(HASH, () -> order.add(0));
        List<Thread> ranOn = new ArrayList<>();
        slots.acquire(HASH, () -> ranOn.add(Thread.currentThread()));
        Thread releaser = Thread.ofPlatform().name("releaser").start(() -> slots.release(HASH));
        releaser.join();
        assertEquals(List.of(releaser), ranOn);
    }

    @Test
    @DisplayName("8 threads on 3 slots: one at a time in each, nobody is forgotten")
    void mutualExclusion() throws InterruptedException {
        int rounds = 20_000;
        int[] plain = new int[3];
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger overlaps = new AtomicInteger();
        AtomicInteger[] holders = {new AtomicInteger(), new AtomicInteger(), new AtomicInteger()};
        Racers racers = new Racers();
        for (int thread = 0; thread < 8; thread++) {
            racers.add(() -> {
                for (int round = 0; round < rounds; round++) {
                    int slot = round % 3;
                    slots.acquire(
                            HASH + slot,
                            () -> {
                                if (holders[slot].incrementAndGet() != 1) {
                                    overlaps.incrementAndGet();
                                }
                                plain[slot]++;
                                inside.incrementAndGet();
                                holders[slot].decrementAndGet();
                                slots.release(HASH + slot);
                            });
                }
            });
        }
        racers.run();
        assertEquals(0, overlaps.get());
        assertEquals(8 * rounds, inside.get());
        assertEquals(8 * rounds, IntStream.of(plain).sum(), "plain counters under the slots");
    }
}
