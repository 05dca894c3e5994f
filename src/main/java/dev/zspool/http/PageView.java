package dev.zspool.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.zspool.blob.LeasedPage;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One page and what is on it.
///
/// @param page the page, as in a list
/// @param chain the frames of its zspage in order
/// @param slots the objects with a byte on it
/// @param leaseExpiresAt when it is put back by itself; absent when nobody leased it
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PageView(
        @JsonUnwrapped PageList.Row page,
        List<Integer> chain,
        List<Slot> slots,
        @Nullable Instant leaseExpiresAt) {

    /// An object.
    ///
    /// @param slot its slot in the zspage
    /// @param object the pool's handle for it
    /// @param offset where its slot begins, from the start of the page; below 0 on the page before
    public record Slot(int slot, long object, int offset) {}

    static PageView of(LeasedPage leased) {
        return new PageView(
                PageList.Row.of(leased.detail().page()),
                leased.detail().chain(),
                leased.detail().slots().stream()
                        .map(slot -> new Slot(slot.slot(), slot.handle(), slot.offsetBytes()))
                        .toList(),
                leased.expiresAt().orElse(null));
    }
}
