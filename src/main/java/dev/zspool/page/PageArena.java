package dev.zspool.page;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// The physical memory: one reserved address range, divided into frames of 4 KiB and pageblocks of
/// 2 MiB.
///
/// A frame is *cold* (free, not backed, reads as zeros), *warm* (free, still backed, holds old
/// bytes) or *owned*. Owners are a pool's zspages and an index's segments. What they take counts
/// against a hard budget, together with the pages of tables (handles, descriptors), so that memory
/// is bounded by arithmetic and not by sampling.
///
/// **Concurrency.** Thread-safe. One lock, a leaf: it is held for a few bit operations, never
/// across a system call and never while a frame is touched. Whoever acquires a frame touches it
/// outside every lock: a first touch costs microseconds. Neither the range nor the space of tables
/// is unmapped while the arena is open, so a reader that comes too late reads zeros or other bytes,
/// and finds out by the handle's version; it never faults.
public final class PageArena implements AutoCloseable {
    private final PageSource source;
    private final ArenaOptions options;
    private final Region frames;
    private final Region descriptors;
    private final FrameBudget budget;
    private final FrameOwners owners;
    private final FrameLedger ledger;
    private final HugePages hugePages;
    private final GiveBack giveBack;
    private final Defragmenter defragmenter;
    private final TableSpace tables;
    private final MoveTargets targets;

    /// For frames whose owner did not register.
    private final PageOwner unmovable;

    /// @throws OutOfAddressSpaceException when the range cannot be reserved
    public PageArena(PageSource source, ArenaOptions options) {
        this.source = source;
        this.options = options;
        this.budget = new FrameBudget(options.limitPages());
        this.tables = new TableSpace(source);
        this.frames = source.reserve(options.sizeBytes());
        int totalFrames = (int) (options.sizeBytes() >> Frames.FRAME_SHIFT);
        this.descriptors = source.reserve(Frames.wholeBlocks((long) totalFrames * Long.BYTES));
        Region ownerIds =
                source.reserve(
                        Frames.wholeBlocks((long) totalFrames * FrameOwners.BYTES_PER_FRAME));
        this.owners = new FrameOwners(ownerIds.memory());
        this.ledger = new FrameLedger(totalFrames, descriptors.words(), owners);
        this.hugePages = new HugePages(frames, ledger, totalFrames >> Frames.PAGEBLOCK_SHIFT);
        this.giveBack = new GiveBack(frames, ledger, hugePages);
        this.targets = new MoveTargets(this, ledger);
        this.defragmenter = new Defragmenter(this, ledger, giveBack);
        this.unmovable = owners.add("unmovable", UnmovablePages.INSTANCE);
    }

    /// The whole range; a frame begins at {@link Frames#address}.
    public MemorySegment memory() {
        return frames.memory();
    }

    /// The whole range as 64-bit words with ordered access; the word at byte address `a` has index
    /// `a / 8`.
    public Words words() {
        return frames.words();
    }

    /// One word a frame, for its owner to describe it in (the kernel's `struct page`). Zero when
    /// the frame is free.
    public Words descriptors() {
        return descriptors.words();
    }

    public int totalFrames() {
        return (int) (options.sizeBytes() >> Frames.FRAME_SHIFT);
    }

    /// Takes an owner in whose pages can be moved.
    ///
    /// @param name for the accounts
    /// @param pages moves its pages; asked from any thread, until {@link #unregister}
    public PageOwner register(String name, MovablePages pages) {
        return owners.add(name, pages);
    }

    /// Lets an owner go; waits for a move of its pages that is under way. The owner answers GONE by
    /// now.
    ///
    /// @throws IllegalArgumentException when it still has frames
    public void unregister(PageOwner owner) {
        owners.remove(owner);
    }

    /// Takes frames that stay where they are until they are released. See {@link #acquire(int[],
    /// int, PageOwner)}.
    public boolean acquire(int[] into, int count) {
        return acquire(into, count, unmovable);
    }

    /// Takes frames for an owner: all or none.
    ///
    /// Warm frames come first, then cold ones, each from the densest pageblock that has any. A
    /// frame may hold old bytes. Where only frames on their way back to the system are left, it
    /// waits for them: as long as the kernel needs for one run.
    ///
    /// @param into receives the frames from index 0
    /// @param count how many
    /// @return false when the budget or the range does not allow it
    public boolean acquire(int[] into, int count, PageOwner owner) {
        if (!budget.charge(count)) {
            return false;
        }
        if (ledger.take(into, count, owner)) {
            return true;
        }
        budget.refuse(count);
        return false;
    }

    /// Frames for pages that are moved.
    public MoveTargets targets() {
        return targets;
    }

    /// Takes frames back from their owner. They stay backed until {@link #giveBack} gives them to
    /// the system.
    ///
    /// The owner has already made sure that no word leads to them any more.
    ///
    /// @throws IllegalArgumentException when one is not owned; then nothing has changed
    public void release(int[] from, int count) {
        ledger.put(from, count);
        budget.discharge(count);
    }

    /// Address space for tables. Their pages are charged one by one with {@link
    /// FrameBudget#chargeTablePages}.
    public TableSpace tables() {
        return tables;
    }

    /// What may be in use; its limit can be changed.
    public FrameBudget budget() {
        return budget;
    }

    /// Free frames that are still backed.
    public long warmFrames() {
        return ledger.count(map -> map.bits().warmFrames());
    }

    /// Gives warm frames back to the system until at most the stock's bound is left. See {@link
    /// #giveBack(int)}.
    public long giveBackSurplus() {
        return giveBack(options.warmFrames());
    }

    /// Gives warm frames back to the system, those of the sparsest pageblocks first, in runs as
    /// long as they come.
    ///
    /// Works outside the lock; call it off the hot path. A run that the system refuses stays warm,
    /// and the call ends. Of a pageblock that may be a huge page, the system gets the whole or
    /// nothing.
    ///
    /// @param keepWarmFrames how many may stay
    /// @return how many warm frames were given back
    public long giveBack(int keepWarmFrames) {
        return giveBack(keepWarmFrames, Pace.FULL_SPEED);
    }

    /// As {@link #giveBack(int)}, for as long as somebody wants.
    ///
    /// @param pace asked before every call to the system; its units are the frames given so far
    public long giveBack(int keepWarmFrames, Pace pace) {
        return giveBack.until(keepWarmFrames, pace);
    }

    /// Makes whole pageblocks free.
    public Defragmenter defragmenter() {
        return defragmenter;
    }

    /// Asks for huge pages for every pageblock that is in use as a whole since the last call; does
    /// nothing unless the options want them. The system gets such a block back as a whole only.
    ///
    /// Works outside the lock; call it off the hot path.
    ///
    /// @return for how many blocks
    public int adviseHugePages() {
        return options.hugePages() ? hugePages.adviseFullBlocks() : 0;
    }

    /// Tells whether some owner holds the frame, or the system is about to get it.
    public boolean isOwned(int frame) {
        return frame >= 0
                && frame < totalFrames()
                && switch (ledger.stateOf(frame)) {
                    case OWNED, IN_TRANSIT -> true;
                    case COLD, WARM -> false;
                };
    }

    /// What a frame is now.
    ///
    /// @throws IndexOutOfBoundsException when the arena does not have it
    public FrameState stateOf(int frame) {
        return ledger.stateOf(Objects.checkIndex(frame, totalFrames()));
    }

    /// Whose frame it is; some owner that moves nothing for a frame that is free.
    PageOwner ownerOf(int frame) {
        return ledger.ownerOf(frame);
    }

    public ArenaStats stats() {
        return ledger.stats(budget);
    }

    /// Recounts everything from the bits.
    ///
    /// @return what does not agree, in words; empty when the arena is sound
    public List<String> check() {
        List<String> violations = new ArrayList<>();
        for (int block = 0; block < totalFrames() >> Frames.PAGEBLOCK_SHIFT; block++) {
            ledger.checkBlocks(block, block + 1, violations);
        }
        ledger.checkTotals(violations);
        if (violations.isEmpty()) {
            ledger.checkOwners(new OwnerTally(), totalFrames(), violations);
        }
        return violations;
    }

    /// The books, for tests that break them and see the checker say so.
    FrameLedger ledger() {
        return ledger;
    }

    /// Gives the range back. Nobody may use a frame afterwards.
    @Override
    public void close() {
        source.close();
    }
}
