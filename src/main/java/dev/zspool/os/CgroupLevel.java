package dev.zspool.os;

import java.nio.file.Path;

/// The memory files of one cgroup: what it uses and may use.
///
/// v2 (`Documentation/admin-guide/cgroup-v2.rst`): `memory.max`, `memory.high`, `memory.current`,
/// `memory.stat`. v1 (`admin-guide/cgroup-v1/memory.rst`): `memory.limit_in_bytes`,
/// `memory.usage_in_bytes`, and of `memory.stat` also `hierarchical_memory_limit`, which knows the
/// limits above what a container sees.
final class CgroupLevel {
    /// v1 says "unlimited" as the largest multiple of a page, and takes limits beyond any machine.
    private static final long LEAST_UNLIMITED_BYTES = 1L << 60;

    private static final int INACTIVE_FILE = 0;
    private static final int ACTIVE_FILE = 1;
    private static final int MAPPED_FILE = 2;
    private static final int LIMIT_ABOVE = 3;

    /// Of v1, from here on in the order of those above.
    private static final int OWN = 4;

    private final FileCalls calls;
    private final boolean isUnified;
    private final boolean isLowest;
    private final KernelFigures hardLimit;
    private final KernelFigures softLimit;
    private final KernelFigures usage;
    private final KernelFigures statistics;

    /// @param isLowest whether it is the own cgroup of this process
    CgroupLevel(FileCalls calls, Path directory, boolean isUnified, boolean isLowest) {
        this.calls = calls;
        this.isUnified = isUnified;
        this.isLowest = isLowest;
        hardLimit = sole(directory, isUnified ? "memory.max" : "memory.limit_in_bytes");
        // What v1 calls a soft limit means something else.
        softLimit = isUnified ? sole(directory, "memory.high") : hardLimit;
        usage = sole(directory, isUnified ? "memory.current" : "memory.usage_in_bytes");
        KernelFile statisticsFile = new KernelFile(calls, directory.resolve("memory.stat"));
        // Without the hierarchy, v1 counts what lies directly in a cgroup, which its usage does
        // not.
        statistics =
                isUnified
                        ? KernelFigures.keyed(
                                statisticsFile, "inactive_file", "active_file", "file_mapped")
                        : KernelFigures.keyed(
                                statisticsFile,
                                "total_inactive_file",
                                "total_active_file",
                                "total_mapped_file",
                                "hierarchical_memory_limit",
                                "inactive_file",
                                "active_file",
                                "mapped_file");
    }

    private KernelFigures sole(Path directory, String name) {
        return KernelFigures.sole(new KernelFile(calls, directory.resolve(name)));
    }

    /// Reads anew what is needed: what an unlimited cgroup above the own one uses is not.
    ///
    /// @return how many reads left an old number
    int refresh() {
        int stale = hardLimit.refresh(calls);
        if (isUnified) {
            stale += softLimit.refresh(calls);
        }
        if (isLowest || limitBytes() != MemorySample.UNLIMITED) {
            stale += usage.refresh(calls) + statistics.refresh(calls);
        }
        return stale;
    }

    /// What may be used without being killed.
    long hardLimitBytes() {
        long own = hardLimit.valueOr(0, MemorySample.UNLIMITED);
        long above =
                isLowest && !isUnified
                        ? statistics.valueOr(LIMIT_ABOVE, MemorySample.UNLIMITED)
                        : MemorySample.UNLIMITED;
        return normal(Math.min(own, above));
    }

    /// What may be used without being braked.
    long limitBytes() {
        return Math.min(hardLimitBytes(), normal(softLimit.valueOr(0, MemorySample.UNLIMITED)));
    }

    private static long normal(long limitBytes) {
        return limitBytes >= LEAST_UNLIMITED_BYTES ? MemorySample.UNLIMITED : limitBytes;
    }

    boolean isUsageKnown() {
        return usage.isKnown(0);
    }

    long usageBytes() {
        return usage.valueOr(0, 0);
    }

    long inactiveFileBytes() {
        return Math.min(statistic(INACTIVE_FILE), usageBytes());
    }

    long activeFileBytes() {
        return statistic(ACTIVE_FILE);
    }

    long mappedFileBytes() {
        return statistic(MAPPED_FILE);
    }

    private long statistic(int place) {
        long own = isUnified ? 0 : statistics.valueOr(OWN + place, 0);
        return statistics.valueOr(place, own);
    }

    long workingSetBytes() {
        return usageBytes() - inactiveFileBytes();
    }

    /// What is left of the limit, as {@link MemorySample#headroomBytes}.
    long headroomBytes() {
        long limitBytes = limitBytes();
        return limitBytes == MemorySample.UNLIMITED
                ? MemorySample.UNLIMITED
                : limitBytes - workingSetBytes();
    }

    /// Says which files could be read.
    void report(MemorySample into) {
        into.markReadable(MemorySource.USAGE, usage.isReadable());
        into.markReadable(MemorySource.LIMIT, hardLimit.isReadable());
        into.markReadable(MemorySource.STATISTICS, statistics.isReadable());
    }

    void close() {
        hardLimit.close();
        softLimit.close();
        usage.close();
        statistics.close();
    }
}
