package dev.zspool.pressure;

/// Why the policy decided as it did; the gravest one where there are several.
public enum PressureReason {
    /// Nothing to do, and the budget is the configured one.
    NONE,

    /// The pressure is over; the budget grows back.
    RECOVERY,

    /// Writers wait for room that can be made under the present budget.
    WRITERS,

    /// Tasks stood still for memory, though there is headroom.
    STALL,

    /// More is owned than the container's limit leaves to blobs, since it was lowered.
    LIMIT,

    /// More is owned than the balloon leaves.
    BALLOON,

    /// Somebody asked for it.
    REQUESTED,

    /// The kernel throttled the group while headroom was below the watermark high.
    HIGH_EVENTS,

    /// Headroom is, or was until a moment ago, too small; at {@link PressureLevel#CALM}: others
    /// have what the budget could be.
    HEADROOM,

    /// The group ran out of memory.
    OOM_EVENTS
}
