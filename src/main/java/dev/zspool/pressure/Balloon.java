package dev.zspool.pressure;

/// A standing cut of the frame budget: memory that the service leaves to others, until it is told
/// otherwise or a lease ends. It is forgotten at a restart, as the kernel's balloon is.
///
/// Guarded by whoever has it.
final class Balloon {
    /// Without a lease.
    static final long NEVER = Long.MAX_VALUE;

    private long wantedBytes;
    private long leaseEndNanos = NEVER;
    private boolean hasLease;

    /// Whether pages are still to be moved together, so that it consists of whole blocks.
    private boolean wantsBlocks;

    /// Sets it to a size.
    ///
    /// @param leaseNanos after how long it goes by itself, {@link #NEVER} for never
    void set(long bytes, long leaseNanos, long nowNanos) {
        wantedBytes = bytes;
        hasLease = leaseNanos != NEVER && bytes > 0;
        leaseEndNanos = hasLease ? nowNanos + leaseNanos : NEVER;
        wantsBlocks = bytes > 0;
    }

    /// Lets it go when its lease is over.
    ///
    /// @return whether it went
    boolean expire(long nowNanos) {
        if (hasLease && nowNanos - leaseEndNanos >= 0) {
            set(0, NEVER, nowNanos);
            return true;
        }
        return false;
    }

    long wantedBytes() {
        return wantedBytes;
    }

    /// What it takes of a budget, of which something has to be left.
    long takenBytes(long configuredBytes) {
        return Math.min(wantedBytes, mostBytes(configuredBytes));
    }

    /// The most that it can be.
    static long mostBytes(long configuredBytes) {
        return Math.max(0, configuredBytes - MemoryPlan.LEAST_ARENA_BYTES);
    }

    boolean wantsBlocks() {
        return wantsBlocks;
    }

    void blocksAreFree() {
        wantsBlocks = false;
    }

    /// After how long it goes; negative without a lease.
    long leaseNanosLeft(long nowNanos) {
        return hasLease ? Math.max(0, leaseEndNanos - nowNanos) : -1;
    }
}
