package dev.zspool.page;

/// What a frame is to the arena.
public enum FrameState {
    /// Free and not backed: reads as zeros.
    COLD,
    /// Free and still backed.
    WARM,
    /// On its way back to the system.
    IN_TRANSIT,
    /// Some owner's.
    OWNED
}
