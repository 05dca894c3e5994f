package dev.zspool.zsmalloc;

/// The word behind a handle: where its object lies, and which life of the handle this is.
///
/// ```
///  63                      43 42 41        33 32          25 24                            0
/// +--------------------------+--+------------+--------------+-------------------------------+
/// | version (21)             | L| class (9)  | offset (8)   | frame (25)                    |
/// +--------------------------+--+------------+--------------+-------------------------------+
/// ```
///
/// - *frame*: the frame in which the slot starts; 2^25 - 1 of them are 128 GiB.
/// - *offset*: where in the frame, in units of 16 bytes: every slot size is a multiple of 16. The
///   byte address follows without a look at the zspage, which the kernel's slot index would need.
/// - *class*: constant in an object's life, so that free can take the right lock after one unlocked
///   load (Linux 7.2). Nine bits, because 16 and 64 KiB pages have 257 classes.
/// - *L*: live. A word without it names no object; a page of the table that was given back reads as
///   zeros and means that too.
/// - *version*: goes up at every publish, move and free, and is never restarted.
///   `docs/memory-layout.md` shows that a value cannot come back while a reader sleeps.
///
/// A free cell keeps its version; its low nine bits link to the next free cell of its table page.
final class ObjectLocation {
    static final int FRAME_BITS = 25;
    static final int OFFSET_UNIT_SHIFT = 4;
    static final int VERSION_BITS = 21;

    private static final int OFFSET_SHIFT = FRAME_BITS;
    private static final int OFFSET_BITS = 8;
    private static final int CLASS_SHIFT = OFFSET_SHIFT + OFFSET_BITS;
    private static final int CLASS_BITS = 9;
    private static final int LIVE_SHIFT = CLASS_SHIFT + CLASS_BITS;
    private static final int VERSION_SHIFT = LIVE_SHIFT + 1;
    private static final long FRAME_MASK = (1L << FRAME_BITS) - 1;
    private static final long OFFSET_MASK = (1L << OFFSET_BITS) - 1;
    private static final long CLASS_MASK = (1L << CLASS_BITS) - 1;
    private static final long LIVE = 1L << LIVE_SHIFT;
    private static final long FREE_LINK_MASK = (1L << 9) - 1;

    static {
        if (VERSION_SHIFT + VERSION_BITS != Long.SIZE) {
            throw new AssertionError("the fields do not fill the word");
        }
    }

    private ObjectLocation() {}

    /// The word of a live object. `offsetBytes` is a multiple of 16 below 4096.
    static long live(int version, int classIndex, int frame, int offsetBytes) {
        return (long) version << VERSION_SHIFT
                | LIVE
                | (long) classIndex << CLASS_SHIFT
                | (long) (offsetBytes >>> OFFSET_UNIT_SHIFT) << OFFSET_SHIFT
                | frame;
    }

    /// The word of a cell that names no object.
    static long free(int version, int nextFreeCell) {
        return (long) version << VERSION_SHIFT | nextFreeCell;
    }

    static boolean isLive(long word) {
        return (word & LIVE) != 0;
    }

    static int frame(long word) {
        return (int) (word & FRAME_MASK);
    }

    static int offsetBytes(long word) {
        return (int) (word >>> OFFSET_SHIFT & OFFSET_MASK) << OFFSET_UNIT_SHIFT;
    }

    static int classIndex(long word) {
        return (int) (word >>> CLASS_SHIFT & CLASS_MASK);
    }

    static int version(long word) {
        return (int) (word >>> VERSION_SHIFT);
    }

    static int nextFreeCell(long word) {
        return (int) (word & FREE_LINK_MASK);
    }
}
