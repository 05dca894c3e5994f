package dev.zspool.identity;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongSupplier;

/// Bounds how often something is tried, for each of those who try: a bucket of attempts that gets
/// one back after a while, and each that was good.
///
/// A table of fixed size, so that any number of attempts by any number of them costs no memory;
/// those who share a place share its attempts. Thread-safe, without a lock.
///
/// ```
/// 63                          16 15        0
/// +-----------------------------+-----------+
/// | milliseconds of the count   | attempts  |
/// +-----------------------------+-----------+
/// ```
final class AttemptBuckets {
    private static final int PLACES = 4096;
    private static final int COMPLAINTS = 5;
    private static final long COMPLAINT_MILLIS = 10_000;
    private static final int COUNT_BITS = 16;
    private static final long COUNT_MASK = (1L << COUNT_BITS) - 1;

    private final AtomicLongArray places = new AtomicLongArray(PLACES);
    private final int burst;
    private final long attemptMillis;
    private final LongSupplier millis;
    private final int salt;

    /// @param burst how many may be used up at once
    /// @param attemptMillis after which time one comes back
    /// @param millis a time that does not go back, from 0 on
    /// @param salt makes the places unknown to those who would like to share one
    AttemptBuckets(int burst, long attemptMillis, LongSupplier millis, int salt) {
        this.burst = burst;
        this.attemptMillis = attemptMillis;
        this.millis = millis;
        this.salt = salt;
    }

    /// For lines of the log about what others cause.
    static AttemptBuckets ofComplaints(LongSupplier millis) {
        return new AttemptBuckets(COMPLAINTS, COMPLAINT_MILLIS, millis, 0);
    }

    /// Takes an attempt.
    ///
    /// @return whether there was one
    boolean tryTake(String who) {
        int place = place(who);
        while (true) {
            long before = places.get(place);
            long now = millis.getAsLong();
            long passed = Math.max(0, now - (before >>> COUNT_BITS));
            long regained = passed / attemptMillis;
            long used = Math.max(0, (before & COUNT_MASK) - regained);
            if (used >= burst) {
                return false;
            }
            // What has passed of the next attempt's time stays on the account.
            long counted = used == 0 ? now : now - passed % attemptMillis;
            if (places.compareAndSet(place, before, counted << COUNT_BITS | (used + 1))) {
                return true;
            }
        }
    }

    /// Gives an attempt back: it was good.
    void giveBack(String who) {
        int place = place(who);
        long before = places.get(place);
        while ((before & COUNT_MASK) > 0 && !places.compareAndSet(place, before, before - 1)) {
            before = places.get(place);
        }
    }

    private int place(String who) {
        int hash = (who.hashCode() ^ salt) * 0x9E3779B9;
        return hash >>> (Integer.SIZE - Integer.numberOfTrailingZeros(PLACES));
    }
}
