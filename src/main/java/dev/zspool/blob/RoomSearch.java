package dev.zspool.blob;

/// One writer's search for room: goes on as long as something is gained, and no longer.
///
/// Each gain is a blob that has left, or pages that became free, so a search ends: what is there to
/// evict is finite. No count bounds it: when the budget of the arena is cut by much, the first
/// writer may have to make all of that free. Where nothing was gained although blobs are there,
/// somebody is about to write them, or compacts; so it looks again a few times, for some
/// microseconds.
///
/// Of one thread, which must hold no lock; it may hold write slots, since victims' slots are only
/// tried.
final class RoomSearch {
    /// How often it looks again while nothing is gained.
    private static final int MOST_VAIN_ROUNDS = 64;

    /// The most pages that a table or the index wants at once.
    static final int TABLE_PAGES = 2;

    private final RoomMaker maker;
    private final SharedRoom shared;
    private int vainRounds;

    RoomSearch(RoomMaker maker, SharedRoom shared) {
        this.maker = maker;
        this.shared = shared;
    }

    /// Makes some room within the pool's own limit.
    ///
    /// @return whether to try again; else there is none to be had
    boolean makesRoom() {
        return isGained(maker.makeRoom() || (vainRounds == 0 && maker.makeRoomByAllMeans()))
                || (maker.evictablePages() > 0 && isWorthAnotherLook());
    }

    /// Makes some room within the arena's budget: if not in the pool itself, then in others.
    ///
    /// @return whether to try again; else there is none to be had
    boolean makesSharedRoom() {
        boolean isFirst = vainRounds == 0;
        return isGained(
                        maker.makeRoom()
                                || (isFirst && maker.makeRoomByAllMeans())
                                || shared.makeRoom(maker, isFirst))
                || (maker.evictablePages() + shared.evictablePages(maker) > 0
                        && isWorthAnotherLook());
    }

    private boolean isGained(boolean gained) {
        vainRounds = gained ? 0 : vainRounds;
        return gained;
    }

    /// Makes some room for a page of a table, or for a segment of the index.
    ///
    /// @return whether to try again; else there is none to be had, or it is not room that is short
    boolean makesTableRoom() {
        return shared.freePages() >= TABLE_PAGES ? isWorthAnotherLook() : makesSharedRoom();
    }

    private boolean isWorthAnotherLook() {
        vainRounds++;
        Yielding.once();
        return vainRounds <= MOST_VAIN_ROUNDS;
    }
}
