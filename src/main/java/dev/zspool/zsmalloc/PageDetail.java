package dev.zspool.zsmalloc;

import java.util.List;

/// A page of a pool with its surroundings at one moment.
///
/// @param page the page
/// @param chain the frames of its zspage in order
/// @param slots the slots with a byte on this page that hold an object
public record PageDetail(PageInfo page, List<Integer> chain, List<LiveSlot> slots) {
    public PageDetail {
        chain = List.copyOf(chain);
        slots = List.copyOf(slots);
    }

    /// A slot with an object.
    ///
    /// @param slot its number in the zspage
    /// @param handle the pool's handle of the object
    /// @param offsetBytes where it begins, from the start of this page; negative when it began on
    ///   the page before
    public record LiveSlot(int slot, long handle, int offsetBytes) {}
}
