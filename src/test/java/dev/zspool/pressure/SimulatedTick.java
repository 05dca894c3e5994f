package dev.zspool.pressure;

/// What was at the beginning of a tick, what was decided, and what came of it.
///
/// @param headroomBytes at the beginning
/// @param releasableBytes what could be given up at the beginning
/// @param plannedBytes what was to be released
/// @param releasedBytes what was
/// @param evictedBytes what of it were blobs
/// @param writtenBytes what writers brought
/// @param waiting whether writers waited at the end
record SimulatedTick(
        long millis,
        long headroomBytes,
        long minBytes,
        long lowBytes,
        long releasableBytes,
        PressureLevel level,
        long budgetBytes,
        long plannedBytes,
        long releasedBytes,
        long evictedBytes,
        long writtenBytes,
        boolean waiting) {

    /// Whether writers alone have brought it above the limit.
    boolean isOverByItself() {
        return writtenBytes > Math.max(0, headroomBytes);
    }
}
