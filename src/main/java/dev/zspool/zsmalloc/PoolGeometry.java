package dev.zspool.zsmalloc;

/// Page size and chain limit of a pool, and the numbers that follow from them.
///
/// @param pageSizeBytes the size of a page: 4, 16 or 64 KiB (an arena's frames have 4 KiB)
/// @param chainSize the most pages that a zspage may have, 4 to 16 (`CONFIG_ZSMALLOC_CHAIN_SIZE`)
public record PoolGeometry(int pageSizeBytes, int chainSize) {
    /// What the smallest slot holds, its header included, in bytes (`ZS_MIN_ALLOC_SIZE`).
    public static final int MIN_SLOT_BYTES = 32;

    /// The header of a slot: the handle of its object, or the link to the next free slot
    /// (`ZS_HANDLE_SIZE`).
    public static final int SLOT_HEADER_BYTES = 8;

    private static final int FRAME_STEP_SHIFT = 4;
    private static final int FRAME_STEP_BYTES = 1 << FRAME_STEP_SHIFT;
    private static final int MOST_FRAME_INDEX = 254;

    public static final int MIN_CHAIN_SIZE = 4;
    public static final int MAX_CHAIN_SIZE = 16;

    public PoolGeometry {
        if (pageSizeBytes != 4096 && pageSizeBytes != 16_384 && pageSizeBytes != 65_536) {
            throw new IllegalArgumentException("pageSizeBytes=" + pageSizeBytes);
        }
        if (chainSize < MIN_CHAIN_SIZE || chainSize > MAX_CHAIN_SIZE) {
            throw new IllegalArgumentException("chainSize=" + chainSize + " must be 4 to 16");
        }
    }

    /// The step between two nominal sizes in bytes (`ZS_SIZE_CLASS_DELTA`): 16 with 4 KiB pages.
    public int classStepBytes() {
        return pageSizeBytes >> 8;
    }

    /// How many nominal size classes there are: 255 with 4 KiB pages, else 257.
    public int nominalClasses() {
        return ceilDiv(pageSizeBytes - MIN_SLOT_BYTES, classStepBytes()) + 1;
    }

    /// The slot size of a nominal class in bytes, before merging.
    public int nominalSizeBytes(int classIndex) {
        return Math.min(MIN_SLOT_BYTES + classIndex * classStepBytes(), pageSizeBytes);
    }

    /// The nominal class of an object (`get_size_class_index`). The header is always counted, even
    /// where a huge class has none.
    ///
    /// @param payloadBytes what the object holds, 1 to the page's size
    int nominalIndexFor(int payloadBytes) {
        int needBytes = payloadBytes + SLOT_HEADER_BYTES;
        if (needBytes <= MIN_SLOT_BYTES) {
            return 0;
        }
        return Math.min(
                ceilDiv(needBytes - MIN_SLOT_BYTES, classStepBytes()), nominalClasses() - 1);
    }

    /// The same for frames of 4 KiB, without a division: for the hot path.
    static int frameIndexFor(int payloadBytes) {
        int above = payloadBytes + SLOT_HEADER_BYTES - MIN_SLOT_BYTES;
        int index = (above + FRAME_STEP_BYTES - 1) >> FRAME_STEP_SHIFT;
        return Math.min(Math.max(index, 0), MOST_FRAME_INDEX);
    }

    /// How many pages a zspage of this slot size has: the count that wastes the fewest bytes, the
    /// smaller count at a tie (`calculate_zspage_chain_size` since Linux 6.3). A power of two never
    /// spans and takes one.
    int pagesPerZspage(int slotBytes) {
        if (Integer.bitCount(slotBytes) == 1) {
            return 1;
        }
        int best = 1;
        int leastWasteBytes = Integer.MAX_VALUE;
        for (int pages = 1; pages <= chainSize; pages++) {
            int wasteBytes = pages * pageSizeBytes % slotBytes;
            if (wasteBytes < leastWasteBytes) {
                leastWasteBytes = wasteBytes;
                best = pages;
            }
        }
        return best;
    }

    private static int ceilDiv(int dividend, int divisor) {
        return (dividend + divisor - 1) / divisor;
    }
}
