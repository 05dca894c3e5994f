package dev.zspool.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class AttemptBucketsTest {
    private static final int BURST = 5;
    private static final long ATTEMPT_MILLIS = 100;

    private final AtomicLong millis = new AtomicLong(12_345);
    private final AttemptBuckets buckets =
            new AttemptBuckets(BURST, ATTEMPT_MILLIS, millis::get, 4711);

    private int taken(String who, int tries) {
        return (int) IntStream.range(0, tries).filter(any -> buckets.tryTake(who)).count();
    }

    @Test
    @DisplayName("some at once, then one for each while that passes")
    void refills() {
        assertEquals(BURST, taken("a", 100));
        millis.addAndGet(ATTEMPT_MILLIS - 1);
        assertFalse(buckets.tryTake("a"));
        millis.addAndGet(1);
        assertEquals(1, taken("a", 10));
        millis.addAndGet(3 * ATTEMPT_MILLIS + ATTEMPT_MILLIS / 2);
        assertEquals(3, taken("a", 10));
        millis.addAndGet(ATTEMPT_MILLIS / 2);
        assertEquals(1, taken("a", 10), "half a while is not lost");
    }

    @Test
    @DisplayName("never more than a burst, however long it was quiet")
    void neverMore() {
        assertEquals(BURST, taken("a", 10));
        millis.addAndGet(1_000_000 * ATTEMPT_MILLIS);
        assertEquals(BURST, taken("a", 100));
    }

    @Test
    @DisplayName("a refused attempt costs nothing")
    void refusedIsFree() {
        assertEquals(BURST, taken("a", 100_000));
        millis.addAndGet(ATTEMPT_MILLIS);
        assertTrue(buckets.tryTake("a"));
    }

    @Test
    @DisplayName("one that was good comes back")
    void givesBack() {
        for (int round = 0; round < 100; round++) {
            assertTrue(buckets.tryTake("a"));
            buckets.giveBack("a");
        }
        buckets.giveBack("a");
        assertEquals(BURST, taken("a", 10), "nothing is given back that was not taken");
    }

    @Test
    @DisplayName("others are not hindered")
    void perAddress() {
        assertEquals(BURST, taken("10.0.0.1", 10));
        assertEquals(BURST, taken("10.0.0.2", 10));
    }

    @Test
    @DisplayName("threads at once take no more than there are")
    void atOnce() throws InterruptedException {
        AtomicInteger all = new AtomicInteger();
        Thread[] threads = new Thread[4];
        for (int at = 0; at < threads.length; at++) {
            threads[at] = Thread.ofPlatform().start(() -> all.addAndGet(taken("a", 1_000)));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(BURST, all.get());
    }
}
