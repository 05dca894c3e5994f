package dev.zspool.blob;

import dev.zspool.zsmalloc.ZsPool;
import java.util.Arrays;

/// Stores objects in the pool below, and where that refuses asks for room, if somebody makes any.
///
/// Thread-safe.
final class ObjectAllocator {
    /// Makes room by taking it from others.
    interface RoomMaker {
        /// Nobody makes room: what does not fit is refused.
        RoomMaker NOBODY =
                new RoomMaker() {
                    @Override
                    public boolean makeRoom() {
                        return false;
                    }

                    @Override
                    public long mostBytesPerBlob() {
                        return Long.MAX_VALUE;
                    }
                };

        /// Makes some room.
        ///
        /// @return false when there is nothing left to take
        boolean makeRoom();

        /// What one blob may take of the pool, so that it does not push all others out.
        long mostBytesPerBlob();
    }

    /// Each makes at least one object's room; a page of another size class may take many.
    private static final int MOST_ROUNDS = 256;

    private final ZsPool pool;
    private volatile RoomMaker roomMaker = RoomMaker.NOBODY;

    ObjectAllocator(ZsPool pool) {
        this.pool = pool;
    }

    void setRoomMaker(RoomMaker maker) {
        roomMaker = maker;
    }

    /// What the content of one blob may take at most.
    long mostBytesPerBlob() {
        return roomMaker.mostBytesPerBlob();
    }

    /// Stores an object.
    ///
    /// @return its handle, or the pool's error value
    long allocate(byte[] source, int offset, int length) {
        long handle = pool.allocate(source, offset, length);
        return handle > 0 ? handle : allocateWithRoom(source, offset, length, handle);
    }

    private long allocateWithRoom(byte[] source, int offset, int length, long refusal) {
        RoomMaker maker = roomMaker;
        // Whoever makes room may use the scratch memory that the object lies in.
        byte[] object = Arrays.copyOfRange(source, offset, offset + length);
        long handle = refusal;
        for (int round = 0; handle < 0 && round < MOST_ROUNDS && maker.makeRoom(); round++) {
            handle = pool.allocate(object, 0, length);
        }
        return handle;
    }
}
