package dev.zspool.blob;

import dev.zspool.zsmalloc.ZsPool;
import java.util.Arrays;

/// Stores objects in the pool below, and where that refuses asks for room, if somebody makes any.
///
/// Thread-safe.
final class ObjectAllocator {
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
        RoomSearch search = new RoomSearch(roomMaker);
        // Whoever makes room may use the scratch memory that the object lies in.
        byte[] object = Arrays.copyOfRange(source, offset, offset + length);
        long handle = refusal;
        while (handle < 0 && search.makesRoom()) {
            handle = pool.allocate(object, 0, length);
        }
        return handle;
    }
}
