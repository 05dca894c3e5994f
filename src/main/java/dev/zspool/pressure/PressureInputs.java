package dev.zspool.pressure;

/// What was measured for one tick. Filled anew each time, never replaced, so that a tick allocates
/// nothing.
///
/// **The frames are counted before the working set is read.** What is acquired in between is then
/// held against us twice; the other way round the budget would allow it twice.
///
/// Every number is taken as it comes: what is below zero counts as zero.
final class PressureInputs {
    /// For a limit that there is not, and what is not known.
    static final long NONE = Long.MAX_VALUE;

    /// Of a clock that starts anywhere. It may stand still, jump or go back.
    long nowNanos;

    /// The limit of that level of the hierarchy that is nearest to its end.
    long limitBytes = NONE;

    /// The tightest limit of the hierarchy, for what is planned by it; nobody may be near it.
    long tightestLimitBytes = NONE;

    /// Usage at the level of {@link #tightestLimitBytes}, counted as {@link #workingSetBytes}.
    long tightestWorkingSetBytes;

    /// What the machine can still give to anybody.
    long availableBytes = NONE;

    /// Usage at the level of {@link #limitBytes}, without what the kernel drops by itself.
    long workingSetBytes;

    /// How long the stalls below were counted.
    long tickNanos;

    /// How long some task stood still for memory, since the last tick.
    long someStallMicros;

    /// How long all tasks did.
    long fullStallMicros;

    /// How often the group was throttled since the last tick.
    long highEvents;

    /// How often the group ran out of memory since the last tick.
    long oomEvents;

    /// Frames in use by pools and tables.
    long ownedFrameBytes;

    /// Free frames that are still backed, those on their way to the system included.
    long warmFrameBytes;

    /// How much of the warm frames goes to the system only when defragmentation empties the huge
    /// pages that they are part of.
    long stuckWarmBytes;

    /// The arena's hard budget at present; lower than decided if the steps have lowered it.
    long frameBudgetBytes = NONE;

    /// The budget without pressure, less what the balloon or a shrink that is held takes of it.
    long configuredBudgetBytes;

    /// What sets {@link #configuredBudgetBytes}: why more than that may be owned.
    PressureReason budgetReason = PressureReason.LIMIT;

    /// Whether there are pools whose writers must always get through.
    boolean hasDurablePools;

    /// What compaction of objects would free.
    long compactableBytes;

    /// What defragmentation would let go that cannot go otherwise: the kernel's own tables, and
    /// warm frames that are part of huge pages.
    long defragmentableBytes;

    /// What durable pools can forget without loss.
    long evictableBytes;

    /// What caches can lose.
    long evictPolicyBytes;

    /// Page cache that counts as used, whose files ever they are.
    long activeFileBytes;

    /// How much of the page cache is mapped, and stays.
    long mappedFileBytes;

    /// The most that the kernel may drop of the journal's files.
    long filePageBytes;

    /// Requests that are paused until there is room.
    int waitingWriters;

    /// What is still to be done of a shrink that somebody asked for.
    long requestedReleaseBytes;

    /// What the steps have made free since the last tick, whoever took it then.
    long releasedBytes;

    static long atLeastZero(long value) {
        return Math.max(0, value);
    }
}
