package dev.zspool.pressure;

/// What the policy remembers from one tick to the next. It is written by the policy only.
final class PressureState {
    /// Of a time that never was; far enough from the ends that differences are right.
    static final long NEVER = Long.MIN_VALUE / 4;

    /// Used within a decision only.
    final PressureReading reading = new PressureReading();

    PressureLevel level = PressureLevel.CALM;

    /// When the level became what it is, by {@link #clockNanos}.
    long levelSinceNanos;

    /// The policy's own time, which goes on by at most a second a tick and never back.
    long clockNanos;

    long lastNowNanos;
    boolean started;

    /// The budget that was decided last.
    long budgetBytes;

    /// Whether headroom has been below low and not at high for long enough since.
    boolean tight;

    PressureReason tightReason = PressureReason.NONE;

    /// When headroom was below high for the last time while tight.
    long lastShortNanos = NEVER;

    double smoothedSome;
    double smoothedFull;
    boolean stalling;

    /// Since when it has been as bad as to enter, or {@link #NEVER} while it is not.
    long stallSinceNanos = NEVER;

    /// What was in memory when tasks began to stand still, and what was planned to go since.
    long stallBaseBytes;

    long stallPlannedBytes;

    /// What was missing, or to be made room for, at the last tick.
    long wantedBytes;

    /// For how long too little has been released, at this level.
    long stuckNanos;

    /// For how long it has been tried in vain altogether.
    long vainNanos;

    /// What somebody had asked for at the last tick.
    long requestedBytes;

    /// What was in memory when something was released for the last time.
    long stuckAtBytes;

    long nextTryNanos = NEVER;
    long lastTryNanos = NEVER;

    /// When there was a sign of pressure for the last time.
    long lastSignalNanos = NEVER;

    /// How long the budget does not grow after that.
    long holdNanos;
}
