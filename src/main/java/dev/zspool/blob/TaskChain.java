package dev.zspool.blob;

import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/// Runs callbacks of others one after the other, not one inside the other: what a task brings about
/// on its own thread waits until the task returns. So a chain of any length needs no stack.
///
/// Every task runs, also after one that throws; the first exception goes to whoever began the
/// chain.
final class TaskChain {
    private static final ThreadLocal<@Nullable Queue<Runnable>> OF_THREAD = new ThreadLocal<>();

    private TaskChain() {}

    /// Runs a task: now, or behind the one that this thread is running.
    static void run(Runnable task) {
        Queue<Runnable> pending = OF_THREAD.get();
        if (pending != null) {
            pending.add(task);
            return;
        }
        Queue<Runnable> mine = new ArrayDeque<>();
        OF_THREAD.set(mine);
        try {
            runAll(task, mine);
        } finally {
            OF_THREAD.remove();
        }
    }

    /// Runs a step at once, also within a chain; what it brings about waits until it returns.
    static void during(Runnable step) {
        if (OF_THREAD.get() == null) {
            run(step);
        } else {
            step.run();
        }
    }

    private static void runAll(Runnable first, Queue<Runnable> mine) {
        Throwable thrown = null;
        for (Runnable task = first; task != null; task = mine.poll()) {
            try {
                task.run();
            } catch (RuntimeException | Error failure) {
                if (thrown == null) {
                    thrown = failure;
                } else {
                    thrown.addSuppressed(failure);
                }
            }
        }
        if (thrown instanceof Error error) {
            throw error;
        }
        if (thrown instanceof RuntimeException exception) {
            throw exception;
        }
    }
}
