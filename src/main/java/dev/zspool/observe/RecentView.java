package dev.zspool.observe;

import dev.zspool.pressure.PressureView;
import java.time.InstantSource;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A view that is asked for anew only when it has become old: one reading of all meters looks once.
///
/// Thread-safe; two readers at once may both look.
final class RecentView implements Supplier<PressureView> {

    /// As often as the machine is looked at.
    static final long FRESH_MILLIS = 100;

    private final Supplier<PressureView> source;
    private final InstantSource clock;
    private volatile @Nullable Seen seen;

    private record Seen(PressureView view, long millis) {
        boolean isFresh(long nowMillis) {
            // A clock may be set back.
            return nowMillis >= millis && nowMillis - millis < FRESH_MILLIS;
        }
    }

    RecentView(Supplier<PressureView> source, InstantSource clock) {
        this.source = source;
        this.clock = clock;
    }

    @Override
    public PressureView get() {
        long now = clock.millis();
        Seen last = seen;
        if (last == null || !last.isFresh(now)) {
            last = new Seen(source.get(), now);
            seen = last;
        }
        return last.view();
    }
}
