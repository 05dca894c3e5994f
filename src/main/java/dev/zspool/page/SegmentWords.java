package dev.zspool.page;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/// The words of a memory segment.
final class SegmentWords implements Words {
    private static final VarHandle WORD = ValueLayout.JAVA_LONG.varHandle();

    private final MemorySegment memory;

    SegmentWords(MemorySegment memory) {
        this.memory = memory;
    }

    @Override
    public long getAcquire(long index) {
        return (long) WORD.getAcquire(memory, index << 3);
    }

    @Override
    public long getOpaque(long index) {
        return (long) WORD.getOpaque(memory, index << 3);
    }

    @Override
    public void setRelease(long index, long value) {
        WORD.setRelease(memory, index << 3, value);
    }

    @Override
    public void setOpaque(long index, long value) {
        WORD.setOpaque(memory, index << 3, value);
    }
}
