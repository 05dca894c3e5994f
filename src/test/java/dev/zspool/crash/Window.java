package dev.zspool.crash;

import java.util.concurrent.TimeUnit;

/// Which writes must be there, and which ones may be, at a moment that is only known to lie between
/// two others.
///
/// @param fromNanos what was answered by then must be there
/// @param toNanos what was begun by then may be there
/// @param asyncNanos how long before `fromNanos` an asynchronous write must have been answered
record Window(long fromNanos, long toNanos, long asyncNanos) {
    /// Everything that was answered is there, in whatever way.
    static Window now() {
        long now = System.nanoTime();
        return new Window(now, now, 0);
    }

    /// A moment at which asynchronous writes of the last time may get lost.
    Window losing(long asyncMillis) {
        return new Window(fromNanos, toNanos, TimeUnit.MILLISECONDS.toNanos(asyncMillis));
    }

    long answeredByNanos(PoolState pool) {
        return pool.durability().equals("async") ? fromNanos - asyncNanos : fromNanos;
    }
}
