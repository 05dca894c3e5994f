package dev.zspool.testkit;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Threads that start together, and whose first failure fails the test.
public final class Racers {
    private static final long MOST_MILLIS = 30_000;

    private final List<Body> bodies = new ArrayList<>();

    /// What a thread of a test does.
    @FunctionalInterface
    public interface Body {
        void run() throws Exception;
    }

    /// Adds a thread; the call returns this.
    @CanIgnoreReturnValue
    public Racers add(Body body) {
        bodies.add(body);
        return this;
    }

    /// Runs all of them to their end.
    ///
    /// @throws AssertionError when one fails or does not end in time
    public void run() throws InterruptedException {
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        CountDownLatch start = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (Body body : bodies) {
            threads.add(
                    Thread.ofPlatform()
                            .name("racer-" + threads.size())
                            .daemon()
                            .start(() -> runOne(body, start, failure)));
        }
        start.countDown();
        boolean late = false;
        for (Thread thread : threads) {
            thread.join(MOST_MILLIS);
            late |= thread.isAlive();
        }
        Throwable thrown = failure.get();
        if (thrown != null) {
            throw new AssertionError("a thread failed: " + thrown, thrown);
        }
        if (late) {
            throw new AssertionError("a thread did not end in " + MOST_MILLIS + " ms");
        }
    }

    private static void runOne(
            Body body, CountDownLatch start, AtomicReference<@Nullable Throwable> failure) {
        try {
            start.await();
            body.run();
        } catch (Throwable thrown) {
            failure.compareAndSet(null, thrown);
        }
    }
}
