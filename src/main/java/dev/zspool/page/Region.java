package dev.zspool.page;

import dev.zspool.os.Errno;
import java.lang.foreign.MemorySegment;

/// A range of memory that is backed where it is touched and can be given back page by page.
///
/// A part that was given back reads as zeros, never as a fault: optimistic readers rely on that.
public interface Region {
    /// The whole range. Access is unordered unless {@link #words} is used.
    MemorySegment memory();

    /// The same range as 64-bit words with ordered access.
    Words words();

    /// Gives the memory behind a part back to where it came from; afterwards it reads as zeros.
    ///
    /// May block for as long as the kernel needs: never call it under a lock.
    ///
    /// @param offset a multiple of {@link Frames#FRAME_BYTES}
    /// @param lengthBytes a positive multiple of the same
    /// @return `NONE`, or why it failed; then the content is as it was
    Errno giveBack(long offset, long lengthBytes);

    /// Gives the memory behind a part back, as {@link #giveBack}.
    ///
    /// @return whether that worked
    default boolean tryGiveBack(long offset, long lengthBytes) {
        return giveBack(offset, lengthBytes) == Errno.NONE;
    }

    /// Asks for a part to be backed by huge pages from now on, or never. A hint: nothing else
    /// depends on it. May block, as {@link #giveBack}.
    ///
    /// @param offset a multiple of {@link Frames#PAGEBLOCK_BYTES}
    /// @param lengthBytes a positive multiple of the same
    /// @return `NONE`, or why it was not taken; then nothing has changed
    default Errno preferHugePages(long offset, long lengthBytes, boolean wanted) {
        return Errno.NONE;
    }
}
