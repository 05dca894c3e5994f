package dev.zspool.http;

import java.util.concurrent.atomic.LongAdder;

/// How many connections there are, at all ports together, and how many had to go. Thread-safe.
public final class ConnectionCounts {
    private final int most;
    private final LongAdder open = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder displaced = new LongAdder();
    private final LongAdder late = new LongAdder();

    /// @param most how many a port may have at once
    public ConnectionCounts(int most) {
        this.most = most;
    }

    /// How many a port may have at once.
    public int most() {
        return most;
    }

    void opened() {
        open.increment();
    }

    void closed() {
        open.decrement();
    }

    void noteRefused() {
        refused.increment();
    }

    void noteDisplaced() {
        displaced.increment();
    }

    void noteLate() {
        late.increment();
    }

    long open() {
        return open.sum();
    }

    /// Those that found no place.
    long refused() {
        return refused.sum();
    }

    /// Those that gave way to another.
    long displaced() {
        return displaced.sum();
    }

    /// Those whose request did not get beyond its head in time.
    long late() {
        return late.sum();
    }
}
