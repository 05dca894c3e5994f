package dev.zspool.boot;

import dev.zspool.blob.BlobPool;
import dev.zspool.blob.BlobStore;
import dev.zspool.blob.WarmUpProgress;
import dev.zspool.upkeep.EventFeed;
import dev.zspool.upkeep.EventKind;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/// Brings blobs back into memory after a start, pool by pool, on a thread of its own, and says how
/// far it has come. Nobody waits for it.
final class Recovery implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Recovery.class);

    /// So many blobs are looked at between two looks at the clock.
    private static final int STEP_BLOBS = 256;

    private static final long REPORT_INTERVAL_NANOS = 5_000_000_000L;
    private static final long STOP_MILLIS = 10_000;

    private final BlobStore store;
    private final EventFeed events;
    private final Thread thread;
    private volatile boolean isStopping;

    Recovery(BlobStore store, EventFeed events) {
        this.store = store;
        this.events = events;
        this.thread = Thread.ofPlatform().daemon().name("zspool-warm-up").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    private void run() {
        for (BlobPool pool : store.pools()) {
            if (!pool.keeper().warmUpProgress().isDone()) {
                try {
                    warmUp(pool);
                } catch (RuntimeException | Error failure) {
                    LOG.errorf(
                            failure,
                            "Pool %s: bringing blobs back into memory failed; they are read from the"
                                    + " journal when they are asked for",
                            pool.name());
                }
            }
        }
    }

    private void warmUp(BlobPool pool) {
        long begunNanos = System.nanoTime();
        long reportedNanos = begunNanos;
        while (!isStopping && pool.keeper().warmUp(STEP_BLOBS)) {
            long now = System.nanoTime();
            if (now - reportedNanos >= REPORT_INTERVAL_NANOS) {
                reportedNanos = now;
                report(pool, EventKind.WARM_UP_PROGRESS, now - begunNanos);
            }
        }
        if (!isStopping) {
            report(pool, EventKind.WARM_UP_FINISHED, System.nanoTime() - begunNanos);
        }
    }

    private void report(BlobPool pool, EventKind kind, long nanos) {
        WarmUpProgress progress = pool.keeper().warmUpProgress();
        long millis = nanos / 1_000_000;
        LOG.infof(
                "Pool %s: %d of %d blobs are back in memory after %d ms%s",
                pool.name(),
                progress.admittedBlobs(),
                progress.totalBlobs(),
                millis,
                kind == EventKind.WARM_UP_FINISHED ? "; the others are read when asked for" : "");
        events.publish(
                kind,
                Optional.of(pool.name()),
                Map.of(
                        "admittedBlobs", progress.admittedBlobs(),
                        "lookedAtBlobs", progress.lookedAtBlobs(),
                        "totalBlobs", progress.totalBlobs(),
                        "durationMillis", millis));
    }

    /// Stops it, however far it is.
    @Override
    public void close() {
        isStopping = true;
        try {
            thread.join(STOP_MILLIS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
