package dev.zspool.identity;

import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicLong;

/// Whoever tells who callers are, with a time that a test decides.
final class TestCallers {
    /// Since the start.
    final AtomicLong elapsedMillis = new AtomicLong();

    final Callers callers;

    TestCallers(SecurityOptions options) {
        InstantSource clock = () -> Instant.now().plusMillis(elapsedMillis.get());
        this.callers =
                new Callers(options, ForkJoinPool.commonPool(), clock, elapsedMillis::get, 4711);
    }

    static Callers of(SecurityOptions options) {
        return new TestCallers(options).callers;
    }
}
