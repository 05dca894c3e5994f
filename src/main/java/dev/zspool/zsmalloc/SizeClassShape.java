package dev.zspool.zsmalloc;

import dev.zspool.page.Frames;

/// The fixed numbers of one size class.
///
/// @param index its number, that of the largest nominal class merged into it
/// @param sizeBytes the size of a slot, header included
/// @param slotsPerZspage how many slots a zspage of it has
/// @param pagesPerZspage how many pages
/// @param mergedFromIndex the smallest nominal class merged into it
/// @param minPayloadBytes the smallest object that lands here
/// @param maxPayloadBytes the largest object that lands here
/// @param isHuge one slot of one page: the handle lies outside the slot, so that a whole page fits
public record SizeClassShape(
        int index,
        int sizeBytes,
        int slotsPerZspage,
        int pagesPerZspage,
        int mergedFromIndex,
        int minPayloadBytes,
        int maxPayloadBytes,
        boolean isHuge) {

    /// Bytes at the end of a zspage that no slot covers.
    public int wasteBytesPerZspage(int pageSizeBytes) {
        return pagesPerZspage * pageSizeBytes - slotsPerZspage * sizeBytes;
    }

    /// Where the first slot that starts in a page lies in it, in bytes (`first_obj_offset`).
    ///
    /// A slot that starts before the page and runs into it is not counted. The 2016 patch computed
    /// this wrongly for every page but the first; here it is exact for all.
    ///
    /// @param position the page's place in the zspage, from 0
    /// @return an offset in `[0, sizeBytes)`; not below the page's size when no slot starts in the
    ///   page
    public int firstSlotOffset(int position, int pageSizeBytes) {
        int past = position * pageSizeBytes % sizeBytes;
        return past == 0 ? 0 : sizeBytes - past;
    }

    /// The first slot with a byte on a page of 4096 bytes: one that runs into it from the page
    /// before, if there is one.
    int firstSlotOn(int position) {
        return position * Frames.FRAME_BYTES / sizeBytes;
    }

    /// The last slot with a byte on a page of 4096 bytes; below {@link #firstSlotOn} when there is
    /// none.
    int lastSlotOn(int position) {
        return Math.min(slotsPerZspage, ((position + 1) * Frames.FRAME_BYTES - 1) / sizeBytes + 1)
                - 1;
    }
}
