package dev.zspool.zsmalloc;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/// One size class of a pool: its lock, its zspages by fullness, and its counters.
///
/// The lock guards everything that belongs to the class: the lists, the descriptors and free lists
/// of its zspages, and the words of its live handles. It is held for one object, or for one slice
/// of a compaction, never across a system call.
final class SizeClass {
    final SizeClassShape shape;

    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private final FullnessLists lists;

    @GuardedBy("lock")
    private long changes;

    /// Slots of all its zspages, live or not (`OBJS_ALLOCATED`). Written under the lock, read
    /// without it for estimates.
    private final AtomicLong allocatedSlots = new AtomicLong();

    /// Slots that hold an object (`OBJS_INUSE`). Written under the lock, read without it for
    /// estimates.
    private final AtomicLong liveSlots = new AtomicLong();

    /// Slots of zspages with an isolated page, which compaction leaves alone. Written under the
    /// lock, read without it for estimates.
    private final AtomicLong isolatedSlots = new AtomicLong();

    /// Those of them that hold an object.
    private final AtomicLong isolatedLiveSlots = new AtomicLong();

    SizeClass(SizeClassShape shape, ZspageTable zspages) {
        this.shape = shape;
        this.lists = new FullnessLists(zspages, shape.slotsPerZspage());
    }

    @SuppressWarnings("GuardedBy")
    void lock() {
        lock.lock();
        changes++;
    }

    /// Takes the lock to look only.
    void lockToLook() {
        lock.lock();
    }

    /// How often somebody took the lock who may have changed something; the caller holds the lock.
    @SuppressWarnings("GuardedBy")
    long changesLocked() {
        assert lock.isHeldByCurrentThread() : "class " + shape.index();
        return changes;
    }

    void unlock() {
        lock.unlock();
    }

    /// The lists; the caller holds the lock.
    @SuppressWarnings("GuardedBy")
    FullnessLists listsLocked() {
        assert lock.isHeldByCurrentThread() : "class " + shape.index();
        return lists;
    }

    /// Counts a zspage that was made; the caller holds the lock.
    void addZspageLocked() {
        allocatedSlots.addAndGet(shape.slotsPerZspage());
    }

    /// Counts a zspage that is to be released; the caller holds the lock.
    void removeZspageLocked() {
        allocatedSlots.addAndGet(-shape.slotsPerZspage());
    }

    /// Counts objects that came (or, negative, went); the caller holds the lock.
    void addLiveLocked(int delta) {
        liveSlots.addAndGet(delta);
    }

    /// Counts slots of zspages that became isolated (or, negative, are no more), and the objects in
    /// them; the caller holds the lock.
    void addIsolatedLocked(int slots, int live) {
        isolatedSlots.addAndGet(slots);
        isolatedLiveSlots.addAndGet(live);
    }

    /// Whether so many isolated zspages with so many objects are what it counts.
    boolean isIsolationCounted(long zspages, long live) {
        return isolatedSlots.get() == zspages * shape.slotsPerZspage()
                && isolatedLiveSlots.get() == live;
    }

    /// How many zspages have an isolated page.
    long isolatedZspages() {
        return isolatedSlots.get() / shape.slotsPerZspage();
    }

    long allocatedSlots() {
        return allocatedSlots.get();
    }

    long liveSlots() {
        return liveSlots.get();
    }

    /// Pages that compaction could free at best (`zs_can_compact`), isolated zspages aside.
    ///
    /// Safe without the lock: the counters may then be of different moments, and the difference may
    /// be negative (bug B5).
    long reclaimablePages() {
        long live = liveSlots.get() - isolatedLiveSlots.get();
        long spare = allocatedSlots.get() - isolatedSlots.get() - live;
        return spare <= 0 ? 0 : spare / shape.slotsPerZspage() * shape.pagesPerZspage();
    }
}
