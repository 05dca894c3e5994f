package dev.zspool.boot;

import dev.zspool.http.DiskReads;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/// Threads for answers that have to be read from the disk.
///
/// Few enough not to fill the memory, and more than a disk does at once. They are not those of
/// other blocking requests, which a slow disk must not hold up, nor those that writes wait for.
/// What waits for one of them is bounded by the connections: each has one request at a time.
@Singleton
final class DiskReadThreads {
    private static final Logger LOG = Logger.getLogger(DiskReadThreads.class);

    private static final int MAX_THREADS = 32;
    private static final long IDLE_SECONDS = 10;
    private static final long STOP_SECONDS = 10;

    private final ThreadPoolExecutor readers =
            new ThreadPoolExecutor(
                    MAX_THREADS,
                    MAX_THREADS,
                    IDLE_SECONDS,
                    TimeUnit.SECONDS,
                    new LinkedBlockingQueue<>(),
                    Thread.ofPlatform().daemon().name("zspool-read-", 0).factory());

    DiskReadThreads() {
        readers.allowCoreThreadTimeOut(true);
    }

    @Produces
    @Singleton
    DiskReads reads() {
        return new DiskReads(readers);
    }

    /// Reads that run may end; the engine below is closed only then.
    void stop(@Observes ShutdownEvent stopping) {
        readers.shutdown();
        try {
            if (!readers.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("A read of the disk did not end in time");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
