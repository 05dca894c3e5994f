package dev.zspool.zsmalloc;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.zspool.page.PageArena;
import dev.zspool.page.Region;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/// The descriptors of a pool's zspages, off-heap, named by an id from 1.
///
/// ```
///  byte  0            4          6          8                        16         20     24           32
///       +------------+----------+----------+------------------------+----------+------+------------+
///       | firstFrame | liveSlots| firstFree| filing                 | previous | next | hugeHandle |
///       +------------+----------+----------+------------------------+----------+------+------------+
/// ```
///
/// - *firstFrame*: the head of the chain of frames; {@link PageDescriptor} has the rest.
/// - *firstFree*: the head of the list of free slots, {@link SlotLayout#NO_SLOT} when full.
/// - *filing*: class, fullness group and marks in one word ({@link ZspageFiling}).
/// - *hugeHandle*: the handle of the only object of a huge zspage, 0 when free. The largest arena
///   has more handles than 32 bits can name.
///
/// The fields of a zspage that is in use are guarded by the lock of its size class, all of them by
/// the same one, so that no two writers share a word (bug B11). Readers of objects never look here.
final class ZspageTable {
    static final int NO_ZSPAGE = 0;
    static final int DESCRIPTOR_BYTES = 32;

    private static final int FIRST_FRAME = 0;
    private static final int LIVE_SLOTS = 4;
    private static final int FIRST_FREE_SLOT = 6;
    private static final int FILING = 8;
    private static final int PREVIOUS = 16;
    private static final int NEXT = 20;
    private static final int HUGE_HANDLE = 24;

    private static final VarHandle WORD = JAVA_LONG.varHandle();

    private final MemorySegment memory;
    private final ZspageIds ids;

    ZspageTable(PageArena arena) {
        int capacity = arena.totalFrames() + 1;
        Region region = arena.tables().reserve((long) capacity * DESCRIPTOR_BYTES);
        this.memory = region.memory();
        this.ids = new ZspageIds(arena, region, this, capacity);
    }

    /// Which ids are in use.
    ZspageIds ids() {
        return ids;
    }

    /// Fills the descriptor of a new, empty, unlinked zspage.
    void initialise(int id, int classIndex, int firstFrame) {
        setFirstFrame(id, firstFrame);
        setLiveSlots(id, 0);
        setFirstFreeSlot(id, 0);
        setFiling(id, ZspageFiling.of(classIndex));
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

    /// The word of class, group and marks; opaque, so that it may be read without the lock.
    long filing(int id) {
        return (long) WORD.getOpaque(memory, at(id) + FILING);
    }

    private void setFiling(int id, long filing) {
        WORD.setOpaque(memory, at(id) + FILING, filing);
    }

    int classIndex(int id) {
        return ZspageFiling.classIndex(filing(id));
    }

    int group(int id) {
        return ZspageFiling.group(filing(id));
    }

    void setGroup(int id, int group) {
        setFiling(id, ZspageFiling.withGroup(filing(id), group));
    }

    boolean isLinked(int id) {
        return ZspageFiling.isLinked(filing(id));
    }

    void setLinked(int id, boolean linked) {
        setFiling(id, ZspageFiling.withLinked(filing(id), linked));
    }

    /// A bit for each position in the chain whose page is isolated.
    int isolatedPages(int id) {
        return ZspageFiling.isolatedPages(filing(id));
    }

    void setIsolatedPages(int id, int positions) {
        setFiling(id, ZspageFiling.withIsolatedPages(filing(id), positions));
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
