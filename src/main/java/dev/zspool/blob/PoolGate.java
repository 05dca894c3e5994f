package dev.zspool.blob;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Supplier;

/// Counts who is inside a pool, and keeps everybody out once it is shut: a pool that is shut and
/// quiet can be taken apart, its address space given to others.
///
/// Whoever enters first counts itself and then looks whether the gate is shut; whoever shuts it
/// first says so and then looks at the counts. So one of them sees the other, and a stripe that was
/// seen at zero after the gate was shut has nobody inside for good. Nobody waits: visits are as
/// short as one block's way, except those of long work, which asks {@link #isShut} between two
/// slices.
///
/// Threads share a few counts, each on a cache line of its own.
final class PoolGate {
    /// Instead of a stripe: the gate is shut.
    static final int SHUT = -1;

    private static final int STRIPES = 8;
    private static final int WORDS_PER_LINE = 8;

    private final AtomicLongArray inside = new AtomicLongArray(STRIPES * WORDS_PER_LINE);
    private volatile boolean shut;

    /// What was not done because the gate was shut.
    private final Queue<Runnable> later = new ConcurrentLinkedQueue<>();

    /// Goes in.
    ///
    /// @return what {@link #exit} wants, or {@link #SHUT}: then the caller is not inside
    int enter() {
        int stripe = ((int) Thread.currentThread().threadId() & STRIPES - 1) * WORDS_PER_LINE;
        inside.incrementAndGet(stripe);
        if (shut) {
            inside.decrementAndGet(stripe);
            return SHUT;
        }
        return stripe;
    }

    void exit(int stripe) {
        inside.decrementAndGet(stripe);
    }

    /// Does something inside, if the gate is open.
    ///
    /// @param gone what to say when it is shut
    <T> T inside(Supplier<T> visit, T gone) {
        int stripe = enter();
        if (stripe == SHUT) {
            return gone;
        }
        try {
            return visit.get();
        } finally {
            exit(stripe);
        }
    }

    /// Does something inside: now, or when the gate is opened again, if it ever is. For what is
    /// left over otherwise in a pool that stays after all.
    ///
    /// @return whether it was done now
    @CanIgnoreReturnValue
    boolean insideOrLater(Runnable visit) {
        int stripe = enter();
        if (stripe == SHUT) {
            later.add(visit);
            if (!shut) {
                doLater();
            }
            return false;
        }
        try {
            visit.run();
            return true;
        } finally {
            exit(stripe);
        }
    }

    private void doLater() {
        for (Runnable visit = later.poll(); visit != null; visit = later.poll()) {
            insideOrLater(visit);
        }
    }

    void shut() {
        shut = true;
    }

    /// Opens the gate again; only who shut it may do so.
    void reopen() {
        shut = false;
        doLater();
    }

    boolean isShut() {
        return shut;
    }

    /// Whether nobody is inside. Once true after {@link #shut} it stays so.
    boolean isQuiet() {
        for (int stripe = 0; stripe < STRIPES; stripe++) {
            if (inside.get(stripe * WORDS_PER_LINE) != 0) {
                return false;
            }
        }
        return true;
    }
}
