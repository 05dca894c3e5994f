package dev.zspool.os;

/// Why {@link PressureTrigger#await} came back.
public enum WakeUp {
    /// The time is over.
    TIMEOUT,
    /// The system says that memory is short.
    PRESSURE,
    /// The trigger will not fire any more: its cgroup was removed, which is said once, or it was
    /// closed.
    GONE
}
