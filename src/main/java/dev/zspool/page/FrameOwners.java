package dev.zspool.page;

import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;

/// Whose frame is whose: two bytes a frame, off-heap, with the id of a {@link PageOwner}; 0 for a
/// frame that is free.
///
/// The ids of frames are guarded by the lock of the {@link FrameLedger}; owners come and go under a
/// lock of their own.
final class FrameOwners {
    static final int BYTES_PER_FRAME = Short.BYTES;

    private static final int MOST_OWNERS = 1 << Short.SIZE;

    private final MemorySegment ids;

    /// By id; {@link #nobody} where an owner has left.
    private final List<PageOwner> owners = new CopyOnWriteArrayList<>();

    private final ReentrantLock lock = new ReentrantLock();

    /// Holds the place of an id that is nobody's.
    private final PageOwner nobody = new PageOwner(0, "nobody", UnmovablePages.INSTANCE);

    FrameOwners(MemorySegment ids) {
        this.ids = ids;
        owners.add(nobody);
    }

    /// Takes an owner in.
    ///
    /// @throws IllegalStateException when there are too many
    PageOwner add(String name, MovablePages pages) {
        lock.lock();
        try {
            int id = 1;
            while (id < owners.size() && owners.get(id) != nobody) {
                id++;
            }
            if (id == MOST_OWNERS) {
                throw new IllegalStateException("no more than " + (MOST_OWNERS - 1) + " owners");
            }
            PageOwner owner = new PageOwner(id, name, pages);
            if (id == owners.size()) {
                owners.add(owner);
            } else {
                owners.set(id, owner);
            }
            return owner;
        } finally {
            lock.unlock();
        }
    }

    /// Lets an owner without frames go, when the moves of its pages are over; its id may be
    /// another's.
    void remove(PageOwner owner) {
        // A frame that was taken as the target of a move may be its last one.
        owner.endMoves();
        lock.lock();
        try {
            if (owners.get(owner.id()) != owner || owner.ownedFrames() != 0) {
                throw new IllegalArgumentException(
                        owner + " has " + owner.ownedFrames() + " frames, or has left");
            }
            owners.set(owner.id(), nobody);
        } finally {
            lock.unlock();
        }
    }

    void assign(int[] frames, int count, PageOwner owner) {
        for (int i = 0; i < count; i++) {
            ids.set(JAVA_SHORT, (long) frames[i] * BYTES_PER_FRAME, (short) owner.id());
        }
        owner.addOwned(count);
    }

    /// Notes that frames are nobody's any more.
    void clear(int[] frames, int count) {
        for (int i = 0; i < count; i++) {
            of(frames[i]).addOwned(-1);
            ids.set(JAVA_SHORT, (long) frames[i] * BYTES_PER_FRAME, (short) 0);
        }
    }

    /// The owner of a frame, {@link #nobody} of a free one.
    PageOwner of(int frame) {
        return owners.get(idOf(frame));
    }

    /// The number of a frame's owner, 0 for a frame that is nobody's.
    int idOf(int frame) {
        return Short.toUnsignedInt(ids.get(JAVA_SHORT, (long) frame * BYTES_PER_FRAME));
    }

    PageOwner nobody() {
        return nobody;
    }

    /// A count for each owner there is.
    long[] emptyCounts() {
        return new long[owners.size()];
    }

    /// Adds whose the frames of a range are.
    void count(FrameBits bits, int from, int to, long[] counted) {
        for (int frame = from; frame < to; frame++) {
            if (!bits.isFree(frame)) {
                counted[of(frame).id()]++;
            }
        }
    }

    /// Whether each owner counts as many frames as were counted.
    boolean isCounted(long[] counted) {
        for (int id = 1; id < counted.length; id++) {
            if (counted[id] != owners.get(id).ownedFrames() && owners.get(id) != nobody) {
                return false;
            }
        }
        return true;
    }
}
