package dev.zspool.blob;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.testkit.Racers;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// The bound of the heap that bodies under way take.
class BodyBudgetTest {
    private final BodyBudget budget = new BodyBudget(100);
    private final List<String> granted = new ArrayList<>();

    private BodyBudget.Claim claim(String name, long bytes) {
        return new BodyBudget.Claim(bytes, () -> granted.add(name));
    }

    @Test
    @DisplayName("first come, first served: a small one does not overtake")
    void order() {
        BodyBudget.Claim a = claim("a", 60);
        BodyBudget.Claim b = claim("b", 60);
        BodyBudget.Claim c = claim("c", 10);
        assertTrue(budget.request(a));
        assertFalse(budget.request(b));
        assertFalse(budget.request(c), "there would be room, but b was first");
        assertEquals(60, budget.usedBytes());
        budget.release(a);
        assertEquals(List.of("b", "c"), granted);
        assertEquals(70, budget.usedBytes());
        budget.release(b);
        budget.release(b);
        budget.release(c);
        assertEquals(0, budget.usedBytes());
    }

    @Test
    @DisplayName("while writes are not let in they wait, and come in their order afterwards")
    void admission() {
        BodyBudget.Claim before = claim("before", 10);
        assertTrue(budget.request(before));
        budget.admit(WriteAdmission.WAIT);
        BodyBudget.Claim a = claim("a", 10);
        BodyBudget.Claim b = claim("b", 10);
        assertFalse(budget.request(a));
        assertFalse(budget.request(b));
        assertEquals(2, budget.waiting());
        // Room alone lets nobody in.
        budget.release(before);
        assertEquals(List.of(), granted);
        budget.admit(WriteAdmission.REFUSE);
        assertEquals(List.of(), granted);
        budget.admit(WriteAdmission.OPEN);
        assertEquals(List.of("a", "b"), granted);
        assertEquals(0, budget.waiting());
        assertEquals(20, budget.usedBytes());
    }

    @Test
    @DisplayName("who waits and gives up lets the next ones in")
    void givingUp() {
        BodyBudget.Claim a = claim("a", 60);
        BodyBudget.Claim b = claim("b", 60);
        BodyBudget.Claim c = claim("c", 40);
        budget.request(a);
        budget.request(b);
        budget.request(c);
        budget.release(b);
        assertEquals(List.of("c"), granted);
        assertEquals(100, budget.usedBytes());
        budget.release(a);
        budget.release(c);
        assertEquals(List.of("c"), granted);
        assertEquals(0, budget.usedBytes());
    }

    @Test
    @DisplayName("exactly all of it, and nothing, can be had; more is the caller's mistake")
    void bounds() {
        BodyBudget.Claim all = claim("all", 100);
        BodyBudget.Claim nothing = claim("nothing", 0);
        assertTrue(budget.request(all));
        assertTrue(budget.request(nothing));
        assertThrows(IllegalArgumentException.class, () -> budget.request(claim("more", 101)));
        budget.release(all);
        budget.release(nothing);
        assertEquals(0, budget.usedBytes());
    }

    @Test
    @DisplayName("100,000 that wait and end as soon as they are let in do not nest")
    void noRecursion() {
        int waiters = 100_000;
        List<Integer> order = new ArrayList<>();
        BodyBudget.Claim first = claim("first", 100);
        budget.request(first);
        for (int i = 0; i < waiters; i++) {
            int me = i;
            BodyBudget.Claim[] mine = new BodyBudget.Claim[1];
            mine[0] =
                    new BodyBudget.Claim(
                            100,
                            () -> {
                                order.add(me);
                                budget.release(mine[0]);
                            });
            assertFalse(budget.request(mine[0]));
        }
        budget.release(first);
        assertEquals(IntStream.range(0, waiters).boxed().toList(), order);
        assertEquals(0, budget.usedBytes());
    }

    @Test
    @DisplayName("a callback that throws keeps nobody else waiting")
    void throwingCallback() {
        IllegalStateException thrown = new IllegalStateException("on purpose");
        BodyBudget.Claim first = claim("first", 100);
        BodyBudget.Claim bad =
                new BodyBudget.Claim(
                        50,
                        () -> {
                            throw thrown;
                        });
        BodyBudget.Claim last = claim("last", 50);
        budget.request(first);
        budget.request(bad);
        budget.request(last);
        assertSame(thrown, assertThrows(IllegalStateException.class, () -> budget.release(first)));
        assertEquals(List.of("last"), granted);
        budget.release(bad);
        budget.release(last);
        assertEquals(0, budget.usedBytes());
    }

    @Test
    @DisplayName("8 threads: never above the bound, everybody is let in once")
    void bound() throws InterruptedException {
        AtomicLong held = new AtomicLong();
        AtomicLong highest = new AtomicLong();
        Racers racers = new Racers();
        SplittableRandom seeds = new SplittableRandom(1);
        for (int thread = 0; thread < 8; thread++) {
            SplittableRandom random = seeds.split();
            racers.add(() -> {
                for (int round = 0; round < 5_000; round++) {
                    long bytes = random.nextInt(101);
                    Semaphore let = new Semaphore(0);
                    BodyBudget.Claim mine = new BodyBudget.Claim(bytes, let::release);
                    boolean wanted = random.nextInt(10) > 0;
                    if (budget.request(mine)) {
                        let.release();
                    }
                    if (wanted) {
                        let.acquire();
                        highest.accumulateAndGet(held.addAndGet(bytes), Math::max);
                        held.addAndGet(-bytes);
                    }
                    budget.release(mine);
                    assertTrue(let.availablePermits() <= 1, "let in twice");
                }
            });
        }
        racers.run();
        assertTrue(highest.get() <= 100, highest::toString);
        assertEquals(0, budget.usedBytes());
    }
}
