package dev.zspool.zsmalloc;

/// What a compaction did.
///
/// @param outcome how it ended
/// @param freedPages pages that it freed
/// @param movedObjects objects that it moved
public record CompactionResult(Outcome outcome, long freedPages, long movedObjects) {
    static final CompactionResult BUSY = new CompactionResult(Outcome.BUSY, 0, 0);

    /// Of a pool that is not there any more.
    public static final CompactionResult NOTHING = new CompactionResult(Outcome.CANCELLED, 0, 0);

    /// How a compaction ended.
    public enum Outcome {
        /// Every class has the fewest zspages it can have.
        DONE,
        /// It was told to end.
        CANCELLED,
        /// Another one is running; this one did nothing.
        BUSY
    }
}
