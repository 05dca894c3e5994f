package dev.zspool.pressure;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiConsumer;

/// What there is to tell, until it is told outside every lock. Noting allocates nothing but for
/// what happens seldom.
///
/// All but {@link #balloonChanged} is the ticking thread's own.
final class PressureNews {
    /// What the steps do is told once a second, and when they have ended.
    private static final long INTERVAL_NANOS = 1_000_000_000L;

    private final PressureListener listener;

    /// Seldom things, in their order.
    private final ConcurrentLinkedQueue<BiConsumer<PressureView, BalloonView>> seldom =
            new ConcurrentLinkedQueue<>();

    private final Map<ShrinkStep, StepTotals> told = new EnumMap<>(ShrinkStep.class);
    private boolean hasReleased;
    private long firstReleasedNanos;

    PressureNews(PressureListener listener) {
        this.listener = listener;
    }

    void levelChanged(PressureLevel before) {
        seldom.add((now, balloon) -> listener.levelChanged(before, now));
    }

    void limitChanged(long before) {
        seldom.add((now, balloon) -> listener.limitChanged(before, now));
    }

    void balloonChanged() {
        seldom.add((now, balloon) -> listener.balloonChanged(balloon));
    }

    void shrunk(ShrinkReport report) {
        seldom.add((now, balloon) -> listener.shrunk(report));
    }

    void released(long nowNanos) {
        if (!hasReleased) {
            hasReleased = true;
            firstReleasedNanos = nowNanos;
        }
    }

    boolean isAny(long nowNanos) {
        return !seldom.isEmpty() || isStepDue(nowNanos);
    }

    private boolean isStepDue(long nowNanos) {
        return hasReleased && nowNanos - firstReleasedNanos >= INTERVAL_NANOS;
    }

    void tell(long nowNanos, PressureView now, BalloonView balloon, StepTally tally) {
        if (isStepDue(nowNanos)) {
            hasReleased = false;
            List<StepTotals> did = since(tally);
            if (!did.isEmpty()) {
                listener.released(did, now);
            }
        }
        BiConsumer<PressureView, BalloonView> next = seldom.poll();
        while (next != null) {
            next.accept(now, balloon);
            next = seldom.poll();
        }
    }

    private List<StepTotals> since(StepTally tally) {
        List<StepTotals> did = new ArrayList<>();
        for (StepTotals total : tally.totals()) {
            StepTotals before = told.put(total.step(), total);
            StepTotals since = before == null ? total : total.since(before);
            if (since.runs() > 0 || since.nanos() > 0) {
                did.add(since);
            }
        }
        return did;
    }
}
