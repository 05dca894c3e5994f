package dev.zspool.page;

/// 64-bit words in shared memory, with the access modes that lock-free readers need.
///
/// The seam exists because a model checker cannot see accesses to a `MemorySegment`: tests put a
/// twin over a `long[]` here. Modes are those of {@link java.lang.invoke.VarHandle}.
public interface Words {
    /// A load after which later loads and stores stay.
    long getAcquire(long index);

    /// A load that is atomic and coherent, and orders nothing else.
    long getOpaque(long index);

    /// A store before which earlier loads and stores stay.
    void setRelease(long index, long value);

    /// A store that is atomic, and orders nothing else.
    void setOpaque(long index, long value);
}
