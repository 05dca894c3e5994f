package dev.zspool.page;

/// What a defragmentation did.
///
/// @param outcome how it ended
/// @param freedPageblocks pageblocks that were emptied and given back
/// @param migratedPages pages that were moved
/// @param failedPages tries to move a page that did not move it
/// @param givenBackPages pages that the system got back
public record DefragmentationResult(
        Outcome outcome,
        long freedPageblocks,
        long migratedPages,
        long failedPages,
        long givenBackPages) {

    /// How a defragmentation ended.
    public enum Outcome {
        /// It went to its end.
        DONE,
        /// It was told to end.
        CANCELLED,
        /// Another one is running; this one did nothing.
        BUSY
    }
}
