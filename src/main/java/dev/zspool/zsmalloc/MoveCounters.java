package dev.zspool.zsmalloc;

import dev.zspool.page.MoveOutcome;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/// How often each {@link MoveOutcome} was answered. Thread-safe.
final class MoveCounters {
    private final Map<MoveOutcome, LongAdder> counts = new EnumMap<>(MoveOutcome.class);

    MoveCounters() {
        for (MoveOutcome outcome : MoveOutcome.values()) {
            counts.put(outcome, new LongAdder());
        }
    }

    /// Counts an outcome and hands it on.
    MoveOutcome count(MoveOutcome outcome) {
        counter(outcome).increment();
        return outcome;
    }

    private LongAdder counter(MoveOutcome outcome) {
        LongAdder counter = counts.get(outcome);
        if (counter == null) {
            throw new IllegalArgumentException("outcome=" + outcome);
        }
        return counter;
    }

    long of(MoveOutcome outcome) {
        return counter(outcome).sum();
    }
}
