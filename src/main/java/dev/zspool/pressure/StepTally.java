package dev.zspool.pressure;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/// Adds up what each step does; adding allocates nothing. Thread-safe, its lock is a leaf.
final class StepTally {
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private final Map<ShrinkStep, Sum> sums = new EnumMap<>(ShrinkStep.class);

    private static final class Sum {
        private long runs;
        private long bytes;
        private long nanos;
    }

    StepTally() {
        for (ShrinkStep step : ShrinkStep.values()) {
            sums.put(step, new Sum());
        }
    }

    void add(ShrinkStep step, long releasedBytes, long tookNanos) {
        add(step, 1, releasedBytes, tookNanos);
    }

    void add(ShrinkStep step, long runs, long releasedBytes, long tookNanos) {
        lock.lock();
        try {
            Sum sum = sums.get(step);
            if (sum != null) {
                sum.runs += runs;
                sum.bytes += releasedBytes;
                sum.nanos += tookNanos;
            }
        } finally {
            lock.unlock();
        }
    }

    /// The steps that were used, in their order.
    List<StepTotals> totals() {
        List<StepTotals> all = new ArrayList<>();
        lock.lock();
        try {
            sums.forEach((step, sum) -> {
                if (sum.runs > 0 || sum.nanos > 0) {
                    all.add(new StepTotals(step, sum.runs, sum.bytes, sum.nanos));
                }
            });
        } finally {
            lock.unlock();
        }
        return all;
    }
}
