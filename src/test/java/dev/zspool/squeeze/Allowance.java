package dev.zspool.squeeze;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// How much writers may send: they wait when it is used up.
final class Allowance {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private long allowedBytes;
    private long sentBytes;
    private int busyWriters;
    private int nextKey;
    private boolean isOver;

    void allow(long bytes) {
        lock.lock();
        try {
            allowedBytes += bytes;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Begins a write, waiting for leave.
    ///
    /// @return its key, -1 when there are to be no more
    int begin() {
        lock.lock();
        try {
            while (sentBytes >= allowedBytes && !isOver) {
                changed.awaitUninterruptibly();
            }
            if (isOver) {
                return -1;
            }
            busyWriters++;
            return nextKey++;
        } finally {
            lock.unlock();
        }
    }

    /// Notes what a write is about to send.
    void sends(long bytes) {
        lock.lock();
        try {
            sentBytes += bytes;
        } finally {
            lock.unlock();
        }
    }

    /// Ends what {@link #begin} began.
    void end() {
        lock.lock();
        try {
            busyWriters--;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Waits until all that is allowed was sent and answered.
    ///
    /// @return whether it came to that in time
    boolean awaitUsed(long seconds) throws InterruptedException {
        long leftNanos = TimeUnit.SECONDS.toNanos(seconds);
        lock.lock();
        try {
            while ((sentBytes < allowedBytes || busyWriters > 0) && !isOver) {
                if (leftNanos <= 0) {
                    return false;
                }
                leftNanos = changed.awaitNanos(leftNanos);
            }
            return !isOver;
        } finally {
            lock.unlock();
        }
    }

    void stop() {
        lock.lock();
        try {
            isOver = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    long sentBytes() {
        lock.lock();
        try {
            return sentBytes;
        } finally {
            lock.unlock();
        }
    }
}
