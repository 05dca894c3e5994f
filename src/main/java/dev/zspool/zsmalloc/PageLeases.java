package dev.zspool.zsmalloc;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.zspool.page.Frames;
import dev.zspool.page.MoveOutcome;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/// Isolations on behalf of people: each has a name and an end, so that somebody who goes away holds
/// nothing for ever, and together they hold at most one page in a hundred.
///
/// Thread-safe. Its lock is held to look at the leases only, never while a page is moved: a lease
/// whose page is being moved is marked as in use meanwhile.
public final class PageLeases implements AutoCloseable {
    /// So many pages may be leased however small the pool is.
    public static final int LEAST_LIMIT = 64;

    private static final int PAGES_PER_LEASE = 100;

    private final ZsPool pool;
    private final PoolPages pages;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private final Map<Integer, Lease> leases = new HashMap<>();

    /// Leases that are given out but not entered yet.
    @GuardedBy("lock")
    private int pending;

    @GuardedBy("lock")
    private boolean closed;

    /// @param random makes names that cannot be guessed
    public PageLeases(ZsPool pool, InstantSource clock, RandomGenerator random) {
        this.pool = pool;
        this.pages = pool.pages();
        this.clock = clock;
        this.random = random;
    }

    private record Lease(long id, Instant expiresAt, boolean inUse) {}

    /// Isolates a page for a while.
    ///
    /// @param frame any number
    /// @param life how long at most; positive
    public LeaseResult isolate(int frame, Duration life) {
        if (!life.isPositive()) {
            throw new IllegalArgumentException("life=" + life);
        }
        int limit = limit();
        lock.lock();
        try {
            if (closed) {
                return new LeaseResult.Refused(MoveOutcome.GONE);
            }
            if (leases.size() + pending >= limit) {
                return new LeaseResult.TooMany(limit);
            }
            pending++;
        } finally {
            lock.unlock();
        }
        MoveOutcome outcome = MoveOutcome.GONE;
        Lease lease = new Lease(newId(), clock.instant().plus(life), false);
        boolean closedMeanwhile = false;
        try {
            outcome = pages.isolate(frame);
        } finally {
            lock.lock();
            try {
                pending--;
                closedMeanwhile = closed;
                if (outcome == MoveOutcome.ISOLATED && !closed) {
                    leases.put(frame, lease);
                }
            } finally {
                lock.unlock();
            }
        }
        if (outcome == MoveOutcome.ISOLATED && closedMeanwhile) {
            pages.putBack(frame);
            outcome = MoveOutcome.GONE;
        }
        return outcome == MoveOutcome.ISOLATED
                ? new LeaseResult.Leased(lease.id(), lease.expiresAt())
                : new LeaseResult.Refused(outcome);
    }

    private long newId() {
        return random.nextLong(1, Long.MAX_VALUE);
    }

    /// How many pages may be leased at once: one in a hundred, {@value #LEAST_LIMIT} at least.
    public int limit() {
        long share = pool.stats().allocatedPages() / PAGES_PER_LEASE;
        return (int) Math.max(LEAST_LIMIT, share);
    }

    /// Moves a leased page to another frame, which ends the lease.
    ///
    /// @param frame any number
    /// @param lease the lease's name; empty for whichever it is
    public MigrateResult migrate(int frame, OptionalLong lease) {
        MoveOutcome claimed = claim(frame, lease);
        if (claimed != MoveOutcome.ISOLATED) {
            return new MigrateResult.Refused(claimed);
        }
        boolean over = false;
        try {
            int target = pages.acquireTarget();
            if (target == Frames.NO_FRAME) {
                return new MigrateResult.NoFrame();
            }
            MoveOutcome outcome = pages.migrate(frame, target);
            over = outcome != MoveOutcome.BUSY;
            if (outcome == MoveOutcome.MIGRATED) {
                return new MigrateResult.Migrated(target);
            }
            pages.releaseTarget(target);
            return new MigrateResult.Refused(outcome);
        } finally {
            endClaim(frame, over);
        }
    }

    /// Ends a lease without a move.
    ///
    /// @param frame any number
    /// @param lease the lease's name; empty for whichever it is
    /// @return PUT_BACK, BUSY, NOT_ISOLATED or GONE
    public MoveOutcome putBack(int frame, OptionalLong lease) {
        MoveOutcome claimed = claim(frame, lease);
        if (claimed != MoveOutcome.ISOLATED) {
            return claimed;
        }
        try {
            return pages.putBack(frame);
        } finally {
            endClaim(frame, true);
        }
    }

    /// Marks a lease as in use.
    ///
    /// @return ISOLATED when it is the caller's now, else why not
    private MoveOutcome claim(int frame, OptionalLong wanted) {
        lock.lock();
        try {
            Lease lease = leases.get(frame);
            if (lease == null) {
                return pages.describe(frame).isPresent()
                        ? MoveOutcome.NOT_ISOLATED
                        : MoveOutcome.GONE;
            }
            if (wanted.orElse(lease.id()) != lease.id()) {
                return MoveOutcome.NOT_ISOLATED;
            }
            if (lease.inUse()) {
                return MoveOutcome.BUSY;
            }
            leases.put(frame, new Lease(lease.id(), lease.expiresAt(), true));
            return MoveOutcome.ISOLATED;
        } finally {
            lock.unlock();
        }
    }

    private void endClaim(int frame, boolean over) {
        lock.lock();
        try {
            Lease lease = leases.remove(frame);
            if (lease != null && !over) {
                leases.put(frame, new Lease(lease.id(), lease.expiresAt(), false));
            }
        } finally {
            lock.unlock();
        }
    }

    /// Puts the pages back whose leases have expired.
    ///
    /// @return how many
    public int expire() {
        Instant now = clock.instant();
        return putBackAll(lease -> !lease.expiresAt().isAfter(now));
    }

    private int putBackAll(Predicate<Lease> which) {
        List<Integer> due = new ArrayList<>();
        lock.lock();
        try {
            leases.forEach((frame, lease) -> {
                if (!lease.inUse() && which.test(lease)) {
                    due.add(frame);
                }
            });
        } finally {
            lock.unlock();
        }
        int ended = 0;
        for (int frame : due) {
            ended += putBack(frame, OptionalLong.empty()) == MoveOutcome.PUT_BACK ? 1 : 0;
        }
        return ended;
    }

    /// How many pages are leased now.
    public int count() {
        lock.lock();
        try {
            return leases.size();
        } finally {
            lock.unlock();
        }
    }

    /// When the lease of a page expires.
    ///
    /// @return empty when it is not leased
    public Optional<Instant> expiryOf(int frame) {
        lock.lock();
        try {
            return Optional.ofNullable(leases.get(frame)).map(Lease::expiresAt);
        } finally {
            lock.unlock();
        }
    }

    /// Ends all leases; nobody gets another one.
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
        putBackAll(lease -> true);
    }
}
