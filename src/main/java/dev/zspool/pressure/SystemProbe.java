package dev.zspool.pressure;

import dev.zspool.os.MemoryReader;
import dev.zspool.os.MemorySample;
import dev.zspool.os.MemorySource;

/// What control groups and `/proc` tell, with differences where they count up.
///
/// For one thread.
final class SystemProbe implements PressureProbe {
    private final MemoryReader reader;
    private final MemorySample sample = new MemorySample();
    private boolean hasBefore;
    private boolean hasEventsBefore;
    private long moves;
    private long someMicros;
    private long fullMicros;
    private long highEvents;
    private long oomEvents;
    private long oomKills;
    private long nowNanos;

    SystemProbe(MemoryReader reader) {
        this.reader = reader;
    }

    @Override
    public void fill(PressureInputs in) {
        reader.sample(sample);
        in.limitBytes = sample.bindingLimitBytes();
        in.tightestLimitBytes = sample.limitBytes();
        in.workingSetBytes = sample.workingSetBytes();
        in.tightestWorkingSetBytes = sample.limitWorkingSetBytes();
        in.activeFileBytes = sample.activeFileBytes();
        in.mappedFileBytes = sample.mappedFileBytes();
        // Not known is not nothing.
        in.availableBytes =
                sample.availableBytes() == 0 ? PressureInputs.NONE : sample.availableBytes();
        long some = sample.somePressureMicros();
        long full = sample.fullPressureMicros();
        in.tickNanos = hasBefore ? in.nowNanos - nowNanos : 0;
        in.someStallMicros = since(some, someMicros);
        in.fullStallMicros = since(full, fullMicros);
        someMicros = some;
        fullMicros = full;
        fillEvents(in);
        nowNanos = in.nowNanos;
        hasBefore = true;
    }

    /// What another cgroup has counted before, or one that could not be read, is nothing new.
    private void fillEvents(PressureInputs in) {
        boolean goesOn = hasEventsBefore && sample.moves() == moves;
        long high = sample.highEvents();
        long oom = sample.oomEvents();
        long kills = sample.oomKillEvents();
        in.highEvents = goesOn ? Math.max(0, high - highEvents) : 0;
        // A process that is killed counts as both.
        in.oomEvents = goesOn ? Math.max(0, Math.max(oom - oomEvents, kills - oomKills)) : 0;
        highEvents = high;
        oomEvents = oom;
        oomKills = kills;
        moves = sample.moves();
        // A read that fails leaves the numbers of the last one.
        hasEventsBefore = goesOn || sample.isReadable(MemorySource.EVENTS);
    }

    @Override
    public long activeFileBytes() {
        reader.sample(sample);
        return sample.activeFileBytes();
    }

    /// What happened before the start does not count, nor does a counter that begins anew.
    private long since(long now, long before) {
        return hasBefore ? Math.max(0, now - before) : 0;
    }

    MemorySample sample() {
        return sample;
    }
}
