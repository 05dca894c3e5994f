package dev.zspool.zsmalloc;

/// The word that describes a page of a zspage to those who come from its frame (the kernel's
/// `zpdesc`).
///
/// ```
///  63     56 55                    29 28      25 24                            0
/// +---------+------------------------+----------+-------------------------------+
/// | magic   | zspage (27)            | pos. (4) | next frame (25)               |
/// +---------+------------------------+----------+-------------------------------+
/// ```
///
/// *next frame* chains the pages of a zspage; all ones ends the chain. A reader of an object that
/// spans two pages needs nothing else, and takes it without a lock: it may be stale, and the
/// handle's version then says so. *pos.* is the place in the chain, 0 to 15. *magic* is the
/// kernel's 0x58: a word that lost it was overwritten.
final class PageDescriptor {
    static final int MAGIC = 0x58;

    private static final int POSITION_SHIFT = 25;
    private static final int ZSPAGE_SHIFT = 29;
    private static final int MAGIC_SHIFT = 56;
    private static final long NEXT_MASK = (1L << POSITION_SHIFT) - 1;
    private static final long POSITION_MASK = 0xF;
    private static final long ZSPAGE_MASK = (1L << (MAGIC_SHIFT - ZSPAGE_SHIFT)) - 1;

    private PageDescriptor() {}

    /// @param nextFrame the frame after this one, -1 at the end of the chain
    static long of(int zspage, int position, int nextFrame) {
        return (long) MAGIC << MAGIC_SHIFT
                | (long) zspage << ZSPAGE_SHIFT
                | (long) position << POSITION_SHIFT
                | (nextFrame & NEXT_MASK);
    }

    /// The next frame of the chain, -1 at its end.
    static int nextFrame(long word) {
        int next = (int) (word & NEXT_MASK);
        return next == (int) NEXT_MASK ? -1 : next;
    }

    static int position(long word) {
        return (int) (word >>> POSITION_SHIFT & POSITION_MASK);
    }

    static int zspage(long word) {
        return (int) (word >>> ZSPAGE_SHIFT & ZSPAGE_MASK);
    }

    static boolean isOfZspage(long word) {
        return word >>> MAGIC_SHIFT == MAGIC;
    }
}
