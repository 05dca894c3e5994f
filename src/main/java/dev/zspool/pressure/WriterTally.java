package dev.zspool.pressure;

import dev.zspool.blob.BlobHost;

/// Tells a {@link StepTally} which writers waited or were refused because memory was short.
///
/// For one thread.
final class WriterTally {
    private final BlobHost host;
    private final StepTally tally;
    private long pausedWrites;
    private long refusedWrites;
    private long lastNanos;

    WriterTally(BlobHost host, StepTally tally, long nowNanos) {
        this.host = host;
        this.tally = tally;
        this.lastNanos = nowNanos;
    }

    /// Notes what was since the last call.
    ///
    /// @param waitingWriters how many wait to be let in now: for as long as this counts
    /// @return whether there is anything to tell
    boolean note(long nowNanos, int waitingWriters) {
        long paused = host.pausedWrites() - pausedWrites;
        long refused = host.refusedWrites() - refusedWrites;
        long waitedNanos = waitingWriters * Math.max(0, nowNanos - lastNanos);
        lastNanos = nowNanos;
        if (paused > 0 || waitedNanos > 0) {
            tally.add(ShrinkStep.DIRECT_RECLAIM, paused, 0, waitedNanos);
            pausedWrites += paused;
        }
        if (refused > 0) {
            tally.add(ShrinkStep.REFUSAL, refused, 0, 0);
            refusedWrites += refused;
        }
        return paused > 0 || waitedNanos > 0 || refused > 0;
    }
}
