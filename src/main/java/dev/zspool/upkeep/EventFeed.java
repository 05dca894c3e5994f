package dev.zspool.upkeep;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Hands events to everyone who listens, and keeps the last ones for who comes back.
///
/// Thread-safe. Each listener gets every event once and in order. It is called under the feed's
/// lock, which keeps that order, so it must return at once: whoever is slow puts the event into a
/// bounded queue of his own.
public final class EventFeed {
    /// How many events are kept.
    public static final int KEPT_EVENTS = 256;

    /// How many results of each topic are kept beyond those, however much was told since.
    public static final int KEPT_RESULTS = 32;

    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private final Deque<Event> kept = new ArrayDeque<>(KEPT_EVENTS);

    /// Results that are older than those, by topic: progress would flood them away.
    @GuardedBy("lock")
    private final Map<String, Deque<Event>> results = new TreeMap<>();

    @GuardedBy("lock")
    private final List<Subscription> subscriptions = new ArrayList<>();

    @GuardedBy("lock")
    private long lastId;

    @GuardedBy("lock")
    private boolean hasEnded;

    public EventFeed(InstantSource clock) {
        this.clock = clock;
    }

    /// Tells everyone.
    ///
    /// @param pool empty for the arena
    /// @param figures numbers by name
    public void publish(EventKind kind, Optional<String> pool, Map<String, Long> figures) {
        lock.lock();
        try {
            Event event = new Event(++lastId, clock.instant(), kind, pool, figures);
            if (kept.size() == KEPT_EVENTS) {
                retireLocked(kept.removeFirst());
            }
            kept.addLast(event);
            for (Subscription subscription : List.copyOf(subscriptions)) {
                subscription.listener.accept(event);
            }
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private void retireLocked(Event event) {
        if (!event.kind().isResult()) {
            return;
        }
        Deque<Event> older = results.computeIfAbsent(event.kind().topic(), _ -> new ArrayDeque<>());
        if (older.size() == KEPT_RESULTS) {
            older.removeFirst();
        }
        older.addLast(event);
    }

    @GuardedBy("lock")
    private void replayLocked(long afterId, Consumer<Event> listener) {
        Stream<Event> older =
                results.values().stream()
                        .flatMap(Deque::stream)
                        .sorted(Comparator.comparingLong(Event::id));
        Stream.concat(older, kept.stream()).filter(event -> event.id() > afterId).forEach(listener);
    }

    /// The most events that somebody is sent who comes back.
    public static int mostReplayed() {
        return KEPT_EVENTS + KEPT_RESULTS * EventKind.topicsWithResults();
    }

    /// Listens from now on, after the kept events that were missed.
    ///
    /// @param afterId the last event that the listener knows; {@link Long#MAX_VALUE} for none of
    ///   the kept ones
    /// @param listener is called for each event, and must not block
    public Subscription subscribe(long afterId, Consumer<Event> listener) {
        return subscribe(afterId, listener, () -> {});
    }

    /// Listens as {@link #subscribe(long, Consumer)} does, and hears of the feed's end.
    ///
    /// @param ended is called at most once, after the last event, and must not block
    public Subscription subscribe(long afterId, Consumer<Event> listener, Runnable ended) {
        Subscription subscription = new Subscription(listener, ended);
        lock.lock();
        try {
            replayLocked(afterId, listener);
            if (hasEnded) {
                ended.run();
            } else {
                subscriptions.add(subscription);
            }
        } finally {
            lock.unlock();
        }
        return subscription;
    }

    /// Ends the streams of everyone who listens, since the service stops. Events are still kept.
    public void end() {
        lock.lock();
        try {
            hasEnded = true;
            for (Subscription subscription : List.copyOf(subscriptions)) {
                subscription.ended.run();
            }
            subscriptions.clear();
        } finally {
            lock.unlock();
        }
    }

    /// How many listen now.
    public int listeners() {
        lock.lock();
        try {
            return subscriptions.size();
        } finally {
            lock.unlock();
        }
    }

    /// Ends with {@link #close}.
    public final class Subscription implements AutoCloseable {
        private final Consumer<Event> listener;
        private final Runnable ended;

        private Subscription(Consumer<Event> listener, Runnable ended) {
            this.listener = listener;
            this.ended = ended;
        }

        @Override
        public void close() {
            lock.lock();
            try {
                subscriptions.remove(this);
            } finally {
                lock.unlock();
            }
        }
    }
}
