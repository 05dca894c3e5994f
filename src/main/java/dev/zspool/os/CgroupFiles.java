package dev.zspool.os;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongUnaryOperator;

/// The open files of all cgroups that count for this process: levels, events and pressure.
final class CgroupFiles {
    private static final int OOM_KILL = 0;
    private static final int OOM = 1;
    private static final int HIGH = 2;
    private static final int SOME = 0;
    private static final int FULL = 1;

    private final FileCalls calls;
    private final CgroupView view;
    private final LongUnaryOperator reserveOfLimit;
    private final List<CgroupLevel> levels = new ArrayList<>();
    private final List<KernelFigures> others = new ArrayList<>();
    private final KernelFigures events;
    private final KernelFigures limitHits;
    private final KernelFigures ownPressure;
    private final KernelFigures hostPressure;

    /// @param reserveOfLimit see {@link MemoryReader#open(Path, LongUnaryOperator)}
    CgroupFiles(FileCalls calls, Path root, CgroupView view, LongUnaryOperator reserveOfLimit) {
        this.calls = calls;
        this.view = view;
        this.reserveOfLimit = reserveOfLimit;
        for (Path level : view.levels()) {
            levels.add(new CgroupLevel(calls, level, view.isUnified(), levels.isEmpty()));
        }
        // Without a cgroup these are files that are not there.
        Path own =
                view.levels().isEmpty() ? root.resolve("proc/self/none") : view.levels().getFirst();
        events =
                view.isUnified()
                        ? keyed(own.resolve("memory.events"), "oom_kill", "oom", "high")
                        : keyed(own.resolve("memory.oom_control"), "oom_kill");
        limitHits = sole(own.resolve("memory.failcnt"));
        ownPressure = stalls(view.pressureDirectory().orElse(own).resolve("memory.pressure"));
        hostPressure = stalls(root.resolve("proc/pressure/memory"));
    }

    private KernelFigures keyed(Path file, String... keys) {
        return added(KernelFigures.keyed(new KernelFile(calls, file), keys));
    }

    private KernelFigures sole(Path file) {
        return added(KernelFigures.sole(new KernelFile(calls, file)));
    }

    private KernelFigures stalls(Path file) {
        return added(KernelFigures.stalls(new KernelFile(calls, file)));
    }

    private KernelFigures added(KernelFigures figures) {
        others.add(figures);
        return figures;
    }

    CgroupView view() {
        return view;
    }

    /// Fills in all that the cgroups tell.
    ///
    /// @param residentBytes stands in for the usage where no cgroup tells one
    /// @return how many reads left an old number
    int sample(MemorySample into, long residentBytes) {
        int stale = 0;
        long limitBytes = MemorySample.UNLIMITED;
        long hardLimitBytes = MemorySample.UNLIMITED;
        int binding = 0;
        int tightest = 0;
        for (int at = 0; at < levels.size(); at++) {
            CgroupLevel level = levels.get(at);
            stale += level.refresh();
            if (isTighter(level, levels.get(tightest))) {
                tightest = at;
            }
            limitBytes = Math.min(limitBytes, level.limitBytes());
            hardLimitBytes = Math.min(hardLimitBytes, level.hardLimitBytes());
            if (isNearer(level, levels.get(binding))) {
                binding = at;
            }
        }
        into.limitBytes = limitBytes;
        into.hardLimitBytes = hardLimitBytes;
        fillUsage(into, binding, residentBytes);
        boolean isKnown = !levels.isEmpty() && levels.get(tightest).isUsageKnown();
        into.limitWorkingSetBytes =
                isKnown ? levels.get(tightest).workingSetBytes() : into.workingSetBytes();
        into.activeFileBytes = isKnown ? levels.get(tightest).activeFileBytes() : 0;
        into.mappedFileBytes = isKnown ? levels.get(tightest).mappedFileBytes() : 0;
        return stale + fillEvents(into) + fillPressure(into);
    }

    /// Of equal limits that one with less room.
    private static boolean isTighter(CgroupLevel level, CgroupLevel than) {
        long limit = level.limitBytes();
        long other = than.limitBytes();
        return limit < other
                || (limit == other
                        && limit != MemorySample.UNLIMITED
                        && level.isUsageKnown()
                        && level.workingSetBytes() > than.workingSetBytes());
    }

    /// Whether a level is nearer to its end than another one. Below what a level should have its
    /// share of that counts, for a large one is far from its end where a small one has nothing
    /// left; above it the bytes beyond.
    private boolean isNearer(CgroupLevel level, CgroupLevel than) {
        if (!hasHeadroom(level) || !hasHeadroom(than)) {
            return hasHeadroom(level);
        }
        long one = level.headroomBytes();
        long other = than.headroomBytes();
        long oneReserve = reserveOfLimit.applyAsLong(level.limitBytes());
        long otherReserve = reserveOfLimit.applyAsLong(than.limitBytes());
        boolean isShort = one < oneReserve || other < otherReserve;
        boolean isShared = isShort && oneReserve > 0 && otherReserve > 0;
        return isShared
                ? (double) one / oneReserve < (double) other / otherReserve
                : one - oneReserve < other - otherReserve;
    }

    private static boolean hasHeadroom(CgroupLevel level) {
        return level.isUsageKnown() && level.limitBytes() != MemorySample.UNLIMITED;
    }

    private void fillUsage(MemorySample into, int binding, long residentBytes) {
        boolean isKnown = !levels.isEmpty() && levels.get(binding).isUsageKnown();
        into.usageBytes = isKnown ? levels.get(binding).usageBytes() : residentBytes;
        into.inactiveFileBytes = isKnown ? levels.get(binding).inactiveFileBytes() : 0;
        // A limit counts also where nobody tells what is used of it.
        into.bindingLimitBytes = isKnown ? levels.get(binding).limitBytes() : into.limitBytes;
        if (levels.isEmpty()) {
            into.markReadable(MemorySource.USAGE, false);
            into.markReadable(MemorySource.LIMIT, false);
            into.markReadable(MemorySource.STATISTICS, false);
        } else {
            levels.getFirst().report(into);
        }
    }

    private int fillEvents(MemorySample into) {
        int stale = events.refresh(calls);
        into.oomKillEvents = events.valueOr(OOM_KILL, 0);
        if (view.isUnified()) {
            into.oomEvents = events.valueOr(OOM, 0);
            into.highEvents = events.valueOr(HIGH, 0);
        } else {
            stale += limitHits.refresh(calls);
            into.oomEvents = into.oomKillEvents;
            into.highEvents = limitHits.valueOr(0, 0);
        }
        into.markReadable(MemorySource.EVENTS, events.isReadable() || limitHits.isReadable());
        return stale;
    }

    private int fillPressure(MemorySample into) {
        int stale = ownPressure.refresh(calls);
        boolean isOwn = ownPressure.isKnown(SOME);
        if (!isOwn) {
            stale += hostPressure.refresh(calls);
        }
        KernelFigures pressure = isOwn ? ownPressure : hostPressure;
        into.somePressureMicros = pressure.valueOr(SOME, 0);
        into.fullPressureMicros = pressure.valueOr(FULL, 0);
        into.isPressureKnown = pressure.isKnown(SOME);
        into.isPressureOwn = isOwn;
        into.markReadable(MemorySource.PRESSURE, pressure.isReadable());
        return stale;
    }

    void close() {
        levels.forEach(CgroupLevel::close);
        others.forEach(KernelFigures::close);
    }
}
