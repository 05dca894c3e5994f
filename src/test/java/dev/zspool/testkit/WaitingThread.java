package dev.zspool.testkit;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// A thread that has come to wait for a lock or a condition, and goes on when the test lets it: the
/// means to force a schedule.
public final class WaitingThread {
    private static final long MOST_MILLIS = 30_000;

    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final Thread thread;

    private WaitingThread(Racers.Body body) {
        thread = Thread.ofPlatform().name("waiter").daemon().start(() -> run(body));
    }

    private void run(Racers.Body body) {
        try {
            body.run();
        } catch (Throwable thrown) {
            failure.set(thrown);
        }
    }

    /// Runs something in another thread, and returns when it waits.
    ///
    /// @throws AssertionError when it ends without having waited
    public static WaitingThread start(Racers.Body body) {
        WaitingThread waiting = new WaitingThread(body);
        while (!waiting.isWaiting()) {
            if (!waiting.thread.isAlive()) {
                throw new AssertionError("it did not wait", waiting.failure.get());
            }
            Thread.onSpinWait();
        }
        return waiting;
    }

    public boolean isWaiting() {
        return thread.getState() == Thread.State.WAITING;
    }

    /// Waits for its end.
    ///
    /// @throws AssertionError when it failed
    public void join() throws InterruptedException {
        thread.join(MOST_MILLIS);
        Throwable thrown = failure.get();
        if (thrown != null) {
            throw new AssertionError("the other thread failed: " + thrown, thrown);
        }
        if (thread.isAlive()) {
            throw new AssertionError("the other thread still waits");
        }
    }
}
