package dev.zspool.zsmalloc;

import java.util.List;
import java.util.OptionalInt;

/// Some pages of a pool, in ascending order of their frames.
///
/// @param pages what was found; may be fewer than were asked for, or none, though there are more
/// @param nextAfter the frame behind which to go on, empty at the end
public record PageListing(List<PageInfo> pages, OptionalInt nextAfter) {
    public PageListing {
        pages = List.copyOf(pages);
    }
}
