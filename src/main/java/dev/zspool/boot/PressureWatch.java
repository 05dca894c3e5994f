package dev.zspool.boot;

import dev.zspool.os.PressureTrigger;
import dev.zspool.pressure.PressureController;
import org.jboss.logging.Logger;

/// The thread that looks at the memory, ten times a second and sooner where the system tells that
/// it is short.
final class PressureWatch {
    private static final Logger LOG = Logger.getLogger(PressureWatch.class);
    private static final long STOP_MILLIS = 10_000;

    private final PressureController controller;
    private final PressureTrigger trigger;
    private final long intervalMillis;
    private final Thread thread;
    private volatile boolean isStopping;

    PressureWatch(PressureController controller, PressureTrigger trigger, long intervalMillis) {
        this.controller = controller;
        this.trigger = trigger;
        this.intervalMillis = intervalMillis;
        this.thread = Thread.ofPlatform().daemon().name("zspool-pressure").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    private void run() {
        while (!isStopping) {
            try {
                trigger.await(intervalMillis);
                if (!isStopping) {
                    controller.tick();
                }
            } catch (RuntimeException | Error failure) {
                report(failure);
            }
        }
    }

    /// A heap that is full for a moment must not end the watch, and saying so takes some of it.
    private static void report(Throwable failure) {
        try {
            LOG.error("Looking after the memory failed; it is tried again", failure);
        } catch (RuntimeException | Error unsaid) {
            // It is said the next time.
        }
    }

    /// Ends the thread, then answers who waits for a shrink.
    ///
    /// @return whether it has ended; otherwise it may still be in the arena
    boolean stop() {
        isStopping = true;
        trigger.close();
        try {
            thread.join(STOP_MILLIS);
            if (thread.isAlive()) {
                LOG.warn("Giving memory back did not stop in time");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        controller.close();
        return !thread.isAlive();
    }
}
