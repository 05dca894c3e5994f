package dev.zspool.observe;

import java.time.InstantSource;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A view that is asked for anew only when it has become old: one reading of all meters looks once.
///
/// Thread-safe; two readers at once may both look.
final class RecentView<T> implements Supplier<T> {

    private final Supplier<T> source;
    private final InstantSource clock;
    private final long freshMillis;
    private volatile @Nullable Seen<T> seen;

    private record Seen<T>(T view, long millis) {
        boolean isFresh(long nowMillis, long freshMillis) {
            // A clock may be set back.
            return nowMillis >= millis && nowMillis - millis < freshMillis;
        }
    }

    RecentView(Supplier<T> source, InstantSource clock, long freshMillis) {
        this.source = source;
        this.clock = clock;
        this.freshMillis = freshMillis;
    }

    @Override
    public T get() {
        long now = clock.millis();
        Seen<T> last = seen;
        if (last == null || !last.isFresh(now, freshMillis)) {
            last = new Seen<>(source.get(), now);
            seen = last;
        }
        return last.view();
    }
}
