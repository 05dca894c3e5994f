package dev.zspool.zsmalloc;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Counts the isolated pages of a pool, and lets its destroyer wait until there is none.
///
/// The count and the decision to destroy are looked at under one lock, so that the last page that
/// is put back cannot be missed (bug B9). The lock is a leaf, below that of a size class.
final class IsolationGate {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition empty = lock.newCondition();

    @GuardedBy("lock")
    private int isolatedPages;

    /// Moves under way that may hold a frame to move to.
    @GuardedBy("lock")
    private int moves;

    @GuardedBy("lock")
    private boolean closed;

    /// Lets a page in, unless the pool is being destroyed.
    boolean enter() {
        lock.lock();
        try {
            if (closed) {
                return false;
            }
            isolatedPages++;
            return true;
        } finally {
            lock.unlock();
        }
    }

    void leave() {
        lock.lock();
        try {
            isolatedPages--;
            signalIfEmptyLocked();
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private void signalIfEmptyLocked() {
        if (isolatedPages + moves == 0) {
            empty.signalAll();
        }
    }

    /// Lets somebody in who will take a frame to move a page to, unless the pool is being
    /// destroyed.
    boolean beginMove() {
        lock.lock();
        try {
            if (closed) {
                return false;
            }
            moves++;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// Ends what {@link #beginMove} began; he has given back the frame that he did not need.
    void endMove() {
        lock.lock();
        try {
            moves--;
            signalIfEmptyLocked();
        } finally {
            lock.unlock();
        }
    }

    int isolatedPages() {
        lock.lock();
        try {
            return isolatedPages;
        } finally {
            lock.unlock();
        }
    }

    /// Lets nobody in any more, and waits until all are out.
    void closeAndAwaitEmpty() {
        lock.lock();
        try {
            closed = true;
            while (isolatedPages + moves > 0) {
                empty.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }
}
