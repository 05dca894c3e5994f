package dev.zspool.blob;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.zspool.page.Frames;
import dev.zspool.zsmalloc.CompactionResult;
import dev.zspool.zsmalloc.ZsPool;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/// Deletes blobs that nobody read lately to make room for new ones, in a pool that is a cache.
///
/// **Policy.** A second chance, as in the kernel's clock: a hand goes round over the index, in the
/// order of hashes, and takes each blob that was not read since the hand was there last. What it
/// frees lies scattered; compaction makes pages of it.
///
/// A little at a time: some by whoever needs room right now, more in the background while less than
/// a part of the limit is free ({@link #keepReserve}), so that writers rarely do it themselves.
///
/// **Concurrency.** The hand is guarded by a lock that is held while one part of the index is read,
/// never while a blob is deleted: that happens under the blob's write slot like any other deletion,
/// and only if what is published there is still what the hand saw.
final class Evictor implements ObjectAllocator.RoomMaker {
    /// Blobs that are deleted in one step at most.
    private static final int STEP_BLOBS = 32;

    /// What is stored of them is enough for one step.
    private static final long STEP_BYTES = 64 * 1024;

    /// Pages that one step's compaction frees at least, if it can.
    private static final int STEP_PAGES = 16;

    /// How often the hand goes round for one step: twice to make what was read idle, once for the
    /// blobs, and the rest of the round that was under way.
    private static final int MOST_TURNS = 4;

    /// Instead of a number of pages: somebody else compacts.
    private static final long BUSY = -1;

    /// What is deleted while nobody can make pages of it is at most this part of the limit.
    private static final int UNPACKED_SHARE = 16;

    /// One blob may take this part of a pool.
    private static final int BLOB_SHARE = 4;

    private final ZsPool pool;
    private final WriteOrder order;
    private final UsageBits usage;
    private final BlobNames names;
    private final Supplier<BlobPoolOptions> options;
    private final ReentrantLock lock = new ReentrantLock();

    /// What was deleted since a compaction could last make pages of it.
    private final AtomicLong unpackedBytes = new AtomicLong();

    private volatile boolean wantsCompaction;

    @GuardedBy("lock")
    private final IndexWalk walk;

    /// Where the hand is.
    @GuardedBy("lock")
    private long hand;

    Evictor(
            ZsPool pool,
            BlobIndex index,
            WriteOrder order,
            UsageBits usage,
            BlobNames names,
            Supplier<BlobPoolOptions> options) {
        this.pool = pool;
        this.order = order;
        this.usage = usage;
        this.names = names;
        this.options = options;
        this.walk = new IndexWalk(index);
    }

    /// Notes that a blob is about to come to memory, written or read from the journal, so that it
    /// is not evicted at once.
    void noteNew(long root) {
        if (options.get().isEvictable()) {
            order.gate()
                    .inside(
                            () -> {
                                usage.begin(root);
                                return true;
                            },
                            false);
        }
    }

    /// Notes that a blob was read. The caller is inside the gate.
    void noteRead(long root) {
        if (options.get().isEvictable()) {
            usage.mark(root);
        }
    }

    private boolean isCache() {
        return options.get().full() == FullPolicy.EVICT;
    }

    @Override
    public long mostBytesPerBlob() {
        return isCache() ? options.get().limitBytes() / BLOB_SHARE : Long.MAX_VALUE;
    }

    @Override
    public boolean makeRoom() {
        if (!isCache()) {
            return false;
        }
        if (unpackedBytes.get() > options.get().limitBytes() / UNPACKED_SHARE
                && compactSome() == BUSY) {
            // More of the same would not help: somebody else's compaction is about to end.
            return false;
        }
        long[] victims = chooseVictims();
        evict(victims);
        // Those that somebody is about to write have not gone: there may be room all the same.
        return compactSome() > 0 || victims.length > 0;
    }

    /// Makes room while less than a part of the limit is free. Somebody calls it now and then, off
    /// the hot path.
    ///
    /// @param mostBlobs how many to delete at most, about
    /// @return how many it deleted
    int keepReserve(int mostBlobs) {
        int evicted = 0;
        if (!isCache() || !watermarks().isShort(freeBytes())) {
            return 0;
        }
        while (evicted < mostBlobs && watermarks().wantsMore(freeBytes())) {
            int step = evict(chooseVictims());
            long freedPages = compactSome();
            evicted += step;
            if (freedPages == BUSY || (freedPages == 0 && step == 0)) {
                break;
            }
        }
        return evicted;
    }

    /// What was deleted lies scattered.
    ///
    /// @return the pages that this made free, {@link #BUSY} while somebody else compacts: he is
    ///   asked to end
    private long compactSome() {
        CompactionResult result = pool.compact((done, goal) -> done < STEP_PAGES);
        boolean isBusy = result.outcome() == CompactionResult.Outcome.BUSY;
        wantsCompaction = isBusy;
        if (isBusy) {
            return BUSY;
        }
        unpackedBytes.set(0);
        return result.freedPages();
    }

    /// Whether a compaction that takes its time shall end, so that writers can have theirs.
    boolean wantsCompaction() {
        return wantsCompaction;
    }

    /// Such a compaction has ended: the next one may take its time until somebody is in need again.
    void compactionEnded() {
        wantsCompaction = false;
    }

    /// Whether what was evicted may come back unasked: more is free than eviction strives for.
    boolean hasFreeRoom() {
        return watermarks().hasFreeRoom(freeBytes());
    }

    private PoolWatermarks watermarks() {
        return PoolWatermarks.of(options.get().limitBytes());
    }

    private long freeBytes() {
        return options.get().limitBytes() - (pool.stats().allocatedPages() << Frames.FRAME_SHIFT);
    }

    @CanIgnoreReturnValue
    private int evict(long[] victims) {
        int evicted = 0;
        long bytes = 0;
        for (long root : victims) {
            long ofBlob = evict(root);
            evicted += ofBlob >= 0 ? 1 : 0;
            bytes += Math.max(0, ofBlob);
            if (bytes >= STEP_BYTES) {
                // The others of this choice have had their second chance.
                break;
            }
        }
        unpackedBytes.addAndGet(bytes);
        return evicted;
    }

    private long[] chooseVictims() {
        Victims victims = new Victims();
        lock.lock();
        try {
            int turns = 0;
            while (!victims.isFull() && turns < MOST_TURNS) {
                hand = walk.readPart(hand, victims);
                victims.accept();
                turns += hand == IndexWalk.END ? 1 : 0;
            }
        } finally {
            lock.unlock();
        }
        return victims.roots();
    }

    /// @return what was stored of it, -1 when it was gone before, or somebody is about to write it
    private long evict(long root) {
        byte[] object = new byte[ZsPool.MAX_OBJECT_BYTES];
        int length = pool.read(root, object, 0);
        if (length == ZsPool.NOT_LIVE || !RootView.isSound(object, length)) {
            return -1;
        }
        RootView view = order.roots().viewOf(object);
        return order.evict(names.of(RootView.handle(object)), root) ? view.storedBytes() : -1;
    }

    /// Takes the roots of a part that were not read lately. What it is told counts only when the
    /// part is read to its end, so marks are taken away after that.
    private final class Victims implements IndexWalk.Visitor {
        private final long[] part = new long[IndexSegment.CAPACITY];
        private final long[] roots = new long[STEP_BLOBS];
        private int parts;
        private int count;
        private int lastTag;

        @Override
        public void begin() {
            parts = 0;
        }

        @Override
        public boolean visit(int tag, long rootHandle) {
            // Entries of one tag cannot be told apart, so a part ends behind all of them.
            if (parts >= STEP_BLOBS && tag != lastTag) {
                return false;
            }
            lastTag = tag;
            part[parts++] = rootHandle;
            return true;
        }

        void accept() {
            for (int i = 0; i < parts && count < STEP_BLOBS; i++) {
                if (usage.ageOne(part[i]) == UsageBits.IDLE) {
                    roots[count++] = part[i];
                }
            }
        }

        boolean isFull() {
            return count == STEP_BLOBS;
        }

        long[] roots() {
            return Arrays.copyOf(roots, count);
        }
    }
}
