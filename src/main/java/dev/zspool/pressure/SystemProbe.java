package dev.zspool.pressure;

import dev.zspool.os.MemoryReader;
import dev.zspool.os.MemorySample;

/// What control groups and `/proc` tell, with differences where they count up.
///
/// For one thread.
final class SystemProbe implements PressureProbe {
    private final MemoryReader reader;
    private final MemorySample sample = new MemorySample();
    private boolean hasBefore;
    private long someMicros;
    private long fullMicros;
    private long highEvents;
    private long oomEvents;
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
        in.activeFileBytes = sample.activeFileBytes();
        in.mappedFileBytes = sample.mappedFileBytes();
        // Not known is not nothing.
        in.availableBytes =
                sample.availableBytes() == 0 ? PressureInputs.NONE : sample.availableBytes();
        long some = sample.somePressureMicros();
        long full = sample.fullPressureMicros();
        long high = sample.highEvents();
        long oom = sample.oomEvents() + sample.oomKillEvents();
        in.tickNanos = hasBefore ? in.nowNanos - nowNanos : 0;
        in.someStallMicros = since(some, someMicros);
        in.fullStallMicros = since(full, fullMicros);
        in.highEvents = since(high, highEvents);
        in.oomEvents = since(oom, oomEvents);
        someMicros = some;
        fullMicros = full;
        highEvents = high;
        oomEvents = oom;
        nowNanos = in.nowNanos;
        hasBefore = true;
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
