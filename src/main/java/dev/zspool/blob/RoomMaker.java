package dev.zspool.blob;

/// Makes room by taking it from blobs that may leave. Thread-safe; nobody waits.
interface RoomMaker {
    /// Nobody makes room: what does not fit is refused.
    RoomMaker NOBODY =
            new RoomMaker() {
                @Override
                public boolean makeRoom() {
                    return false;
                }

                @Override
                public boolean makeRoomByAllMeans() {
                    return false;
                }

                @Override
                public long evictablePages() {
                    return 0;
                }

                @Override
                public long mostBytesPerBlob() {
                    return Long.MAX_VALUE;
                }

                @Override
                public boolean isBoundByOwnLimit() {
                    return true;
                }
            };

    /// Makes some room, quickly.
    ///
    /// @return whether anything was gained: a blob has left, or pages became free
    boolean makeRoom();

    /// Makes some room out of whatever may leave, also by a look at everything.
    ///
    /// @return whether anything was gained
    boolean makeRoomByAllMeans();

    /// Pages that could become free at most; 0 where no blob may leave now.
    long evictablePages();

    /// What one blob may take now, so that it does not push all others out.
    long mostBytesPerBlob();

    /// Whether that is a part of the pool's own limit; else of the memory that all pools share.
    boolean isBoundByOwnLimit();
}
