package dev.zspool.observe;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.zspool.blob.BlobStore;
import dev.zspool.page.PageArena;
import dev.zspool.pressure.PressureController;
import dev.zspool.pressure.PressureLevel;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/// Figures over time: the last ten minutes, a sample every two seconds, for whoever asks or
/// listens.
///
/// One thread at a time takes samples, which costs some ten microseconds and a few KiB of garbage;
/// everything else may be called from any thread. The samples themselves take some 60 KiB.
public final class MemorySamples {
    /// How often somebody is to call {@link #take}.
    public static final int INTERVAL_MILLIS = 2000;

    /// How many samples are kept.
    public static final int KEPT = 300;

    private final FigureSource source;
    private final InstantSource clock;
    private final long[] figures = new long[Figure.values().length];
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private final SampleRing ring = new SampleRing(KEPT);

    private final List<Listening> listening = new CopyOnWriteArrayList<>();
    private volatile boolean hasEnded;

    /// Of a service; the arguments are asked at each sample.
    ///
    /// @param clock the time of the samples
    public MemorySamples(
            PageArena arena,
            BlobStore store,
            PressureController pressure,
            RequestCounts requests,
            InstantSource clock) {
        this(new EngineFigures(arena, store, pressure, requests), clock);
    }

    MemorySamples(FigureSource source, InstantSource clock) {
        this.source = source;
        this.clock = clock;
    }

    /// Takes a sample, and hands it to everyone who listens.
    public void take() {
        PressureLevel level = source.read(figures);
        SampleWindow taken;
        lock.lock();
        try {
            ring.add(clock.millis(), level, figures);
            taken = ring.last(1);
        } finally {
            lock.unlock();
        }
        listening.forEach(each -> each.listener.accept(taken));
    }

    /// The last samples.
    ///
    /// @param most how many at most, 1 or more
    public SampleWindow last(int most) {
        lock.lock();
        try {
            return ring.last(most);
        } finally {
            lock.unlock();
        }
    }

    /// Listens from the next sample on.
    ///
    /// @param listener is called with each sample, by whoever takes it, and must not block
    /// @param ended is called at most once, when the service stops, and must not block
    public Listening listen(Consumer<SampleWindow> listener, Runnable ended) {
        Listening one = new Listening(listener, ended);
        listening.add(one);
        if (hasEnded) {
            one.end();
        }
        return one;
    }

    /// Ends the streams of everyone who listens, since the service stops. Samples are still kept.
    public void end() {
        hasEnded = true;
        listening.forEach(Listening::end);
    }

    /// How many listen now.
    public int listeners() {
        return listening.size();
    }

    /// Ends with {@link #close}.
    public final class Listening implements AutoCloseable {
        private final Consumer<SampleWindow> listener;
        private final Runnable ended;

        private Listening(Consumer<SampleWindow> listener, Runnable ended) {
            this.listener = listener;
            this.ended = ended;
        }

        private void end() {
            if (listening.remove(this)) {
                ended.run();
            }
        }

        @Override
        public void close() {
            listening.remove(this);
        }
    }
}
