package dev.zspool.os;

import java.util.Locale;

/// What the operating system says about memory at one moment. {@link MemoryReader#sample} fills one
/// anew again and again; nothing is allocated for that. For one thread at a time.
///
/// A number whose source cannot be read is the last one that could; before that it is what "nothing
/// known" stands for here: no limit, nothing used, no events, no pressure.
public final class MemorySample {
    /// Stands for "no limit".
    public static final long UNLIMITED = Long.MAX_VALUE;

    long limitBytes = UNLIMITED;
    long hardLimitBytes = UNLIMITED;
    long bindingLimitBytes = UNLIMITED;
    long limitWorkingSetBytes;
    long usageBytes;
    long inactiveFileBytes;
    long activeFileBytes;
    long mappedFileBytes;
    long oomEvents;
    long oomKillEvents;
    long highEvents;
    long somePressureMicros;
    long fullPressureMicros;
    boolean isPressureKnown;
    boolean isPressureOwn;
    long availableBytes;
    long totalBytes;
    long residentBytes;
    long staleReads;
    long moves;
    int readable;

    /// The tightest limit of the visible hierarchy, {@link #UNLIMITED} without one. In cgroup v2
    /// the limit of a level is the smaller one of `memory.max` and `memory.high`: above `high` the
    /// kernel reclaims and brakes, but never kills.
    public long limitBytes() {
        return limitBytes;
    }

    /// As {@link #limitBytes}, without `memory.high`: who comes there is killed.
    public long hardLimitBytes() {
        return hardLimitBytes;
    }

    /// What counts against {@link #limitBytes}: the working set of the level whose limit it is, as
    /// {@link #workingSetBytes}. Without a limit, of the own cgroup.
    public long limitWorkingSetBytes() {
        return limitWorkingSetBytes;
    }

    /// The limit of that level of the hierarchy which is nearest to its end, measured by what
    /// headroom it should have ({@link MemoryReader#open(java.nio.file.Path,
    /// java.util.function.LongUnaryOperator)}). Usage and working set are those of the same level,
    /// so they may include neighbours.
    public long bindingLimitBytes() {
        return bindingLimitBytes;
    }

    /// What the level with the least headroom uses, page cache included. Without any limit, the own
    /// cgroup; without a readable cgroup, this process (its resident size).
    public long usageBytes() {
        return usageBytes;
    }

    /// How much of the usage is page cache that nobody used lately, which the kernel takes back
    /// before anything else.
    public long inactiveFileBytes() {
        return inactiveFileBytes;
    }

    /// How much of {@link #limitWorkingSetBytes} is page cache that was used more than once lately.
    /// It counts as used, though the kernel takes it back, too, before it lets anybody go without.
    public long activeFileBytes() {
        return activeFileBytes;
    }

    /// How much of the page cache, active or not, is mapped by some process: programs, libraries.
    public long mappedFileBytes() {
        return mappedFileBytes;
    }

    /// The usage without inactive page cache, as the kubelet counts.
    public long workingSetBytes() {
        return usageBytes - inactiveFileBytes;
    }

    /// What the working set may still grow by, at the level where that is least; {@link #UNLIMITED}
    /// without a limit. Negative when a limit was set below what is used.
    public long headroomBytes() {
        return bindingLimitBytes == UNLIMITED ? UNLIMITED : bindingLimitBytes - workingSetBytes();
    }

    /// How often an allocation in the own cgroup was about to fail (`oom`; in v1 as {@link
    /// #oomKillEvents}).
    public long oomEvents() {
        return oomEvents;
    }

    /// How many processes of the own cgroup were killed for want of memory.
    public long oomKillEvents() {
        return oomKillEvents;
    }

    /// How often the own cgroup came to its soft limit and was braked (`high`; in v1, which has
    /// none, how often it came to its hard limit, `memory.failcnt`).
    public long highEvents() {
        return highEvents;
    }

    /// For how many microseconds so far at least one thread waited for memory (PSI `some`,
    /// `Documentation/accounting/psi.rst`): the difference of two samples is the pressure between
    /// them. It starts anew when the process is moved to another cgroup.
    public long somePressureMicros() {
        return somePressureMicros;
    }

    /// For how many microseconds so far all threads that could run waited for memory (PSI `full`).
    public long fullPressureMicros() {
        return fullPressureMicros;
    }

    /// Whether the kernel tells pressure at all.
    public boolean isPressureKnown() {
        return isPressureKnown;
    }

    /// Whether the pressure is that of the own cgroup, not of the whole machine.
    public boolean isPressureOwn() {
        return isPressureOwn;
    }

    /// What the machine could give without swapping (`MemAvailable`); of the host, also in a
    /// container.
    public long availableBytes() {
        return availableBytes;
    }

    /// What the machine has (`MemTotal`); of the host, also in a container.
    public long totalBytes() {
        return totalBytes;
    }

    /// What of this process is in memory.
    public long residentBytes() {
        return residentBytes;
    }

    /// How often a file could not be read or made no sense although it once did, since the reader
    /// was opened.
    public long staleReads() {
        return staleReads;
    }

    /// How often the process was moved to another cgroup since the reader was opened: what counts
    /// up begins anew then.
    public long moves() {
        return moves;
    }

    /// Whether the numbers of a source are of this moment.
    public boolean isReadable(MemorySource source) {
        return (readable & source.bit()) != 0;
    }

    void markReadable(MemorySource source, boolean isReadable) {
        readable = isReadable ? readable | source.bit() : readable & ~source.bit();
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "limit %d (hard %d), usage %d, inactive file %d, headroom %d, oom kills %d,"
                        + " pressure %d us, resident %d, available %d, stale reads %d",
                limitBytes,
                hardLimitBytes,
                usageBytes,
                inactiveFileBytes,
                headroomBytes(),
                oomKillEvents,
                somePressureMicros,
                residentBytes,
                availableBytes,
                staleReads);
    }
}
