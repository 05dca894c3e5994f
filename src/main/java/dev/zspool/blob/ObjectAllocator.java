package dev.zspool.blob;

import dev.zspool.zsmalloc.ZsPool;
import java.util.Arrays;

/// Stores objects in the pool below, and where that refuses asks for room, if somebody makes any.
///
/// Thread-safe.
final class ObjectAllocator {
    private final ZsPool pool;
    private volatile RoomMaker roomMaker = RoomMaker.NOBODY;
    private volatile SharedRoom shared = new SharedRoom(() -> Long.MAX_VALUE);

    ObjectAllocator(ZsPool pool) {
        this.pool = pool;
    }

    /// Says who makes room; called once, before the first write.
    void setRoom(RoomMaker maker, SharedRoom others) {
        roomMaker = maker;
        shared = others;
    }

    /// For one who was refused.
    RoomSearch search() {
        return new RoomSearch(roomMaker, shared);
    }

    /// What the content of one blob may take at most.
    long mostBytesPerBlob() {
        return roomMaker.mostBytesPerBlob();
    }

    /// The error value for a content that takes more than that.
    long refusalOfTooMuch() {
        return roomMaker.isBoundByOwnLimit() ? ZsPool.LIMIT_REACHED : ZsPool.OUT_OF_MEMORY;
    }

    /// Stores an object.
    ///
    /// @return its handle, or the pool's error value
    long allocate(byte[] source, int offset, int length) {
        long handle = pool.allocate(source, offset, length);
        return handle > 0 ? handle : allocateWithRoom(source, offset, length, handle);
    }

    private long allocateWithRoom(byte[] source, int offset, int length, long refusal) {
        RoomSearch search = search();
        // Whoever makes room may use the scratch memory that the object lies in.
        byte[] object = Arrays.copyOfRange(source, offset, offset + length);
        long handle = refusal;
        while (handle < 0
                && (handle == ZsPool.OUT_OF_MEMORY
                        ? search.makesSharedRoom()
                        : search.makesRoom())) {
            handle = pool.allocate(object, 0, length);
        }
        return handle;
    }
}
