package dev.zspool.blob;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Asynchronous locks for the writers of handles: one write of a handle at a time, in the order of
/// their arrival.
///
/// A slot is held from the decision about conditions until the answer, over a journal's commit too,
/// and no thread waits for it: who finds it taken leaves a task, and whoever releases it runs the
/// next one. Handles share {@link #SLOTS} slots by their hash. The locks inside are leaves, held
/// for a few instructions.
final class WriteSlots {
    static final int SLOTS = 1024;

    private final Slot[] slots = new Slot[SLOTS];

    WriteSlots() {
        for (int i = 0; i < SLOTS; i++) {
            slots[i] = new Slot();
        }
    }

    /// Runs a task once the slot of a hash is free: now on this thread, or later on the thread that
    /// releases it.
    ///
    /// The task has the slot until somebody, on whatever thread, calls {@link #release} with the
    /// same hash.
    void acquire(long hash, Runnable task) {
        if (slot(hash).tryTake(task)) {
            TaskChain.run(task);
        }
    }

    void release(long hash) {
        Runnable next = slot(hash).passOn();
        if (next != null) {
            TaskChain.run(next);
        }
    }

    private Slot slot(long hash) {
        return slots[(int) hash & SLOTS - 1];
    }

    private static final class Slot {
        private final ReentrantLock lock = new ReentrantLock();

        @GuardedBy("lock")
        private boolean taken;

        @GuardedBy("lock")
        private @Nullable Queue<Runnable> waiting;

        boolean tryTake(Runnable task) {
            lock.lock();
            try {
                if (!taken) {
                    taken = true;
                    return true;
                }
                if (waiting == null) {
                    waiting = new ArrayDeque<>();
                }
                waiting.add(task);
                return false;
            } finally {
                lock.unlock();
            }
        }

        @Nullable Runnable passOn() {
            lock.lock();
            try {
                Runnable next = waiting == null ? null : waiting.poll();
                if (next == null) {
                    taken = false;
                    waiting = null;
                }
                return next;
            } finally {
                lock.unlock();
            }
        }
    }
}
