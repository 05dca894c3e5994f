package dev.zspool.zsmalloc;

import dev.zspool.page.Frames;
import dev.zspool.page.MoveOutcome;
import dev.zspool.page.Words;
import dev.zspool.zsmalloc.RacePool.Shape;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/// The steps of a migration, and of those who meet it, taken by hand: paused in the middle, or with
/// a mistake that {@link PageMover} and {@link ZsPool} do not make.
public final class MigrationSteps {
    private static final int MOST_SPINS = 2000;

    /// Between two steps in a wrong order.
    private static final int PAUSE_SPINS = 500;

    /// What a migration does wrong.
    public enum Mistake {
        NONE,
        /// The old frame is somebody else's before the words lead elsewhere.
        FRAME_BEFORE_WORDS,
        /// The object that runs in from the page before keeps its word.
        NOT_WHAT_RUNS_IN
    }

    private final MigrationRace race;
    private final PoolPages pages;
    private final SizeClass sizeClass;
    private final SizeClassShape shape;
    private final ZspageTable zspages;
    private final SlotMemory slots;
    private final HandleTable handles;
    private final MemorySegment memory;
    private final Words descriptors;
    private final IsolationGate gate;
    private final int zspage;
    private volatile boolean asleep;

    public MigrationSteps(MigrationRace race) {
        this.race = race;
        ZsPool pool = race.racePool().pool();
        this.pages = pool.pages();
        this.shape = pool.sizeClasses().forPayload(Shape.SPANNING.length());
        ZsPool.Parts parts = pool.parts();
        this.sizeClass = parts.byIndex()[shape.index()];
        this.zspages = parts.zspages();
        this.slots = parts.slots();
        this.handles = parts.handles();
        this.gate = parts.mover().gate();
        this.memory = race.racePool().arena().memory();
        this.descriptors = race.racePool().arena().descriptors();
        this.zspage = slots.zspageOf(handles.loadOpaque(race.handle()));
    }

    /// Migrates a page, and has the next owner of the old frame write to it. Isolates nothing: the
    /// class is locked all the time.
    public void migrate(int position, Mistake mistake) {
        int from = race.frame(position);
        moveAndSpoil(position, from, race.takeTarget(position), mistake);
        pages.releaseTarget(from);
    }

    /// Migrates a page there and back, a number of times; it ends where it was.
    public void migrateThereAndBack(int position, int times) {
        int home = race.frame(position);
        int other = race.takeTarget(position);
        for (int i = 0; i < times; i++) {
            moveAndSpoil(position, home, other, Mistake.NONE);
            moveAndSpoil(position, other, home, Mistake.NONE);
        }
        pages.releaseTarget(other);
    }

    private void moveAndSpoil(int position, int from, int to, Mistake mistake) {
        sizeClass.lock();
        try {
            slots.replaceFrame(zspage, position, from, to);
            if (mistake == Mistake.FRAME_BEFORE_WORDS) {
                race.spoil(from);
                spin(PAUSE_SPINS);
            }
            renewWords(position, mistake != Mistake.NOT_WHAT_RUNS_IN);
            VarHandle.storeStoreFence();
            if (mistake != Mistake.FRAME_BEFORE_WORDS) {
                race.spoil(from);
            }
        } finally {
            sizeClass.unlock();
        }
    }

    private void renewWords(int position, boolean withWhatRunsIn) {
        int first = shape.firstSlotOn(position);
        if (!withWhatRunsIn && first * shape.sizeBytes() < position * Frames.FRAME_BYTES) {
            first++;
        }
        for (int slot = first; slot <= shape.lastSlotOn(position); slot++) {
            long address = slots.address(zspage, slot, shape);
            long header = slots.header(address);
            if (SlotLayout.isAllocated(header)) {
                handles.publishAt(SlotLayout.handle(header), shape.index(), address);
            }
        }
    }

    /// Migrates an isolated page with the link that its descriptor had before the lock was taken:
    /// the page behind it may be in another frame by now (the torn chain of bug B10).
    public String migrateWithStaleLink(int position) {
        int from = race.frame(position);
        int to = race.takeTarget(position);
        long stale = descriptors.getAcquire(from);
        spin(PAUSE_SPINS);
        sizeClass.lock();
        try {
            slots.replaceFrame(zspage, position, from, to);
            descriptors.setRelease(to, stale);
            renewWords(position, true);
            endIsolationLocked(position);
        } catch (IndexOutOfBoundsException brokenChain) {
            return MoveOutcome.MIGRATED.name();
        } finally {
            sizeClass.unlock();
        }
        pages.releaseTarget(from);
        return MoveOutcome.MIGRATED.name();
    }

    private void endIsolationLocked(int position) {
        int isolated = zspages.isolatedPages(zspage) & ~(1 << position);
        zspages.setIsolatedPages(zspage, isolated);
        if (isolated == 0) {
            sizeClass.addIsolatedLocked(-shape.slotsPerZspage(), -zspages.liveSlots(zspage));
            sizeClass.listsLocked().link(zspage);
        }
        gate.leave();
    }

    /// Migrates an isolated page and files the zspage again in a second critical section, without
    /// another look whether the last object was freed in between (bug B7).
    public String migrateInTwoSections(int position) {
        int from = race.frame(position);
        int to = race.takeTarget(position);
        MoveOutcome outcome;
        sizeClass.lock();
        try {
            outcome = zspages.liveSlots(zspage) == 0 ? MoveOutcome.EMPTY : MoveOutcome.MIGRATED;
            if (outcome == MoveOutcome.MIGRATED) {
                slots.replaceFrame(zspage, position, from, to);
                renewWords(position, true);
            }
        } finally {
            sizeClass.unlock();
        }
        if (outcome == MoveOutcome.EMPTY) {
            pages.releaseTarget(to);
            return pages.putBack(from) == MoveOutcome.PUT_BACK ? outcome.name() : "";
        }
        spin(PAUSE_SPINS);
        sizeClass.lock();
        try {
            endIsolationLocked(position);
        } finally {
            sizeClass.unlock();
        }
        pages.releaseTarget(from);
        return outcome.name();
    }

    /// Puts a page back and files its zspage before the marks are cleared: somebody may find it
    /// there meanwhile.
    public String putBackInTwoSections(int position) {
        sizeClass.lock();
        try {
            sizeClass.listsLocked().link(zspage);
        } finally {
            sizeClass.unlock();
        }
        spin(PAUSE_SPINS);
        sizeClass.lock();
        try {
            zspages.setIsolatedPages(zspage, zspages.isolatedPages(zspage) & ~(1 << position));
            sizeClass.addIsolatedLocked(-shape.slotsPerZspage(), -zspages.liveSlots(zspage));
        } finally {
            sizeClass.unlock();
        }
        gate.leave();
        return MoveOutcome.PUT_BACK.name();
    }

    /// Frees the object where it was before the lock was taken (bug B30): its page may have been
    /// migrated meanwhile.
    public String freeWithStaleLocation() {
        long word = handles.loadOpaque(race.handle());
        long address =
                Frames.address(ObjectLocation.frame(word)) + ObjectLocation.offsetBytes(word);
        int slot = slots.slotOf(word, shape);
        sizeClass.lock();
        try {
            handles.retire(race.handle());
            VarHandle.storeStoreFence();
            slots.pushFree(zspage, slot, address, shape);
            sizeClass.addLiveLocked(-1);
            if (zspages.isolatedPages(zspage) != 0) {
                sizeClass.addIsolatedLocked(0, -1);
            } else {
                sizeClass.listsLocked().refile(zspage);
            }
        } finally {
            sizeClass.unlock();
        }
        handles.release(race.handle());
        return FreeOutcome.FREED.name();
    }

    /// Reads the object, and sleeps after it has loaded the word, and again when it knows the
    /// second frame and has copied the first half.
    ///
    /// @return whose bytes were read, or {@link RacePool#REFUSED}
    public String readSlowly() {
        byte[] copy = new byte[ZsPool.MAX_OBJECT_BYTES];
        int spins = race.racePool().nextPause() >> 3;
        long word = handles.loadAcquire(race.handle());
        asleep = true;
        spin(spins >> 2);
        int frame = ObjectLocation.frame(word);
        int offset = ObjectLocation.offsetBytes(word) + SlotLayout.HEADER_BYTES;
        int first = Frames.FRAME_BYTES - offset;
        copyTo(copy, 0, Frames.address(frame) + offset, first);
        int next = PageDescriptor.nextFrame(descriptors.getAcquire(frame));
        spin(spins);
        int length = Shape.SPANNING.length();
        copyTo(copy, first, Frames.address(next), length - first);
        VarHandle.loadLoadFence();
        return handles.loadOpaque(race.handle()) == word
                ? RacePool.ownerOf(copy, length)
                : RacePool.REFUSED;
    }

    private void copyTo(byte[] copy, int at, long address, int length) {
        MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, address, copy, at, length);
    }

    /// Gives a slow reader a chance to come first.
    public void awaitReader() {
        for (int i = 0; i < MOST_SPINS && !asleep; i++) {
            Thread.onSpinWait();
        }
    }

    private static void spin(int spins) {
        for (int i = 0; i < spins; i++) {
            Thread.onSpinWait();
        }
    }
}
