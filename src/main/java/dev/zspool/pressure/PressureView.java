package dev.zspool.pressure;

import java.util.List;

/// How short memory was at one moment, and what is done about it.
///
/// @param level how short
/// @param reason why the last decision was as it was
/// @param sinceNanos how long the level has been this one
/// @param limitBytes the limit of the control group, {@link #UNLIMITED} for none
/// @param workingSetBytes what counts against it: usage without inactive page cache
/// @param availableBytes what the machine can give to anybody, {@link #UNLIMITED} when not known
/// @param marks headroom and its watermarks
/// @param stallPermille how much of the time some task stood still for memory lately
/// @param budget what the arena may take
/// @param waitingWriters writes that are paused
/// @param retryAfterSeconds what refused writers are told; 0 when none are
/// @param oomEvents how often the group ran out of memory since the start
/// @param steps what each step has done since the start
public record PressureView(
        PressureLevel level,
        PressureReason reason,
        long sinceNanos,
        long limitBytes,
        long workingSetBytes,
        long availableBytes,
        Marks marks,
        int stallPermille,
        Budget budget,
        int waitingWriters,
        int retryAfterSeconds,
        long oomEvents,
        List<StepTotals> steps) {
    /// Stands for no limit.
    public static final long UNLIMITED = Long.MAX_VALUE;

    public PressureView {
        steps = List.copyOf(steps);
    }

    /// Headroom, and where something begins.
    ///
    /// @param headroomBytes what is left below the limit, or on the machine; negative above
    /// @param minBytes below it writers wait
    /// @param lowBytes below it the service shrinks
    /// @param highBytes until here
    public record Marks(long headroomBytes, long minBytes, long lowBytes, long highBytes) {}

    /// What the arena may take.
    ///
    /// @param configuredBytes without pressure, balloon or a shrink that is held
    /// @param balloonBytes what the balloon takes off
    /// @param heldBytes the most that a shrink leaves for a while; {@link #UNLIMITED} for none
    /// @param frameBudgetBytes what it may take now
    /// @param usedBytes what it takes
    /// @param warmBytes free frames that are still backed
    public record Budget(
            long configuredBytes,
            long balloonBytes,
            long heldBytes,
            long frameBudgetBytes,
            long usedBytes,
            long warmBytes) {}
}
