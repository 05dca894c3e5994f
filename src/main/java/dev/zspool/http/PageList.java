package dev.zspool.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.zspool.zsmalloc.PageInfo;
import dev.zspool.zsmalloc.PageListing;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Some pages of a pool.
///
/// @param pages in ascending order of their frames
/// @param next the frame behind which to go on; absent at the end
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PageList(List<Row> pages, @Nullable Integer next) {

    /// A page.
    ///
    /// @param frame the frame it is in
    /// @param zspage its zspage's number
    /// @param position its place in the chain
    /// @param pagesPerZspage how many pages the chain has
    /// @param classIndex its size class
    /// @param size bytes of a slot of that class
    /// @param fullness the fullness group of its zspage, 0 to 11
    /// @param zspageObjects objects in the whole zspage
    /// @param zspageSlots slots of the whole zspage
    /// @param objects objects with a byte on this page
    /// @param isolated whether this page is isolated
    public record Row(
            int frame,
            int zspage,
            int position,
            int pagesPerZspage,
            @JsonProperty("class") int classIndex,
            int size,
            int fullness,
            int zspageObjects,
            int zspageSlots,
            int objects,
            boolean isolated) {

        static Row of(PageInfo page) {
            return new Row(
                    page.frame(),
                    page.zspage(),
                    page.position(),
                    page.pagesPerZspage(),
                    page.classIndex(),
                    page.slotBytes(),
                    page.fullnessGroup(),
                    page.zspageLiveObjects(),
                    page.zspageSlots(),
                    page.liveObjects(),
                    page.isIsolated());
        }
    }

    static PageList of(PageListing listing) {
        return new PageList(
                listing.pages().stream().map(Row::of).toList(),
                listing.nextAfter().isPresent() ? listing.nextAfter().getAsInt() : null);
    }
}
