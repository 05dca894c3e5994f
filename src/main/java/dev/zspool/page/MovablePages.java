package dev.zspool.page;

/// Pages that can be moved to other frames while they are in use: what an owner of frames promises
/// to whoever wants to make a pageblock free (the kernel's `movable_operations`).
///
/// A page is isolated first, then migrated or put back; both end the isolation. Readers and writers
/// of what lies on the page go on all the time. The frame may have got another owner, or another
/// page of the same owner, since the caller looked: an owner has to check that, and every outcome
/// is an answer, never an exception; should one be thrown after all, nothing has been moved.
///
/// Thread-safe. No method blocks on another isolation.
public interface MovablePages {
    /// Keeps a page where it is until it is migrated or put back.
    ///
    /// @return ISOLATED, or why not: EMPTY (nothing lies on it, it is about to be released), BUSY
    ///   (somebody else holds it), GONE (it is not a page of this owner)
    MoveOutcome isolate(int frame);

    /// Moves an isolated page to another frame and releases the old one to {@link MoveTargets}.
    ///
    /// @param frame the page's frame
    /// @param target a frame that the caller took for this owner with {@link MoveTargets#acquire}.
    ///   It is the owner's when the answer is MIGRATED and stays the caller's otherwise
    /// @return MIGRATED; or EMPTY (nothing lay on it any more: the isolation is over and the page
    ///   goes), BUSY (still isolated, try again), NOT_ISOLATED, GONE
    MoveOutcome migrate(int frame, int target);

    /// Ends an isolation without a move.
    ///
    /// @return PUT_BACK; or NOT_ISOLATED, GONE
    MoveOutcome putBack(int frame);
}
