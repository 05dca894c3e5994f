package dev.zspool.http;

import dev.zspool.page.MoveOutcome;
import dev.zspool.zsmalloc.LeaseResult;
import java.time.Instant;

/// The answer to a step of a page's move.
public sealed interface PageMove {

    /// The page is isolated.
    ///
    /// @param outcome `ISOLATED`
    /// @param frame the frame it is in
    /// @param lease names the isolation
    /// @param expiresAt when it is put back by itself
    record Isolated(MoveOutcome outcome, int frame, String lease, Instant expiresAt)
            implements PageMove {

        static Isolated of(int frame, LeaseResult.Leased leased) {
            return new Isolated(
                    MoveOutcome.ISOLATED,
                    frame,
                    LeaseParameter.write(leased.lease()),
                    leased.expiresAt());
        }
    }

    /// The page is in another frame.
    ///
    /// @param outcome `MIGRATED`
    /// @param frame the frame it was in
    /// @param target the frame it is in
    record Migrated(MoveOutcome outcome, int frame, int target) implements PageMove {}

    /// The page is isolated no more.
    ///
    /// @param outcome `PUT_BACK`
    /// @param frame the frame it is in
    record PutBack(MoveOutcome outcome, int frame) implements PageMove {}
}
