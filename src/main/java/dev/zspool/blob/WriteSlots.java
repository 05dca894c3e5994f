package dev.zspool.blob;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Asynchronous locks for the writers of handles: one write of a handle at a time, in the order of
/// their arrival.
///
/// A slot is held from the decision about conditions until the answer, over a journal's commit too,
/// and no thread waits for it: who finds it taken leaves a task, and whoever releases it runs the
/// next one. Handles share {@link #SLOTS} slots by their hash.
///
/// A slot that nobody waits for is one reference, changed by compare and set, so that the slots of
/// a pool take little. The first who has to wait puts a queue there, whose lock is a leaf and held
/// for a few instructions; the queue goes when it is empty.
final class WriteSlots {
    static final int SLOTS = 1024;

    /// Of a slot that is taken and nobody waits for.
    private static final Waiters NOBODY = new Waiters();

    /// Null where a slot is free.
    private final AtomicReferenceArray<@Nullable Waiters> slots = new AtomicReferenceArray<>(SLOTS);

    /// How often each slot was released.
    private final AtomicIntegerArray releases = new AtomicIntegerArray(SLOTS);

    /// Runs a task once the slot of a hash is free: now on this thread, or later on the thread that
    /// releases it.
    ///
    /// The task has the slot until somebody, on whatever thread, calls {@link #release} with the
    /// same hash.
    void acquire(long hash, Runnable task) {
        if (isTaken(slotOf(hash), task, false)) {
            TaskChain.run(task);
        }
    }

    /// The same, before those that wait already.
    void acquireNext(long hash, Runnable task) {
        if (isTaken(slotOf(hash), task, true)) {
            TaskChain.run(task);
        }
    }

    /// Takes the slot of a hash if it is free: then the caller has it until it calls {@link
    /// #release}.
    boolean tryAcquire(long hash) {
        return slots.compareAndSet(slotOf(hash), null, NOBODY);
    }

    /// How often the slot of a hash was released, modulo 2^32. Whoever notes it before he looks
    /// something up, and finds it unchanged when he has the slot, knows that nothing was changed
    /// meanwhile.
    int releases(long hash) {
        return releases.get(slotOf(hash));
    }

    void release(long hash) {
        releases.incrementAndGet(slotOf(hash));
        Runnable next = passOn(slotOf(hash));
        if (next != null) {
            TaskChain.run(next);
        }
    }

    private static int slotOf(long hash) {
        return (int) hash & SLOTS - 1;
    }

    /// Takes a slot.
    ///
    /// @param isNext whether the task comes before those that wait already
    /// @return whether the caller has it now; else the task waits for it
    private boolean isTaken(int slot, Runnable task, boolean isNext) {
        while (true) {
            Waiters now = slots.get(slot);
            if (now == null) {
                if (slots.compareAndSet(slot, null, NOBODY)) {
                    return true;
                }
            } else if (now == NOBODY) {
                Waiters mine = new Waiters();
                if (mine.isAdded(task, isNext) && slots.compareAndSet(slot, NOBODY, mine)) {
                    return false;
                }
            } else if (now.isAdded(task, isNext)) {
                return false;
            } else {
                // Over: whoever ended it is about to do the same.
                slots.compareAndSet(slot, now, null);
            }
        }
    }

    /// Gives a slot to who has waited longest, or frees it.
    private @Nullable Runnable passOn(int slot) {
        while (true) {
            Waiters now = slots.get(slot);
            if (now == NOBODY) {
                if (slots.compareAndSet(slot, NOBODY, null)) {
                    return null;
                }
            } else {
                Runnable next = now == null ? null : now.takeOrEnd();
                if (next == null && now != null) {
                    slots.compareAndSet(slot, now, null);
                }
                return next;
            }
        }
    }

    /// Who waits for a slot, until nobody does any more.
    private static final class Waiters {
        private final ReentrantLock lock = new ReentrantLock();

        @GuardedBy("lock")
        private final Deque<Runnable> tasks = new ArrayDeque<>();

        @GuardedBy("lock")
        private boolean isOver;

        /// Puts a task behind the others, or before them, unless it is over.
        boolean isAdded(Runnable task, boolean isNext) {
            lock.lock();
            try {
                return !isOver && (isNext ? tasks.offerFirst(task) : tasks.offerLast(task));
            } finally {
                lock.unlock();
            }
        }

        /// The first task; ends the queue when there is none.
        @Nullable Runnable takeOrEnd() {
            lock.lock();
            try {
                isOver = tasks.isEmpty();
                return tasks.poll();
            } finally {
                lock.unlock();
            }
        }
    }
}
