package dev.zspool.os;

/// Where a number of a {@link MemorySample} comes from; each may be missing by itself.
public enum MemorySource {
    /// How much the cgroup uses: `memory.current`, in v1 `memory.usage_in_bytes`.
    USAGE(1),
    /// What it may use: `memory.max`, in v1 `memory.limit_in_bytes`.
    LIMIT(1 << 1),
    /// What its usage consists of: `memory.stat`.
    STATISTICS(1 << 2),
    /// How often it came to the limit: `memory.events`, in v1 `memory.failcnt`.
    EVENTS(1 << 3),
    /// For how long its threads waited for memory: `memory.pressure`, else `/proc/pressure/memory`.
    PRESSURE(1 << 4),
    /// What the machine has: `/proc/meminfo`.
    HOST(1 << 5),
    /// What this process has: `/proc/self/statm`.
    PROCESS(1 << 6);

    private final int bit;

    MemorySource(int bit) {
        this.bit = bit;
    }

    int bit() {
        return bit;
    }
}
