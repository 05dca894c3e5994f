package dev.zspool.os;

/// What wakes a {@link PressureTrigger}.
public enum TriggerKind {
    /// What the service manager named in `MEMORY_PRESSURE_WATCH`.
    SERVICE_MANAGER,
    /// A pressure stall trigger on `memory.pressure` of the own cgroup.
    CGROUP_PRESSURE,
    /// A pressure stall trigger on `/proc/pressure/memory`, of the whole machine.
    HOST_PRESSURE,
    /// Reclaim in the own cgroup v1, told through `memory.pressure_level`.
    CGROUP_RECLAIM,
    /// Nothing: it only waits.
    NONE
}
