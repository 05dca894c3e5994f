package dev.zspool.page;

/// Where an arena's memory comes from: the operating system, or a twin of it in tests.
///
/// Implementations are thread-safe.
public interface PageSource extends AutoCloseable {
    /// Takes address space that reads as zeros and is backed by memory only where it is touched.
    ///
    /// @param sizeBytes a positive multiple of {@link Frames#PAGEBLOCK_BYTES}
    /// @throws OutOfAddressSpaceException when there is none
    Region reserve(long sizeBytes);

    /// Gives every region back. Nothing may touch them afterwards.
    @Override
    void close();
}
