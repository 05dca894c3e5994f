package dev.zspool.page;

/// An arena's counters at one moment. Frames have {@link Frames#FRAME_BYTES} bytes.
///
/// @param totalFrames frames in the address range
/// @param limitPages the budget: the most owned frames and table pages together
/// @param ownedFrames frames that a pool or an index holds
/// @param warmFrames free frames that are still backed by memory
/// @param inTransitFrames free frames on their way back to the system
/// @param tablePages pages of tables (handles, descriptors) that are in use
/// @param backedPageblocks pageblocks in which at least one frame is owned, warm or in transit
/// @param sparePageblocks pageblocks that defragmentation would make free, if all pages can be
///   moved
/// @param acquiredFrames frames handed out since the start
/// @param releasedFrames frames taken back since the start
/// @param refusedFrames frames that were asked for beyond the budget since the start
/// @param givenBackFrames warm frames given back to the system since the start
/// @param giveBackCalls how many calls to the system that took
/// @param giveBackFailures how many of them the system refused
public record ArenaStats(
        long totalFrames,
        long limitPages,
        long ownedFrames,
        long warmFrames,
        long inTransitFrames,
        long tablePages,
        long backedPageblocks,
        long sparePageblocks,
        long acquiredFrames,
        long releasedFrames,
        long refusedFrames,
        long givenBackFrames,
        long giveBackCalls,
        long giveBackFailures) {

    /// Pages in memory because of this arena: what is in use and the stock.
    public long backedPages() {
        return ownedFrames + warmFrames + inTransitFrames + tablePages;
    }
}
