package dev.zspool.pressure;

/// How short memory is, and what that means for clients. Reading, deleting and administration work
/// at every level.
public enum PressureLevel {
    /// Nothing is given up. The frame budget may still be on its way back to what is configured.
    CALM,

    /// Memory is given back in the background and the service does not grow; no client is held up
    /// but one who needs room that has to be made first.
    TIGHT,

    /// Headroom is below the watermark min: new writes wait, a bounded time, until some has been
    /// made. Seen for seconds at most, unless nothing can be given up.
    SQUEEZED,

    /// Nothing could be given up for a while and headroom is still below min: writes are refused
    /// with 503 and `Retry-After`. An operator gives the service more memory, or its neighbours
    /// less; it recovers by itself.
    REFUSING;

    /// 0 for {@link #CALM} to 3 for {@link #REFUSING}, for graphs.
    public int number() {
        return switch (this) {
            case CALM -> 0;
            case TIGHT -> 1;
            case SQUEEZED -> 2;
            case REFUSING -> 3;
        };
    }

    /// Whether this is at least as bad as another level.
    public boolean isAtLeast(PressureLevel other) {
        return compareTo(other) >= 0;
    }
}
