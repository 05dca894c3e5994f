package dev.zspool.os;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/// Waits, and wakes early when the system says that memory is short. It makes sampling quicker
/// where a trigger can be had; nothing depends on one.
///
/// What it takes, in this order: what the service manager names (systemd's `MEMORY_PRESSURE.md`), a
/// pressure stall trigger of the own cgroup, one of the machine
/// (`Documentation/accounting/psi.rst`), reclaim in the own cgroup v1
/// (`admin-guide/cgroup-v1/memory.rst`, which may tell of it a thousand times a second). However
/// often it is told, it wakes at most every 100 ms.
///
/// One thread at a time may wait; any thread may close it, which ends the wait.
public final class PressureTrigger implements AutoCloseable {
    private static final long LEAST_GAP_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int MOST_SIGNALS = 64;
    private static final int MOST_READS = 16;
    private static final int WAKE = 0;
    private static final int TRIGGER = 1;
    private static final int CLOSED = 1 << 30;

    private final TriggerCalls calls;
    private final LongSupplier nanoTime;
    private final int wake;

    /// How many threads use the descriptors; with {@link #CLOSED}, the last one gives them back.
    private final AtomicInteger users = new AtomicInteger();

    private volatile ArmedTrigger trigger;
    private long quietUntilNanos;
    private boolean isQuiet;

    private PressureTrigger(TriggerCalls calls, ArmedTrigger trigger, LongSupplier nanoTime) {
        this.calls = calls;
        this.trigger = trigger;
        this.nanoTime = nanoTime;
        // Without it a wait goes on to its end when this is closed.
        this.wake = calls.eventFd();
        calls.watch(WAKE, wake, ArmedTrigger.POLLIN);
        calls.watch(TRIGGER, trigger.fd(), trigger.wanted());
    }

    /// Takes the best trigger that can be had, or none.
    ///
    /// @param root `/`; in a test a directory as {@link MemoryReader#open} takes it
    /// @param environment of the process: `MEMORY_PRESSURE_WATCH` and `MEMORY_PRESSURE_WRITE` count
    /// @param nanoTime a clock as {@link System#nanoTime}
    public static PressureTrigger arm(
            Path root, Map<String, String> environment, LongSupplier nanoTime) {
        TriggerCalls calls = new TriggerCalls();
        return new PressureTrigger(calls, new TriggerSetup(calls, root).arm(environment), nanoTime);
    }

    /// What wakes it; {@link TriggerKind#NONE} also once the trigger is gone.
    public TriggerKind kind() {
        return trigger.kind();
    }

    /// The same in words for a log line, with the reason why it is nothing better.
    public String describe() {
        return trigger.words();
    }

    /// Waits until memory is short or the time is over; allocates nothing.
    ///
    /// @param timeoutMillis how long at most; not waited for at all when that is not positive
    public WakeUp await(long timeoutMillis) {
        int before = users.compareAndExchange(0, 1);
        if (before >= CLOSED) {
            return WakeUp.GONE;
        }
        if (before != 0) {
            throw new IllegalStateException("Another thread waits");
        }
        try {
            return awaitAlone(TimeUnit.MILLISECONDS.toNanos(Math.max(0, timeoutMillis)));
        } finally {
            leave();
        }
    }

    private WakeUp awaitAlone(long timeoutNanos) {
        long startNanos = nanoTime.getAsLong();
        long leftNanos = timeoutNanos;
        for (int signals = 0; signals < MOST_SIGNALS; ) {
            long nowNanos = startNanos + (timeoutNanos - leftNanos);
            long quietNanos = isQuiet ? quietUntilNanos - nowNanos : 0;
            boolean listens = quietNanos <= 0;
            boolean isToTheEnd = listens || quietNanos >= leftNanos;
            int ready = calls.poll(listens ? 2 : 1, millis(isToTheEnd ? leftNanos : quietNanos));
            if (users.get() >= CLOSED) {
                return WakeUp.GONE;
            }
            if (ready > 0 && listens && calls.happened(TRIGGER) != 0) {
                return wakeUp(calls.happened(TRIGGER));
            }
            if (ready == 0 && isToTheEnd) {
                return WakeUp.TIMEOUT;
            }
            isQuiet = isQuiet && ready != 0;
            signals += ready < 0 ? 1 : 0;
            leftNanos = Math.max(0, timeoutNanos - (nanoTime.getAsLong() - startNanos));
        }
        return WakeUp.TIMEOUT;
    }

    private static int millis(long nanos) {
        // Rounded up, so that the last millisecond is slept and not spun away.
        long millis = TimeUnit.NANOSECONDS.toMillis(nanos + 999_999);
        return (int) Math.min(Integer.MAX_VALUE, millis);
    }

    private WakeUp wakeUp(int happened) {
        ArmedTrigger armed = trigger;
        boolean isReady = (happened & armed.wanted()) != 0;
        // A stall trigger says POLLERR when its cgroup is gone, and POLLPRI with it.
        boolean isBroken = (happened & ~armed.wanted()) != 0;
        boolean isThere = armed.isDrained() ? isReady && drain(armed.fd()) : !isBroken;
        if (!isThere || (armed.witness() >= 0 && !calls.canRead(armed.witness()))) {
            trigger = ArmedTrigger.none("none: " + armed.words() + " is gone");
            calls.watch(TRIGGER, ArmedTrigger.NO_FD, 0);
            calls.close(armed.fd());
            calls.close(armed.witness());
            return WakeUp.GONE;
        }
        isQuiet = true;
        quietUntilNanos = nanoTime.getAsLong() + LEAST_GAP_NANOS;
        return WakeUp.PRESSURE;
    }

    /// Reads away what there is; false at the end of a stream.
    private boolean drain(int fd) {
        int first = calls.discard(fd);
        int length = first;
        for (int reads = 1; reads < MOST_READS && length == TriggerCalls.BUFFER_BYTES; reads++) {
            length = calls.discard(fd);
        }
        return first != 0;
    }

    @Override
    public void close() {
        int before = users.get();
        while (before < CLOSED && !users.compareAndSet(before, before + CLOSED + 1)) {
            before = users.get();
        }
        if (before < CLOSED) {
            calls.signal(wake);
            leave();
        }
    }

    private void leave() {
        if (users.decrementAndGet() == CLOSED) {
            ArmedTrigger left = trigger;
            calls.close(left.fd());
            calls.close(left.witness());
            calls.close(wake);
            calls.close();
        }
    }
}
