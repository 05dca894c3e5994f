package dev.zspool.zsmalloc;

/// The first eight bytes of a slot.
///
/// ```
///            63                                1 0
/// object    +-----------------------------------+-+
///           | handle                            |1|   payload follows at +8
///           +-----------------------------------+-+
/// free      | next free slot                    |0|   old bytes follow
///           +-----------------------------------+-+
/// ```
///
/// The tag (`OBJ_ALLOCATED_TAG`) tells them apart, which lets a compactor find the objects of a
/// zspage without any other list. The list of free slots is last in, first out; it ends with the
/// largest link at the last real slot. (The kernel writes the end into the slot behind it, which
/// does not exist where a zspage has waste at its tail: bug B4.) A slot of a huge zspage has no
/// header: its handle is in the zspage's descriptor, and the payload begins at 0.
final class SlotLayout {
    static final int HEADER_BYTES = PoolGeometry.SLOT_HEADER_BYTES;

    /// The link that ends the list of free slots.
    static final int NO_SLOT = 0xFFFF;

    private static final long ALLOCATED_TAG = 1;

    private SlotLayout() {}

    static long allocated(long handle) {
        return handle << 1 | ALLOCATED_TAG;
    }

    static long free(int nextFreeSlot) {
        return (long) nextFreeSlot << 1;
    }

    static boolean isAllocated(long header) {
        return (header & ALLOCATED_TAG) != 0;
    }

    static long handle(long header) {
        return header >>> 1;
    }

    static int nextFreeSlot(long header) {
        return (int) (header >>> 1 & NO_SLOT);
    }
}
