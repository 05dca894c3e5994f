package dev.zspool.page;

/// The units of physical memory.
///
/// A *frame* is one 4 KiB page of memory, named by its index in the arena (the kernel's PFN). A
/// *pageblock* is 512 frames in a row, 2 MiB, aligned to 2 MiB: what one huge page would cover, and
/// what the kernel takes back cheapest.
public final class Frames {
    /// log2 of {@link #FRAME_BYTES}.
    public static final int FRAME_SHIFT = 12;

    /// The size of a frame in bytes.
    public static final int FRAME_BYTES = 1 << FRAME_SHIFT;

    /// log2 of {@link #PAGEBLOCK_FRAMES}.
    public static final int PAGEBLOCK_SHIFT = 9;

    /// How many frames a pageblock has.
    public static final int PAGEBLOCK_FRAMES = 1 << PAGEBLOCK_SHIFT;

    /// The size of a pageblock in bytes.
    public static final long PAGEBLOCK_BYTES = (long) PAGEBLOCK_FRAMES * FRAME_BYTES;

    /// No frame.
    public static final int NO_FRAME = -1;

    private Frames() {}

    /// The frame's first byte in the arena.
    public static long address(int frame) {
        return (long) frame << FRAME_SHIFT;
    }

    /// A size rounded up to whole pageblocks.
    static long wholeBlocks(long sizeBytes) {
        return (sizeBytes + PAGEBLOCK_BYTES - 1) & -PAGEBLOCK_BYTES;
    }

    static int blockOf(int frame) {
        return frame >>> PAGEBLOCK_SHIFT;
    }
}
