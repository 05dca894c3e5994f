package dev.zspool.blob;

import dev.zspool.page.Frames;
import dev.zspool.zsmalloc.CompactionResult;
import dev.zspool.zsmalloc.ZsPool;
import java.util.function.BooleanSupplier;

/// What every eviction does again and again: lets chosen blobs leave memory, and makes pages of
/// what lies scattered then.
///
/// A blob leaves under its write slot like with any other deletion, and only if what is published
/// there is still what was chosen. Thread-safe.
final class EvictionStep {
    /// Instead of a number of pages: somebody else compacts.
    static final long BUSY = -1;

    private final ZsPool pool;
    private final WriteOrder order;
    private final BlobNames names;
    private volatile boolean wantsCompaction;

    EvictionStep(ZsPool pool, WriteOrder order, BlobNames names) {
        this.pool = pool;
        this.order = order;
        this.names = names;
    }

    ZsPool pool() {
        return pool;
    }

    /// What is done with roots.
    StoredRoots roots() {
        return order.roots();
    }

    /// Whether blobs may leave memory now: those of a durable pool only while they can be read from
    /// the journal.
    boolean mayEvict() {
        return order.residency().mayEvict();
    }

    /// The same by the arena's count, and without allocation.
    long ownedPages() {
        return pool.pages().ownedFrames();
    }

    long poolPages() {
        return pool.stats().allocatedPages();
    }

    /// Lets blobs leave memory, and adds up what that does.
    ///
    /// @param mostBytes ends when so much left of what was stored
    /// @return how many left: others were gone before, or somebody is about to write them
    int evict(long[] roots, long mostBytes, EvictionTally tally) {
        long before = poolPages();
        int blobs = tally.blobs;
        long storedBefore = tally.storedBytes;
        for (int i = 0; i < roots.length && tally.storedBytes - storedBefore < mostBytes; i++) {
            evict(roots[i], tally);
        }
        // Writers may have taken pages meanwhile.
        tally.freedPages += Math.max(0, before - poolPages());
        return tally.blobs - blobs;
    }

    private void evict(long root, EvictionTally tally) {
        byte[] object = tally.object;
        int length = pool.read(root, object, 0);
        if (length == ZsPool.NOT_LIVE || !RootView.isSound(object, length)) {
            return;
        }
        RootView view = order.roots().viewOf(object);
        long logicalBytes = view.sizeBytes();
        long storedBytes = view.storedBytes();
        if (order.residency().evict(names.of(RootView.handle(object)), root)) {
            tally.blobs++;
            tally.logicalBytes += logicalBytes;
            tally.storedBytes += storedBytes;
        }
    }

    /// Compacts a little.
    ///
    /// @param mostPages ends when so many became free, about
    /// @return the pages that this made free, {@link #BUSY} while somebody else compacts: he is
    ///   asked to end
    long compactSome(long mostPages) {
        CompactionResult result =
                pool.compact((done, goal) -> done < mostPages && !order.gate().isShut());
        boolean isBusy = result.outcome() == CompactionResult.Outcome.BUSY;
        wantsCompaction = isBusy;
        return isBusy ? BUSY : result.freedPages();
    }

    /// Whether a compaction that takes its time shall end, so that writers can have theirs.
    boolean wantsCompaction() {
        return wantsCompaction;
    }

    /// Such a compaction has ended: the next one may take its time until somebody is in need again.
    void compactionEnded() {
        wantsCompaction = false;
    }

    /// See {@link Evictor#noteNew}.
    void noteNew(long root, UsageBits usage) {
        int visit = order.gate().enter();
        if (visit != PoolGate.SHUT) {
            usage.begin(root);
            order.gate().exit(visit);
        }
    }

    /// Does something inside the pool; nothing, and false, when that is about to be destroyed.
    boolean inside(BooleanSupplier visit) {
        return order.gate().inside(visit::getAsBoolean, false);
    }

    boolean isGone() {
        return order.gate().isShut();
    }

    /// So many bytes in pages, rounded up.
    static long pages(long bytes) {
        return Math.ceilDiv(bytes, Frames.FRAME_BYTES);
    }
}
