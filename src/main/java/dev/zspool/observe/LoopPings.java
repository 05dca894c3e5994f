package dev.zspool.observe;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/// Asks event loops whether they still work: each gets a task at every look, and one that has not
/// run its task for long is stuck.
///
/// Thread-safe. There is one task on its way to a loop at most, however often somebody looks.
final class LoopPings {

    /// No request occupies a loop for so long, also not where the processor is shared by many.
    static final long PATIENCE_MILLIS = 20_000;

    private final List<Loop> loops = new ArrayList<>();
    private final InstantSource clock;

    /// @param executors the loops, each of one thread
    /// @param clock may be set back
    LoopPings(Iterable<? extends Executor> executors, InstantSource clock) {
        executors.forEach(executor -> loops.add(new Loop(executor)));
        this.clock = clock;
    }

    int loops() {
        return loops.size();
    }

    /// How many have not answered for long. Then asks those anew that have answered.
    int stuck() {
        long now = clock.millis();
        int stuck = 0;
        for (Loop loop : loops) {
            stuck += loop.look(now) ? 1 : 0;
        }
        return stuck;
    }

    private static final class Loop {
        private final Executor executor;
        private boolean isAsked;
        private long askedMillis;

        Loop(Executor executor) {
            this.executor = executor;
        }

        synchronized boolean look(long now) {
            if (isAsked) {
                askedMillis = Math.min(askedMillis, now);
                return now - askedMillis >= PATIENCE_MILLIS;
            }
            isAsked = true;
            askedMillis = now;
            try {
                executor.execute(this::answered);
            } catch (RejectedExecutionException stopping) {
                isAsked = false;
            }
            return false;
        }

        private synchronized void answered() {
            isAsked = false;
        }
    }
}
