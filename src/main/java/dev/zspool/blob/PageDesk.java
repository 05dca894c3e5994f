package dev.zspool.blob;

import dev.zspool.page.MoveOutcome;
import dev.zspool.zsmalloc.LeaseResult;
import dev.zspool.zsmalloc.MigrateResult;
import dev.zspool.zsmalloc.PageFilter;
import dev.zspool.zsmalloc.PageGlance;
import dev.zspool.zsmalloc.PageLeases;
import dev.zspool.zsmalloc.PageListing;
import dev.zspool.zsmalloc.PoolPages;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/// The pages of a pool of blobs for people: whoever isolates one gets a lease and not the page.
///
/// Thread-safe; keeps nothing of its own.
public final class PageDesk {
    private final PoolGate gate;
    private final PoolPages pages;
    private final PageLeases leases;

    private PageDesk(PoolGate gate, PoolPages pages, PageLeases leases) {
        this.gate = gate;
        this.pages = pages;
        this.leases = leases;
    }

    /// The desk of a pool.
    public static PageDesk of(BlobPool pool) {
        return new PageDesk(pool.published.gate(), pool.pages(), pool.leases());
    }

    /// Lists pages in ascending order of their frames. Looks at many frames, so it takes long: not
    /// for an event loop.
    ///
    /// @param after the frame behind which to begin, -1 for the first
    /// @param limit how many at most, positive
    public PageListing list(PageFilter filter, int after, int limit) {
        return gate.inside(
                () -> pages.list(filter, after, limit),
                new PageListing(List.of(), OptionalInt.empty()));
    }

    /// Looks at many frames of this pool for a moment each, without waiting for anybody.
    ///
    /// @param first the first frame
    /// @param count how many
    /// @param into receives what {@link PageGlance} reads, from index 0
    public void glance(int first, int count, int[] into) {
        boolean isThere =
                gate.inside(
                        () -> {
                            for (int i = 0; i < count; i++) {
                                into[i] = pages.glance(first + i);
                            }
                            return true;
                        },
                        false);
        if (!isThere) {
            Arrays.fill(into, 0, count, PageGlance.NO_PAGE);
        }
    }

    /// The frames whose pages people have isolated, in no order.
    public int[] leasedFrames() {
        return gate.inside(leases::frames, new int[0]);
    }

    /// Describes a page.
    ///
    /// @param frame any number
    /// @return empty when the frame is no page of this pool
    public Optional<LeasedPage> describe(int frame) {
        return gate.inside(
                () ->
                        pages.describe(frame)
                                .map(detail -> new LeasedPage(detail, leases.expiryOf(frame))),
                Optional.empty());
    }

    /// Isolates a page for a while.
    ///
    /// @param frame any number
    /// @param life how long at most; positive
    public LeaseResult isolate(int frame, Duration life) {
        return gate.inside(
                () -> leases.isolate(frame, life), new LeaseResult.Refused(MoveOutcome.GONE));
    }

    /// Moves a leased page to another frame, which ends the lease.
    ///
    /// @param frame any number
    /// @param lease the lease's name; empty for whichever it is
    public MigrateResult migrate(int frame, OptionalLong lease) {
        return gate.inside(
                () -> leases.migrate(frame, lease), new MigrateResult.Refused(MoveOutcome.GONE));
    }

    /// Ends a lease without a move.
    ///
    /// @param frame any number
    /// @param lease the lease's name; empty for whichever it is
    /// @return PUT_BACK, BUSY, NOT_ISOLATED or GONE
    public MoveOutcome putBack(int frame, OptionalLong lease) {
        return gate.inside(() -> leases.putBack(frame, lease), MoveOutcome.GONE);
    }
}
