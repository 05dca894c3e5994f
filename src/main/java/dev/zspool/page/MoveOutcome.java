package dev.zspool.page;

/// What became of a step of {@link MovablePages}. Each is also a counter.
public enum MoveOutcome {
    /// The page is the caller's to move.
    ISOLATED,
    /// The page is in the other frame, and the old frame is released.
    MIGRATED,
    /// The isolation is over; the page is where it was.
    PUT_BACK,
    /// Nothing lies on the page (`EBUSY`): there is nothing to move.
    EMPTY,
    /// Somebody else holds the page (`EAGAIN`): try again later.
    BUSY,
    /// The frame is no page of this owner.
    GONE,
    /// The page is not isolated, or not by this caller.
    NOT_ISOLATED
}
