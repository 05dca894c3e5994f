package dev.zspool.blob;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.zspool.page.Frames;
import dev.zspool.page.Pace;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Lets blobs leave memory that nobody read lately: to make room for new ones, to keep some free,
/// and on demand. From a durable pool they leave for the journal; from a cache they are deleted; a
/// pool that is neither keeps what it has.
///
/// **Policy.** By page ({@link PageVictims}): what lives in the sparsest zspages first. Whoever
/// needs room right now looks at a few zspages only, and takes blobs from anywhere ({@link
/// VictimClock}) when that finds nothing. In the background ({@link #keepReserve}) whole sweeps are
/// made while less is free than the watermarks want, so that writers rarely do it themselves.
///
/// **Concurrency.** What chooses has its place guarded by a lock, which is held while a few zspages
/// or one part of the index are read, never while a blob leaves.
final class Evictor implements RoomMaker {
    /// Pages that one step's compaction frees at least, if it can.
    private static final int STEP_PAGES = 16;

    /// Zspages that a writer looks at.
    private static final int WRITER_LOOKS = 64;

    /// What is stored of the blobs that a writer takes from anywhere is enough for one step.
    private static final long WRITER_BYTES = 64 * 1024;

    /// Zspages that are looked at in one step in the background.
    private static final int BACKGROUND_LOOKS = 256;

    /// What leaves while nobody can make pages of it is at most this part of what the pool could
    /// have.
    private static final int UNPACKED_SHARE = 16;

    /// How often a writer looks whether somebody else's compaction has got on.
    private static final int MOST_LOOKS_AT_ANOTHER = 256;

    /// One blob may take this part of a pool that is a cache.
    private static final int BLOB_SHARE = 4;

    /// Blobs that nobody has read for that long, or twice as long, are idle.
    private static final long GENERATION_MILLIS = 300_000;

    private final EvictionStep step;
    private final UsageBits usage;
    private final Supplier<BlobPoolOptions> options;
    private final FreeRoom room;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();

    /// What left since a compaction could last make pages of it.
    private final AtomicLong unpackedBytes = new AtomicLong();

    @GuardedBy("lock")
    private final VictimClock victimClock;

    /// Made when it is first wanted.
    @GuardedBy("lock")
    private @Nullable PageVictims sweep;

    /// Whether the sweep that is under way has let anybody go.
    private volatile boolean isSweepFruitful;

    private volatile long generationStartMillis;

    Evictor(
            EvictionStep step,
            BlobIndex index,
            UsageBits usage,
            Supplier<BlobPoolOptions> options,
            FreeRoom room,
            InstantSource clock) {
        this.step = step;
        this.usage = usage;
        this.options = options;
        this.room = room;
        this.clock = clock;
        this.victimClock = new VictimClock(index, usage);
        this.generationStartMillis = clock.millis();
    }

    @Override
    public long mostBytesPerBlob() {
        return isBoundByOwnLimit() ? room.limitBytes() / BLOB_SHARE : room.bytesForOne();
    }

    @Override
    public boolean isBoundByOwnLimit() {
        BlobPoolOptions now = options.get();
        return now.full() == FullPolicy.EVICT && !now.durability().isDurable();
    }

    /// Notes that a blob is about to come to memory, written or read from the journal, so that it
    /// is not evicted at once.
    void noteNew(long root) {
        if (options.get().isEvictable()) {
            step.noteNew(root, usage);
        }
    }

    /// Notes that a blob was read. The caller is inside the gate.
    void noteRead(long root) {
        if (options.get().isEvictable()) {
            usage.mark(root);
        }
    }

    /// Whether what was evicted may come back unasked.
    boolean hasFreeRoom() {
        return room.isPlenty();
    }

    /// Whether what was evicted may come back because it is used again and again.
    boolean mayComeBack() {
        return !room.isOverdrawn();
    }

    private boolean mayEvict() {
        return options.get().isEvictable() && step.mayEvict();
    }

    @Override
    public long evictablePages() {
        return mayEvict() ? step.ownedPages() : 0;
    }

    @Override
    public boolean makeRoom() {
        if (!mayEvict()) {
            return false;
        }
        if (unpackedBytes.get() > room.limitBytes() / UNPACKED_SHARE
                && packSome(STEP_PAGES) == EvictionStep.BUSY) {
            // More of the same would not help.
            return isPackedByAnother();
        }
        EvictionTally tally = new EvictionTally();
        PageVictims.Choice together = nextChoice(WRITER_LOOKS);
        if (together != null && take(together, tally) > 0 && tally.freedPages > 0) {
            return true;
        }
        long[] victims = chooseAnywhere();
        step.evict(victims, WRITER_BYTES, tally);
        unpackedBytes.addAndGet(tally.storedBytes);
        return packSome(STEP_PAGES) > 0 || tally.blobs > 0;
    }

    /// Somebody else's compaction is about to end, or makes pages free meanwhile; but it may as
    /// well be at rest.
    private boolean isPackedByAnother() {
        long before = step.ownedPages();
        for (int look = 0; look < MOST_LOOKS_AT_ANOTHER; look++) {
            Yielding.once();
            if (step.ownedPages() < before || packSome(STEP_PAGES) != EvictionStep.BUSY) {
                return true;
            }
        }
        return false;
    }

    /// Whether what leaves is not lost.
    boolean isDurable() {
        return options.get().durability().isDurable();
    }

    /// Makes some room for somebody who is not inside this pool.
    ///
    /// @param byAllMeans whether also by a look at everything
    /// @return whether anything was gained
    boolean givesRoom(boolean byAllMeans) {
        return step.inside(() -> makeRoom() || (byAllMeans && makeRoomByAllMeans()));
    }

    /// Idle blobs first, then all others, and by whole zspages first: that needs no compaction.
    @Override
    public boolean makeRoomByAllMeans() {
        if (!mayEvict()) {
            return false;
        }
        EvictionTarget some = EvictionTarget.releaseBytes((long) STEP_PAGES * Frames.FRAME_BYTES);
        EvictionResult result = evict(some, Pace.FULL_SPEED);
        return result.evictedBlobs() > 0 || result.freedPages() > 0;
    }

    private long[] chooseAnywhere() {
        lock.lock();
        try {
            return victimClock.choose();
        } finally {
            lock.unlock();
        }
    }

    /// Makes room while less is free than the watermarks want, of the pool's limit, or of the
    /// arena's budget where this pool is the first to give; and begins a new generation of usage
    /// when it is time. Somebody calls it now and then, off the hot path.
    ///
    /// @param mostBlobs how many to let go at most, about
    /// @return how many left
    int keepReserve(int mostBlobs) {
        if (!options.get().isEvictable()) {
            return 0;
        }
        ageIfDue();
        int left = keepReserve(room.own, mostBlobs);
        return room.keepsShared(this) ? left + keepReserve(room.shared, mostBlobs - left) : left;
    }

    private int keepReserve(FreeRoom.Bound bound, int mostBlobs) {
        PoolWatermarks marks = bound.marks();
        long free = bound.freeBytes();
        if (!marks.isShort(free)) {
            return 0;
        }
        // Twice makes everything idle that is not read meanwhile.
        int agingsLeft = marks.isDire(free) ? 2 : 1;
        EvictionTally tally = new EvictionTally();
        while (tally.blobs < mostBlobs
                && marks.wantsMore(free)
                && agingsLeft >= 0
                && !step.isGone()
                && step.mayEvict()) {
            long missing = EvictionStep.pages(marks.highBytes() - free);
            if (step.pool().reclaimablePages() < missing || packSome(missing) <= 0) {
                agingsLeft -= isSweepVain(tally) ? 1 : 0;
                if (EvictionStep.pages(unpackedBytes.get()) > missing) {
                    packSome(missing);
                }
            }
            free = bound.freeBytes();
        }
        return tally.blobs;
    }

    /// Goes on with the sweep; behind one that found nobody it makes all older.
    ///
    /// @return whether it has ended, and nobody left
    private boolean isSweepVain(EvictionTally tally) {
        PageVictims.Choice choice = nextChoice(BACKGROUND_LOOKS);
        if (choice != null) {
            take(choice, tally);
            return false;
        }
        if (!isSweepOver()) {
            return false;
        }
        boolean isVain = !isSweepFruitful;
        if (isVain) {
            startGeneration();
        }
        return isVain;
    }

    private int take(PageVictims.Choice choice, EvictionTally tally) {
        int evicted = step.evict(choice.roots(), Long.MAX_VALUE, tally);
        if (evicted > 0) {
            isSweepFruitful = true;
            unpackedBytes.addAndGet(choice.scatteredBytes());
        }
        return evicted;
    }

    /// Begins a sweep where there is none.
    private PageVictims.@Nullable Choice nextChoice(int looks) {
        lock.lock();
        try {
            PageVictims now = sweep;
            if (now == null) {
                now = new PageVictims(step.pool(), step.roots(), usage, false);
                sweep = now;
            }
            if (now.isOver()) {
                isSweepFruitful = false;
                now.restart(UsageBits.IDLE);
            }
            return now.next(looks);
        } finally {
            lock.unlock();
        }
    }

    private boolean isSweepOver() {
        lock.lock();
        try {
            return sweep == null || sweep.isOver();
        } finally {
            lock.unlock();
        }
    }

    private void ageIfDue() {
        long passed = clock.millis() - generationStartMillis;
        if (passed >= GENERATION_MILLIS || passed < 0) {
            startGeneration();
        }
    }

    private void startGeneration() {
        generationStartMillis = clock.millis();
        usage.age();
    }

    private long packSome(long mostPages) {
        long freed = step.compactSome(mostPages);
        if (freed != EvictionStep.BUSY) {
            unpackedBytes.set(0);
        }
        return freed;
    }

    /// See {@link BlobEviction#run}.
    EvictionResult evict(EvictionTarget target, Pace pace) {
        return new EvictionRun(step, usage, target).run(pace);
    }

    /// See {@link BlobEviction#preview}.
    EvictionResult preview(EvictionTarget target) {
        return new EvictionRun(step, usage, target).preview();
    }
}
