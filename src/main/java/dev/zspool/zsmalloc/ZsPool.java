package dev.zspool.zsmalloc;

import dev.zspool.page.Frames;
import dev.zspool.page.Pace;
import dev.zspool.page.PageArena;
import dev.zspool.page.PageOwner;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// A user-space zsmalloc pool: objects of 1 to 4096 bytes, packed into zspages, named by handles
/// that never change.
///
/// **Notation.** A *size class* has slots of one size. A *zspage* is a chain of 1 to 16 frames, cut
/// into slots of one class; slots may straddle two frames. A *slot* holds one *object*. A *handle*
/// names an object; the word behind it says where the object lies ({@link ObjectLocation}), and
/// changes when it moves.
///
/// **Writers** hold the lock of one size class for one object. Whoever starts the life of a place
/// writes its bytes first and publishes the word last. Whoever ends it (free, move) changes the
/// word first, then a store-store fence, and only then reuses or releases the place. A published
/// object never changes in place.
///
/// **Readers** never block and are never blocked: load the word, copy the whole slot out without
/// parsing anything, fence, load the word again. Equal words mean that the copy is good. Frames are
/// never unmapped, so a copy from a place that is gone cannot fault. After {@value
/// #OPTIMISTIC_TRIES} tries a reader takes the class' lock.
///
/// **Classes, fullness groups, list order and compaction order** are those of Linux' zsmalloc (6.4
/// and later): with a chain size of 8 a single thread reproduces the kernel's page counts exactly.
///
/// Thread-safe, except {@link #close}.
public final class ZsPool implements AutoCloseable {
    /// Names no object.
    public static final long NULL_HANDLE = 0L;

    /// Instead of a handle: the pool's limit does not allow another zspage.
    public static final long LIMIT_REACHED = -1L;

    /// Instead of a handle: the arena's budget does not allow it.
    public static final long OUT_OF_MEMORY = -2L;

    /// Instead of a length: the handle names no object.
    public static final int NOT_LIVE = -1;

    /// The largest object in bytes.
    public static final int MAX_OBJECT_BYTES = Frames.FRAME_BYTES;

    private static final int OPTIMISTIC_TRIES = 8;

    /// How often an allocation looks for room, each time behind another one's new zspage or its own
    /// refusal.
    private static final int ALLOCATION_ROUNDS = 8;

    private final SizeClassTable table;
    private final SizeClass[] ascending;

    /// By the index that locations carry.
    private final SizeClass[] byIndex;

    /// By nominal index; a merged index holds the class that it was merged into.
    private final SizeClass[] byNominalIndex;

    private final ZspageTable zspages;
    private final SlotMemory slots;
    private final HandleTable handles;
    private final ZspageAllocator allocator;
    private final Compactor compactor;
    private final PageMover mover;
    private final PageOwner owner;
    private final PoolPages pages;
    private final PageArena arena;
    private final AtomicBoolean closed = new AtomicBoolean();

    /// @throws IllegalArgumentException when the handle word cannot name every frame of the arena
    ///   (bug B24)
    public ZsPool(PageArena arena, PoolOptions options) {
        this(arena, options, ObjectLocation.VERSION_BITS);
    }

    /// With fewer version bits, for the tests that show what they are for.
    ZsPool(PageArena arena, PoolOptions options, int versionBits) {
        if (arena.totalFrames() >= 1 << ObjectLocation.FRAME_BITS) {
            throw new IllegalArgumentException("totalFrames=" + arena.totalFrames());
        }
        PoolGeometry geometry = new PoolGeometry(Frames.FRAME_BYTES, options.chainSize());
        this.arena = arena;
        this.table = SizeClassTable.of(geometry);
        PoolTables tables = PoolTables.reserve(arena, versionBits);
        this.zspages = tables.zspages();
        this.slots = new SlotMemory(arena, zspages);
        this.handles = tables.handles();
        this.allocator = new ZspageAllocator(arena, zspages, slots, options.limitPages());
        this.compactor = new Compactor(slots, zspages, handles, allocator);
        this.ascending =
                table.shapes().stream()
                        .map(shape -> new SizeClass(shape, zspages))
                        .toArray(SizeClass[]::new);
        this.byIndex = new SizeClass[geometry.nominalClasses()];
        this.byNominalIndex = new SizeClass[geometry.nominalClasses()];
        for (SizeClass sizeClass : ascending) {
            SizeClassShape shape = sizeClass.shape;
            byIndex[shape.index()] = sizeClass;
            Arrays.fill(byNominalIndex, shape.mergedFromIndex(), shape.index() + 1, sizeClass);
        }
        this.mover = new PageMover(arena, zspages, slots, handles, allocator, byIndex);
        this.owner = register(tables);
        this.pages = new PoolPages(arena, owner, mover, zspages, slots);
    }

    /// A pool that cannot be made leaves nothing.
    private PageOwner register(PoolTables tables) {
        try {
            return arena.register("pool", mover);
        } catch (IllegalStateException tooMany) {
            tables.close();
            throw tooMany;
        }
    }

    /// Stores an object (`zs_malloc` and `zs_obj_write` in one, so that no half-written object is
    /// ever visible).
    ///
    /// The source must not change meanwhile. The slot may be larger than the object; what is behind
    /// it is undefined.
    ///
    /// @param source holds the object at `offset`
    /// @param length 1 to {@link #MAX_OBJECT_BYTES} bytes
    /// @return a handle (above 0), {@link #LIMIT_REACHED} or {@link #OUT_OF_MEMORY}
    /// @throws IllegalArgumentException for a length outside that range
    public long allocate(byte[] source, int offset, int length) {
        if (length < 1
                || length > MAX_OBJECT_BYTES
                || offset < 0
                || offset > source.length - length) {
            throw new IllegalArgumentException(
                    "offset=" + offset + " length=" + length + " of " + source.length);
        }
        long handle = handles.acquire();
        if (handle == NULL_HANDLE) {
            return OUT_OF_MEMORY;
        }
        SizeClass sizeClass = byNominalIndex[PoolGeometry.frameIndexFor(length)];
        long refusal = LIMIT_REACHED;
        for (int round = 0; round < ALLOCATION_ROUNDS; round++) {
            sizeClass.lock();
            try {
                int zspage = sizeClass.listsLocked().fullestWithRoom();
                if (zspage != ZspageTable.NO_ZSPAGE) {
                    if (allocator.isAboveLimit()) {
                        break;
                    }
                    storeLocked(sizeClass, zspage, handle, source, offset, length);
                    sizeClass.listsLocked().refile(zspage);
                    return handle;
                }
                if (refusal == LIMIT_REACHED && allocator.isAllowed(sizeClass.shape)) {
                    sizeClass.beginBuildLocked();
                } else if (sizeClass.awaitBuildLocked()) {
                    // The zspage that somebody else has made may have room.
                    continue;
                } else {
                    break;
                }
            } finally {
                sizeClass.unlock();
            }
            refusal = allocateInNewZspage(sizeClass, handle, source, offset, length);
            if (refusal == handle) {
                return handle;
            }
        }
        handles.release(handle);
        return refusal;
    }

    /// @return the handle, {@link #LIMIT_REACHED} or {@link #OUT_OF_MEMORY}
    private long allocateInNewZspage(
            SizeClass sizeClass, long handle, byte[] source, int offset, int length) {
        int zspage = ZspageAllocator.OUT_OF_MEMORY;
        try {
            zspage = allocator.build(sizeClass.shape, owner);
        } finally {
            sizeClass.lock();
            try {
                // Also behind a heap that is full: others may be waiting for it.
                sizeClass.endBuildLocked();
                if (zspage >= 0) {
                    sizeClass.addZspageLocked();
                    allocator.filedLocked(sizeClass.shape);
                    storeLocked(sizeClass, zspage, handle, source, offset, length);
                    sizeClass.listsLocked().link(zspage);
                }
            } finally {
                sizeClass.unlock();
            }
        }
        return switch (zspage) {
            case ZspageAllocator.LIMIT_REACHED -> LIMIT_REACHED;
            case ZspageAllocator.OUT_OF_MEMORY -> OUT_OF_MEMORY;
            default -> handle;
        };
    }

    private void storeLocked(
            SizeClass sizeClass, int zspage, long handle, byte[] source, int offset, int length) {
        long slot = slots.popFree(zspage, sizeClass.shape, handle);
        slots.copyIn(slot, sizeClass.shape, source, offset, length);
        sizeClass.addLiveLocked(1);
        handles.publishAt(handle, sizeClass.shape.index(), slot);
    }

    /// Copies an object out.
    ///
    /// The whole payload of its slot is copied, which may be more than was stored: what is behind
    /// the object is undefined, and the caller knows the object's length from the object itself.
    ///
    /// @param into receives the bytes at `offset`, with room for {@link #MAX_OBJECT_BYTES}
    /// @return how many bytes were copied, or {@link #NOT_LIVE}
    public int read(long handle, byte[] into, int offset) {
        if (offset < 0 || offset > into.length - MAX_OBJECT_BYTES) {
            throw new IllegalArgumentException("offset=" + offset + " of " + into.length);
        }
        for (int attempt = 0; attempt < OPTIMISTIC_TRIES; attempt++) {
            long word = handles.loadAcquire(handle);
            if (!ObjectLocation.isLive(word)) {
                return NOT_LIVE;
            }
            SizeClass sizeClass = byIndex[ObjectLocation.classIndex(word)];
            int length = slots.copyOut(word, sizeClass.shape, into, offset);
            VarHandle.loadLoadFence();
            if (length != SlotMemory.TORN && handles.loadOpaque(handle) == word) {
                return length;
            }
        }
        return readLocked(handle, into, offset);
    }

    private int readLocked(long handle, byte[] into, int offset) {
        SizeClass sizeClass = lockClassOf(handle);
        if (sizeClass == null) {
            return NOT_LIVE;
        }
        try {
            return slots.copyOut(handles.loadOpaque(handle), sizeClass.shape, into, offset);
        } finally {
            sizeClass.unlock();
        }
    }

    /// Frees an object. Frees the zspage too when it was the last one.
    ///
    /// A handle that names nothing, an error value included, is told and changes nothing (bug B17).
    public FreeOutcome free(long handle) {
        SizeClass sizeClass = lockClassOf(handle);
        if (sizeClass == null) {
            return FreeOutcome.NOT_LIVE;
        }
        int emptied;
        try {
            emptied = freeLocked(sizeClass, handle);
        } finally {
            sizeClass.unlock();
        }
        handles.release(handle);
        if (emptied != ZspageTable.NO_ZSPAGE) {
            allocator.destroy(emptied);
        }
        return FreeOutcome.FREED;
    }

    /// @return the zspage, when it is empty now and taken off its list; the caller destroys it
    ///   outside the lock
    private int freeLocked(SizeClass sizeClass, long handle) {
        long location = handles.loadOpaque(handle);
        SizeClassShape shape = sizeClass.shape;
        int zspage = slots.zspageOf(location);
        int slot = slots.slotOf(location, shape);
        long address =
                Frames.address(ObjectLocation.frame(location))
                        + ObjectLocation.offsetBytes(location);
        handles.retire(handle);
        VarHandle.storeStoreFence();
        slots.pushFree(zspage, slot, address, shape);
        sizeClass.addLiveLocked(-1);
        if (zspages.isolatedPages(zspage) != 0) {
            // Whoever ends the isolation files or releases it.
            sizeClass.addIsolatedLocked(0, -1);
            return ZspageTable.NO_ZSPAGE;
        }
        if (zspages.liveSlots(zspage) > 0) {
            sizeClass.listsLocked().refile(zspage);
            return ZspageTable.NO_ZSPAGE;
        }
        sizeClass.listsLocked().unlink(zspage);
        sizeClass.removeZspageLocked();
        allocator.withdrawnLocked(shape);
        return zspage;
    }

    /// Locks the class of a live object. The word is read again under the lock: the handle may have
    /// got another life (bug B30).
    ///
    /// @return the locked class, null when the handle names nothing
    private @Nullable SizeClass lockClassOf(long handle) {
        while (true) {
            long word = handles.loadAcquire(handle);
            if (!ObjectLocation.isLive(word)) {
                return null;
            }
            SizeClass sizeClass = byIndex[ObjectLocation.classIndex(word)];
            sizeClass.lock();
            long now = handles.loadOpaque(handle);
            if (ObjectLocation.isLive(now)
                    && ObjectLocation.classIndex(now) == sizeClass.shape.index()) {
                return sizeClass;
            }
            sizeClass.unlock();
        }
    }

    /// Packs the objects of every class into the fewest zspages, the largest class first. See
    /// {@link Compactor}.
    ///
    /// @return the pages that this call freed; 0 at once when another thread is compacting this
    ///   pool (bug B25)
    public long compact() {
        return compact(Pace.FULL_SPEED).freedPages();
    }

    /// Packs the objects of every class into the fewest zspages, isolated ones aside.
    ///
    /// @param pace asked after every slice of at most {@value Compactor#SLICE_OBJECTS} objects; its
    ///   unit is pages
    /// @return what this call did; BUSY at once when another thread is compacting this pool
    public CompactionResult compact(Pace pace) {
        return compactor.compact(ascending, pace);
    }

    /// The pages of this pool: to look at, to isolate, to migrate.
    public PoolPages pages() {
        return pages;
    }

    /// Looks at the zspages one by one, and at who lives in each.
    ///
    /// @return of one caller
    public ZspageSurvey survey() {
        return new ZspageSurvey(zspages, slots, byIndex);
    }

    /// Gives empty pages of the handle table back to the system. Call it at most once a second.
    ///
    /// @return how many
    public int giveBackHandlePages() {
        return handles.giveBackEmptyPages();
    }

    /// Pages that compaction could free now, at best. An estimate while others write, never
    /// negative.
    public long reclaimablePages() {
        long pages = 0;
        for (SizeClass sizeClass : ascending) {
            pages += sizeClass.reclaimablePages();
        }
        return pages;
    }

    /// Changes the limit, at any time (`mem_limit`).
    ///
    /// Below what is in use, nothing is freed and nothing more is stored, also where a zspage has
    /// room, until so much was freed that the pool is within its limit again. Within it, what fits
    /// in a zspage that is there is always stored. Never does a zspage make more pages than the
    /// limit says.
    public void setLimitPages(long pages) {
        if (pages <= 0) {
            throw new IllegalArgumentException("pages=" + pages + " must be positive");
        }
        allocator.setLimitPages(pages);
    }

    public PoolStats stats() {
        long live = 0;
        for (SizeClass sizeClass : ascending) {
            live += sizeClass.liveSlots();
        }
        return new PoolStats(
                allocator.allocatedPages(),
                allocator.peakPages(),
                allocator.limitPages(),
                compactor.freedPages(),
                compactor.movedObjects(),
                reclaimablePages(),
                live,
                handles.usedPages(),
                mover.isolatedPages());
    }

    /// One row a class, in ascending order. Each row is consistent; the rows are of slightly
    /// different moments.
    public List<ClassStats> classStats() {
        List<ClassStats> rows = new ArrayList<>(ascending.length);
        for (SizeClass sizeClass : ascending) {
            sizeClass.lock();
            try {
                List<Integer> groups = new ArrayList<>(FullnessGroup.COUNT);
                for (int group = 0; group < FullnessGroup.COUNT; group++) {
                    groups.add(sizeClass.listsLocked().count(group));
                }
                rows.add(
                        new ClassStats(
                                sizeClass.shape,
                                groups,
                                sizeClass.allocatedSlots(),
                                sizeClass.liveSlots(),
                                sizeClass.isolatedZspages(),
                                sizeClass.reclaimablePages()));
            } finally {
                sizeClass.unlock();
            }
        }
        return rows;
    }

    /// The size classes of this pool.
    public SizeClassTable sizeClasses() {
        return table;
    }

    /// Where an object lies now.
    ///
    /// @return empty when the handle names nothing
    public Optional<ObjectPlace> locate(long handle) {
        SizeClass sizeClass = lockClassOf(handle);
        if (sizeClass == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(ObjectPlace.of(handles.loadOpaque(handle), sizeClass.shape, slots));
        } finally {
            sizeClass.unlock();
        }
    }

    /// Looks every invariant over (`docs/invariants.md`), with the pool stopped meanwhile: for
    /// tests and after a recovery.
    ///
    /// @return what is wrong, in words that name the invariant; empty when the pool is sound
    public List<String> check() {
        return new PoolChecker(arena, parts(), ascending).check();
    }

    /// Looks the pool over while it is in use, in slices: nobody waits long for it, and it raises
    /// no false alarm.
    ///
    /// @param pace asked after every slice; its unit changes with the part that is looked at
    public LiveCheckResult checkLive(Pace pace) {
        return new LiveChecker(arena, parts(), ascending, pace).check();
    }

    /// The inner parts, for tests that break them and see the checker say so.
    Parts parts() {
        return new Parts(zspages, slots, handles, allocator, byIndex, mover);
    }

    /// @param byIndex size classes by index; a merged index holds null
    @SuppressWarnings("ArrayRecordComponent")
    record Parts(
            ZspageTable zspages,
            SlotMemory slots,
            HandleTable handles,
            ZspageAllocator allocator,
            SizeClass[] byIndex,
            PageMover mover) {}

    /// Frees everything that the pool holds. Nobody may use it meanwhile; afterwards its handles
    /// name nothing and it takes no object. A second call does nothing.
    ///
    /// Its tables are another pool's next. A reader that breaks this rule cannot fault, but what it
    /// gets may be an object of that pool.
    ///
    /// Waits while pages are isolated (bugs B8, B9): they belong to somebody who will put them back
    /// or migrate them. Nobody can isolate another one from now on.
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        mover.closeAndAwait();
        for (SizeClass sizeClass : ascending) {
            sizeClass.lock();
            try {
                destroyAllLocked(sizeClass);
            } finally {
                sizeClass.unlock();
            }
        }
        // Until then somebody who wants to move a page may look into the tables.
        arena.unregister(owner);
        new PoolTables(zspages, handles).close();
    }

    private void destroyAllLocked(SizeClass sizeClass) {
        FullnessLists lists = sizeClass.listsLocked();
        for (int group = 0; group < FullnessGroup.COUNT; group++) {
            while (lists.head(group) != ZspageTable.NO_ZSPAGE) {
                int zspage = lists.head(group);
                lists.unlink(zspage);
                sizeClass.addLiveLocked(-zspages.liveSlots(zspage));
                sizeClass.removeZspageLocked();
                allocator.withdrawnLocked(sizeClass.shape);
                allocator.destroy(zspage);
            }
        }
    }
}
