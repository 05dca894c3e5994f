package dev.zspool.zsmalloc;

import dev.zspool.page.MoveOutcome;

/// What became of the wish to migrate a leased page.
public sealed interface MigrateResult {
    /// The page is in another frame, and the lease is over.
    ///
    /// @param target that frame
    record Migrated(int target) implements MigrateResult {}

    /// The page was not moved.
    ///
    /// @param outcome EMPTY (the lease is over), BUSY, NOT_ISOLATED or GONE
    record Refused(MoveOutcome outcome) implements MigrateResult {}

    /// There is no free frame; the lease goes on.
    record NoFrame() implements MigrateResult {}
}
