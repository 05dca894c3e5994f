package dev.zspool.zsmalloc;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.zspool.page.Frames;
import dev.zspool.page.MovablePages;
import dev.zspool.page.MoveOutcome;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
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

    /// Instead of a lease's name, which is positive: the page is not leased.
    private static final long NO_LEASE = -1;

    /// The page is leased under another name.
    private static final long OTHER_LEASE = -2;

    /// The lease's page is being moved or put back.
    private static final long IN_USE = -3;

    private final ZsPool pool;
    private final PoolPages pages;
    private final MovablePages mover;
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
        this(pool, pool.pages(), clock, random);
    }

    /// With the pool's mover behind something else, for tests that come in between.
    PageLeases(ZsPool pool, MovablePages mover, InstantSource clock, RandomGenerator random) {
        this.pool = pool;
        this.pages = pool.pages();
        this.mover = mover;
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
        Lease lease = new Lease(newId(), clock.instant().plus(life), false);
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
        boolean closedMeanwhile = false;
        try {
            outcome = mover.isolate(frame);
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
            mover.putBack(frame);
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
        long claimed = claim(frame, lease);
        if (claimed < 0) {
            return new MigrateResult.Refused(refusal(frame, claimed));
        }
        boolean over = false;
        boolean begun = pages.beginMove();
        try {
            MigrateResult result =
                    begun ? moveAnywhere(frame) : new MigrateResult.Refused(MoveOutcome.BUSY);
            over = isOver(result);
            return result;
        } finally {
            endClaim(frame, claimed, over);
            if (begun) {
                pages.endMove();
            }
        }
    }

    private MigrateResult moveAnywhere(int frame) {
        int target = pages.acquireTarget();
        if (target == Frames.NO_FRAME) {
            return new MigrateResult.NoFrame();
        }
        MoveOutcome outcome = mover.migrate(frame, target);
        if (outcome == MoveOutcome.MIGRATED) {
            return new MigrateResult.Migrated(target);
        }
        pages.releaseTarget(target);
        return new MigrateResult.Refused(outcome);
    }

    /// Whether a lease ends with such a result.
    private static boolean isOver(MigrateResult result) {
        return switch (result) {
            case MigrateResult.Migrated _ -> true;
            case MigrateResult.NoFrame _ -> false;
            case MigrateResult.Refused(MoveOutcome outcome) -> outcome != MoveOutcome.BUSY;
        };
    }

    /// Ends a lease without a move.
    ///
    /// @param frame any number
    /// @param lease the lease's name; empty for whichever it is
    /// @return PUT_BACK, BUSY, NOT_ISOLATED or GONE
    public MoveOutcome putBack(int frame, OptionalLong lease) {
        long claimed = claim(frame, lease);
        if (claimed < 0) {
            return refusal(frame, claimed);
        }
        try {
            return mover.putBack(frame);
        } finally {
            endClaim(frame, claimed, true);
        }
    }

    /// Marks a lease as in use.
    ///
    /// @return its name when it is the caller's now; {@link #NO_LEASE}, {@link #OTHER_LEASE} or
    ///   {@link #IN_USE} when not
    private long claim(int frame, OptionalLong wanted) {
        lock.lock();
        try {
            Lease lease = leases.get(frame);
            if (lease == null) {
                return NO_LEASE;
            }
            if (wanted.orElse(lease.id()) != lease.id()) {
                return OTHER_LEASE;
            }
            if (lease.inUse()) {
                return IN_USE;
            }
            leases.put(frame, new Lease(lease.id(), lease.expiresAt(), true));
            return lease.id();
        } finally {
            lock.unlock();
        }
    }

    private MoveOutcome refusal(int frame, long claimed) {
        if (claimed == IN_USE) {
            return MoveOutcome.BUSY;
        }
        return claimed == OTHER_LEASE || pages.describe(frame).isPresent()
                ? MoveOutcome.NOT_ISOLATED
                : MoveOutcome.GONE;
    }

    /// Ends what {@link #claim} began. When the isolation is over the frame may be leased again by
    /// now, under another name: that lease is left alone.
    private void endClaim(int frame, long id, boolean over) {
        boolean orphaned = false;
        lock.lock();
        try {
            Lease lease = leases.get(frame);
            if (lease != null && lease.id() == id) {
                if (over || closed) {
                    leases.remove(frame);
                    orphaned = !over;
                } else {
                    leases.put(frame, new Lease(id, lease.expiresAt(), false));
                }
            }
        } finally {
            lock.unlock();
        }
        if (orphaned) {
            // Closed meanwhile: nobody else will end it.
            mover.putBack(frame);
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
        Map<Integer, Long> due = new HashMap<>();
        lock.lock();
        try {
            leases.forEach((frame, lease) -> {
                if (!lease.inUse() && which.test(lease)) {
                    due.put(frame, lease.id());
                }
            });
        } finally {
            lock.unlock();
        }
        int ended = 0;
        for (Map.Entry<Integer, Long> lease : due.entrySet()) {
            // By name: another lease of the frame may have begun since.
            MoveOutcome outcome = putBack(lease.getKey(), OptionalLong.of(lease.getValue()));
            ended += outcome == MoveOutcome.PUT_BACK ? 1 : 0;
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

    /// The frames whose pages are leased now, in no order.
    public int[] frames() {
        lock.lock();
        try {
            return leases.keySet().stream().mapToInt(Integer::intValue).toArray();
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
