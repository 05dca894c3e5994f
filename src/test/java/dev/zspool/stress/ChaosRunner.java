package dev.zspool.stress;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/// Lets the workers of a world step for some time, stops them at quiet points to have the world
/// looked over, and takes it down at the end.
///
/// The seed decides what each worker does; which thread is faster it cannot decide.
public final class ChaosRunner {
    private static final int STEPS_BETWEEN_STOPS = 100;
    private static final Duration MOST_TO_STOP = Duration.ofSeconds(60);

    private final ChaosWorld world;
    private final long seed;

    /// Workers hold it to step, a quiet point to keep them from it; fair, so that it comes to one.
    private final ReentrantReadWriteLock quiet = new ReentrantReadWriteLock(true);

    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private volatile boolean stopped;

    public ChaosRunner(ChaosWorld world, long seed) {
        this.world = world;
        this.seed = seed;
    }

    /// Runs to the end of the time or to the first failure.
    ///
    /// @param quietPoints how often the world is looked over before the end
    /// @throws ChaosViolation when something was wrong, or a thread did not stop
    public void run(Duration duration, int quietPoints) throws InterruptedException {
        List<Thread> threads = start();
        try {
            for (int point = 0; point < quietPoints && failure.get() == null; point++) {
                TimeUnit.NANOSECONDS.sleep(duration.toNanos() / quietPoints);
                quiet.writeLock().lock();
                try {
                    if (failure.get() == null) {
                        world.checkQuiet();
                    }
                } finally {
                    quiet.writeLock().unlock();
                }
            }
        } finally {
            stopped = true;
        }
        join(threads);
        Throwable thrown = failure.get();
        if (thrown != null) {
            throw new IllegalStateException("A worker failed, seed " + seed, thrown);
        }
        world.finish();
    }

    private List<Thread> start() {
        List<Thread> threads = new ArrayList<>();
        SplittableRandom seeds = new SplittableRandom(seed);
        for (ChaosWorld.Worker worker : world.workers()) {
            SplittableRandom random = seeds.split();
            threads.add(
                    Thread.ofPlatform()
                            .name("chaos-" + threads.size())
                            .daemon()
                            .start(() -> work(worker, random)));
        }
        return threads;
    }

    private void work(ChaosWorld.Worker worker, SplittableRandom random) {
        try {
            while (!stopped && failure.get() == null) {
                quiet.readLock().lock();
                try {
                    for (int i = 0; i < STEPS_BETWEEN_STOPS && !stopped; i++) {
                        worker.step(random);
                    }
                } finally {
                    quiet.readLock().unlock();
                }
            }
        } catch (Throwable thrown) {
            failure.compareAndSet(null, thrown);
        }
    }

    private static void join(List<Thread> threads) throws InterruptedException {
        long deadline = System.nanoTime() + MOST_TO_STOP.toNanos();
        for (Thread thread : threads) {
            TimeUnit.NANOSECONDS.timedJoin(thread, Math.max(1, deadline - System.nanoTime()));
            if (thread.isAlive()) {
                StringBuilder where = new StringBuilder(thread.getName() + " does not stop:");
                for (StackTraceElement element : thread.getStackTrace()) {
                    where.append("\n    at ").append(element);
                }
                throw new ChaosViolation(where.toString());
            }
        }
    }
}
