package dev.zspool.zsmalloc;

import dev.zspool.page.MoveOutcome;
import java.time.Instant;

/// What became of the wish to lease a page.
public sealed interface LeaseResult {
    /// The page is isolated until it is migrated, put back, or the lease expires.
    ///
    /// @param lease names the lease
    /// @param expiresAt when the page is put back by itself
    record Leased(long lease, Instant expiresAt) implements LeaseResult {}

    /// The page cannot be isolated now.
    ///
    /// @param outcome EMPTY, BUSY or GONE
    record Refused(MoveOutcome outcome) implements LeaseResult {}

    /// As many pages are leased as may be.
    ///
    /// @param limit how many that are
    record TooMany(int limit) implements LeaseResult {}
}
