package dev.zspool.pressure;

/// When tasks that stand still for memory count as pressure although there is headroom, and how far
/// that goes.
///
/// Without a group of our own the kernel tells only of the whole machine, where somebody else may
/// be the reason: so it never takes more than a share.
///
/// @param enterPermille the share of the time in which some task stands still, from which it counts
/// @param fullEnterPermille the same for all tasks at once
/// @param leavePermille the share below which it is over; less than both
/// @param windowNanos over how long shares are smoothed, up to 4 s
/// @param evictAfterNanos how long it lasts before anything is evicted
/// @param releasePermille the share of the limit that is released a second
/// @param mostPermille the share of what is in memory that is released at most, until it is over
public record StallLimits(
        int enterPermille,
        int fullEnterPermille,
        int leavePermille,
        long windowNanos,
        long evictAfterNanos,
        int releasePermille,
        int mostPermille) {
    private static final long MOST_WINDOW_NANOS = 4_000_000_000L;

    public StallLimits {
        PressureLimits.requirePermille("enterPermille", enterPermille);
        PressureLimits.requirePermille("fullEnterPermille", fullEnterPermille);
        PressureLimits.requirePermille("releasePermille", releasePermille);
        PressureLimits.requirePermille("mostPermille", mostPermille);
        if (leavePermille < 1 || leavePermille >= Math.min(enterPermille, fullEnterPermille)) {
            throw new IllegalArgumentException(
                    "leavePermille="
                            + leavePermille
                            + " must be at least 1, and less than what it is entered with");
        }
        if (windowNanos <= 0 || windowNanos > MOST_WINDOW_NANOS) {
            throw new IllegalArgumentException("windowNanos=" + windowNanos);
        }
        if (evictAfterNanos < windowNanos) {
            throw new IllegalArgumentException(
                    "evictAfterNanos=" + evictAfterNanos + " must be a window at least");
        }
    }

    /// What fits a service that is not told otherwise: 10 % of the time for some task, 5 % for all.
    public static StallLimits defaults() {
        return new StallLimits(100, 50, 20, 2_000_000_000L, 5_000_000_000L, 10, 200);
    }
}
