package dev.zspool.zsmalloc;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// One size class of a pool: its lock, its zspages by fullness, and its counters.
///
/// The lock guards everything that belongs to the class: the lists, the descriptors and free lists
/// of its zspages, and the words of its live handles. It is held for one object, or for one slice
/// of a compaction, never across a system call.
///
/// A pool has up to 192 of them, most of which are never used: they are small.
final class SizeClass {
    private static final VarHandle COUNTER = MethodHandles.arrayElementVarHandle(long[].class);

    /// Slots of all its zspages, live or not (`OBJS_ALLOCATED`).
    private static final int ALLOCATED_SLOTS = 0;

    /// Slots that hold an object (`OBJS_INUSE`).
    private static final int LIVE_SLOTS = 1;

    /// Slots of zspages with an isolated page, which compaction leaves alone.
    private static final int ISOLATED_SLOTS = 2;

    /// Those of them that hold an object.
    private static final int ISOLATED_LIVE_SLOTS = 3;

    private static final int COUNTERS = 4;

    final SizeClassShape shape;

    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private final FullnessLists lists;

    @GuardedBy("lock")
    private long changes;

    /// Zspages that are being made for this class.
    @GuardedBy("lock")
    private int builds;

    @GuardedBy("lock")
    private long endedBuilds;

    /// Of those who wait for the end of a build; made by the first.
    @GuardedBy("lock")
    private @Nullable Condition built;

    /// Written under the lock, read without it for estimates.
    private final long[] counters = new long[COUNTERS];

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

    /// Says that the caller, who holds the lock, will make a zspage when he has released it.
    @SuppressWarnings("GuardedBy")
    void beginBuildLocked() {
        builds++;
    }

    /// Ends what {@link #beginBuildLocked} began, made or not; the caller holds the lock, and files
    /// the zspage before he releases it.
    @SuppressWarnings("GuardedBy")
    void endBuildLocked() {
        builds--;
        endedBuilds++;
        if (built != null) {
            built.signalAll();
        }
    }

    /// Waits, without the lock, for the end of a build by somebody else; the caller, who has none
    /// under way, holds the lock again afterwards.
    ///
    /// @return false at once when there is none to wait for
    @SuppressWarnings("GuardedBy")
    boolean awaitBuildLocked() {
        if (builds == 0) {
            return false;
        }
        if (built == null) {
            built = lock.newCondition();
        }
        long before = endedBuilds;
        while (endedBuilds == before) {
            built.awaitUninterruptibly();
        }
        // Another one had the lock meanwhile.
        changes++;
        return true;
    }

    /// The lists; the caller holds the lock.
    @SuppressWarnings("GuardedBy")
    FullnessLists listsLocked() {
        assert lock.isHeldByCurrentThread() : "class " + shape.index();
        return lists;
    }

    private void addLocked(int counter, long delta) {
        COUNTER.setOpaque(counters, counter, counters[counter] + delta);
    }

    private long counter(int counter) {
        return (long) COUNTER.getOpaque(counters, counter);
    }

    /// Counts a zspage that was made; the caller holds the lock.
    void addZspageLocked() {
        addLocked(ALLOCATED_SLOTS, shape.slotsPerZspage());
    }

    /// Counts a zspage that is to be released; the caller holds the lock.
    void removeZspageLocked() {
        addLocked(ALLOCATED_SLOTS, -shape.slotsPerZspage());
    }

    /// Counts objects that came (or, negative, went); the caller holds the lock.
    void addLiveLocked(int delta) {
        addLocked(LIVE_SLOTS, delta);
    }

    /// Counts slots of zspages that became isolated (or, negative, are no more), and the objects in
    /// them; the caller holds the lock.
    void addIsolatedLocked(int slots, int live) {
        addLocked(ISOLATED_SLOTS, slots);
        addLocked(ISOLATED_LIVE_SLOTS, live);
    }

    /// Whether so many isolated zspages with so many objects are what it counts.
    boolean isIsolationCounted(long zspages, long live) {
        return counter(ISOLATED_SLOTS) == zspages * shape.slotsPerZspage()
                && counter(ISOLATED_LIVE_SLOTS) == live;
    }

    /// How many zspages have an isolated page.
    long isolatedZspages() {
        return counter(ISOLATED_SLOTS) / shape.slotsPerZspage();
    }

    long allocatedSlots() {
        return counter(ALLOCATED_SLOTS);
    }

    long liveSlots() {
        return counter(LIVE_SLOTS);
    }

    /// Pages that compaction could free at best (`zs_can_compact`), isolated zspages aside.
    ///
    /// Safe without the lock: the counters may then be of different moments, and the difference may
    /// be negative (bug B5).
    long reclaimablePages() {
        long live = counter(LIVE_SLOTS) - counter(ISOLATED_LIVE_SLOTS);
        long spare = counter(ALLOCATED_SLOTS) - counter(ISOLATED_SLOTS) - live;
        return spare <= 0 ? 0 : spare / shape.slotsPerZspage() * shape.pagesPerZspage();
    }
}
