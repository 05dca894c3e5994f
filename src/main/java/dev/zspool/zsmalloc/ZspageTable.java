package dev.zspool.zsmalloc;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.zspool.page.Frames;
import dev.zspool.page.PageArena;
import dev.zspool.page.Region;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.locks.ReentrantLock;

/// The descriptors of a pool's zspages, off-heap, named by an id from 1.
///
/// ```
///  byte  0            4          6          8           10    11       12         16     20      24           32
///       +------------+----------+----------+-----------+-----+--------+----------+------+-------+------------+
///       | firstFrame | liveSlots| firstFree| classIndex|group| linked | previous | next | spare | hugeHandle |
///       +------------+----------+----------+-----------+-----+--------+----------+------+-------+------------+
/// ```
///
/// - *firstFrame*: the head of the chain of frames; {@link PageDescriptor} has the rest.
/// - *firstFree*: the head of the list of free slots, {@link SlotLayout#NO_SLOT} when full.
/// - *group*, *linked*: the fullness group under which it was last filed, and whether it is on that
///   list now.
/// - *hugeHandle*: the handle of the only object of a huge zspage, 0 when free. The largest arena
///   has more handles than 32 bits can name.
///
/// The fields of a zspage that is in use are guarded by the lock of its size class, all of them by
/// the same one, so that no two writers share a word (bug B11). Readers of objects never look here.
/// Ids are handed out under a lock of their own, a leaf.
final class ZspageTable {
    static final int NO_ZSPAGE = 0;
    static final int DESCRIPTOR_BYTES = 32;

    private static final int FIRST_FRAME = 0;
    private static final int LIVE_SLOTS = 4;
    private static final int FIRST_FREE_SLOT = 6;
    private static final int CLASS_INDEX = 8;
    private static final int GROUP = 10;
    private static final int LINKED = 11;
    private static final int PREVIOUS = 12;
    private static final int NEXT = 16;
    private static final int HUGE_HANDLE = 24;

    private final PageArena arena;
    private final Region region;
    private final MemorySegment memory;
    private final int capacity;
    private final ReentrantLock idLock = new ReentrantLock();

    /// Freed ids, linked through `next`.
    @GuardedBy("idLock")
    private int firstFreeId = NO_ZSPAGE;

    /// Ids from here on were never used.
    @GuardedBy("idLock")
    private int firstUnusedId = NO_ZSPAGE + 1;

    ZspageTable(PageArena arena) {
        this.arena = arena;
        this.capacity = arena.totalFrames() + 1;
        this.region = arena.reserveTable((long) capacity * DESCRIPTOR_BYTES);
        this.memory = region.memory();
    }

    /// Takes an unused id; its descriptor holds anything. {@link #NO_ZSPAGE} when the budget does
    /// not allow another page.
    int acquireId() {
        idLock.lock();
        try {
            int id = firstFreeId;
            if (id != NO_ZSPAGE) {
                firstFreeId = next(id);
                return id;
            }
            id = firstUnusedId;
            boolean opensPage = (long) id * DESCRIPTOR_BYTES % Frames.FRAME_BYTES == 0 || id == 1;
            if (id == capacity || (opensPage && !arena.chargeTablePages(1))) {
                return NO_ZSPAGE;
            }
            firstUnusedId++;
            return id;
        } finally {
            idLock.unlock();
        }
    }

    void releaseId(int id) {
        idLock.lock();
        try {
            setNext(id, firstFreeId);
            firstFreeId = id;
        } finally {
            idLock.unlock();
        }
    }

    /// Ids below this one were in use at some time.
    int idLimit() {
        idLock.lock();
        try {
            return firstUnusedId;
        } finally {
            idLock.unlock();
        }
    }

    /// Gives the table's memory back; no zspage is in use any more.
    void close() {
        long pages = chargedPages();
        idLock.lock();
        try {
            firstFreeId = NO_ZSPAGE;
            firstUnusedId = NO_ZSPAGE + 1;
        } finally {
            idLock.unlock();
        }
        if (pages > 0) {
            region.giveBack(0, pages << Frames.FRAME_SHIFT);
            arena.dischargeTablePages(pages);
        }
    }

    /// How many pages the table uses and has charged.
    long chargedPages() {
        int limit = idLimit();
        if (limit == 1) {
            return 0;
        }
        long lastByte = (long) limit * DESCRIPTOR_BYTES - 1;
        return (lastByte >> Frames.FRAME_SHIFT) + 1;
    }

    /// Fills the descriptor of a new, empty, unlinked zspage.
    void initialise(int id, int classIndex, int firstFrame) {
        setFirstFrame(id, firstFrame);
        setLiveSlots(id, 0);
        setFirstFreeSlot(id, 0);
        memory.set(JAVA_SHORT, at(id) + CLASS_INDEX, (short) classIndex);
        setGroup(id, FullnessGroup.EMPTY_GROUP);
        setLinked(id, false);
        setHugeHandle(id, 0);
    }

    int firstFrame(int id) {
        return memory.get(JAVA_INT, at(id) + FIRST_FRAME);
    }

    void setFirstFrame(int id, int frame) {
        memory.set(JAVA_INT, at(id) + FIRST_FRAME, frame);
    }

    int liveSlots(int id) {
        return Short.toUnsignedInt(memory.get(JAVA_SHORT, at(id) + LIVE_SLOTS));
    }

    void setLiveSlots(int id, int count) {
        memory.set(JAVA_SHORT, at(id) + LIVE_SLOTS, (short) count);
    }

    int firstFreeSlot(int id) {
        return Short.toUnsignedInt(memory.get(JAVA_SHORT, at(id) + FIRST_FREE_SLOT));
    }

    void setFirstFreeSlot(int id, int slot) {
        memory.set(JAVA_SHORT, at(id) + FIRST_FREE_SLOT, (short) slot);
    }

    int classIndex(int id) {
        return Short.toUnsignedInt(memory.get(JAVA_SHORT, at(id) + CLASS_INDEX));
    }

    int group(int id) {
        return memory.get(JAVA_BYTE, at(id) + GROUP);
    }

    void setGroup(int id, int group) {
        memory.set(JAVA_BYTE, at(id) + GROUP, (byte) group);
    }

    boolean isLinked(int id) {
        return memory.get(JAVA_BYTE, at(id) + LINKED) != 0;
    }

    void setLinked(int id, boolean linked) {
        memory.set(JAVA_BYTE, at(id) + LINKED, (byte) (linked ? 1 : 0));
    }

    int previous(int id) {
        return memory.get(JAVA_INT, at(id) + PREVIOUS);
    }

    void setPrevious(int id, int other) {
        memory.set(JAVA_INT, at(id) + PREVIOUS, other);
    }

    int next(int id) {
        return memory.get(JAVA_INT, at(id) + NEXT);
    }

    void setNext(int id, int other) {
        memory.set(JAVA_INT, at(id) + NEXT, other);
    }

    long hugeHandle(int id) {
        return memory.get(JAVA_LONG, at(id) + HUGE_HANDLE);
    }

    void setHugeHandle(int id, long handle) {
        memory.set(JAVA_LONG, at(id) + HUGE_HANDLE, handle);
    }

    private static long at(int id) {
        return (long) id * DESCRIPTOR_BYTES;
    }
}
