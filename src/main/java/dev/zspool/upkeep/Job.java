package dev.zspool.upkeep;

import dev.zspool.page.Pace;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/// One run of long work: its duty cycle, its progress, and the way to stop it.
///
/// The thread that works calls {@link #proceed}; anyone may look at it or cancel it.
final class Job implements Pace {
    /// Progress is told at most four times a second.
    static final long PROGRESS_INTERVAL_NANOS = 250_000_000L;

    /// The longest rest, whatever the slice took: work that is cancelled must not sleep on when the
    /// engine is stopped.
    static final long MOST_PAUSE_NANOS = 5_000_000_000L;

    private static final int WHOLE_PERCENT = 100;

    private final EventFeed events;
    private final EventKind progress;
    private final Optional<String> pool;
    private final String unit;
    private final int dutyPercent;
    private final LongSupplier nanoClock;
    private final Pauser pauser;

    private volatile boolean cancelled;
    private volatile long done;
    private volatile long goal;

    /// When the slice that runs now began.
    private long sliceStartNanos;

    private long lastProgressNanos;

    /// @param progress the kind of its progress events
    /// @param unit what it counts, in the plural
    /// @param dutyPercent the share of the time that it works
    Job(
            Environment environment,
            EventKind progress,
            Optional<String> pool,
            String unit,
            int dutyPercent) {
        this.events = environment.events();
        this.nanoClock = environment.nanoClock();
        this.pauser = environment.pauser();
        this.progress = progress;
        this.pool = pool;
        this.unit = unit;
        this.dutyPercent = dutyPercent;
        this.sliceStartNanos = nanoClock.getAsLong();
        this.lastProgressNanos = sliceStartNanos;
    }

    /// What every job needs.
    record Environment(EventFeed events, LongSupplier nanoClock, Pauser pauser) {}

    @Override
    public boolean proceed(long doneNow, long goalNow) {
        done = doneNow;
        goal = goalNow;
        long now = nanoClock.getAsLong();
        if (now - lastProgressNanos >= PROGRESS_INTERVAL_NANOS) {
            lastProgressNanos = now;
            events.publish(progress, pool, Map.of(unit + "Done", doneNow, unit + "Goal", goalNow));
        }
        if (dutyPercent < WHOLE_PERCENT && !cancelled) {
            long worked = Math.max(0, now - sliceStartNanos);
            long wanted = worked * (WHOLE_PERCENT - dutyPercent) / dutyPercent;
            pauser.pauseNanos(Math.min(wanted, MOST_PAUSE_NANOS));
            now = nanoClock.getAsLong();
        }
        sliceStartNanos = now;
        return !cancelled;
    }

    void cancel() {
        cancelled = true;
    }

    boolean isCancelled() {
        return cancelled;
    }

    /// How far it is.
    JobProgress now() {
        return new JobProgress(done, goal);
    }
}
