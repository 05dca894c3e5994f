package dev.zspool.blob;

import java.util.function.Consumer;

/// A write under way: bytes go in, and nothing of it can be seen before it is committed.
///
/// Not thread-safe: one caller at a time, from {@link #begin} to {@link #commit} or {@link #abort}.
/// Callbacks may run on any thread. A write that is neither committed nor aborted holds memory for
/// ever.
public interface BlobWrite {
    /// Waits for room for the body's buffers. Call it once, first.
    ///
    /// @param resume runs once for each answer of {@link AppendOutcome#PAUSE}, when the write takes
    ///   bytes again; perhaps on another thread before that answer has reached the caller
    /// @return READY, or PAUSE: wait for `resume` before the first byte, or REFUSED
    AppendOutcome begin(Runnable resume);

    /// Takes bytes; they are copied. The bound of the heap that a write takes holds for portions of
    /// at most 64 KiB.
    ///
    /// @throws IllegalArgumentException when they are more than was declared; none of them is taken
    AppendOutcome append(byte[] source, int offset, int length);

    /// Ends the body and publishes the blob. Nothing is called afterwards but `answer`.
    ///
    /// @param answer gets the result, exactly once, perhaps on another thread; it must not wait for
    ///   another write
    /// @throws IllegalStateException when the body is shorter than was declared and the write was
    ///   not refused; it can only be aborted then
    void commit(Consumer<PutResult> answer);

    /// Ends the write without a trace. May be called at any time before {@link #commit}, and more
    /// than once.
    void abort();
}
