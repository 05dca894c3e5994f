package dev.zspool.blob;

import dev.zspool.zsmalloc.ZsPool;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;

/// Frees blobs whose life is over, a bounded number at a time, and keeps the queue of ends short.
///
/// To readers such a blob is gone already; this gives its memory back. Thread-safe.
final class ExpirySweep {
    /// Entries that were looked at together.
    private static final int BATCH = 256;

    /// A queue shorter than this is left as it is.
    private static final int SMALL_QUEUE = 1024;

    private final BlobParts parts;
    private final PublishedBlobs published;
    private final WriteOrder order;
    private final ExpiryQueue queue;
    private final BlobCounters counters;
    private final BlobNames names;
    private final InstantSource clock;

    /// Where the next look for entries out of use ends, which goes from the last one to the first.
    private final AtomicLong unlooked = new AtomicLong();

    ExpirySweep(
            BlobParts parts,
            PublishedBlobs published,
            WriteOrder order,
            BlobCounters counters,
            BlobNames names,
            InstantSource clock) {
        this.parts = parts;
        this.published = published;
        this.order = order;
        this.queue = published.expiry;
        this.counters = counters;
        this.names = names;
        this.clock = clock;
    }

    /// Frees blobs whose life is over.
    ///
    /// @param mostEntries how many entries of the queue to take at most
    /// @return how many it took; fewer than that when no more are due
    int sweep(int mostEntries) {
        long now = clock.millis();
        long second = now / 1000;
        byte[] object = new byte[ZsPool.MAX_OBJECT_BYTES];
        int taken = 0;
        while (taken < mostEntries) {
            long entry = queue.pollDue(second);
            if (entry == ExpiryQueue.NONE) {
                break;
            }
            if (!take(entry, object)) {
                break;
            }
            taken++;
        }
        return taken;
    }

    /// @return false when the clock went back: then the entry is in the queue again
    private boolean take(long entry, byte[] object) {
        boolean isDone = false;
        try {
            if (isOfRoot(entry, object)) {
                if (!published.roots.isOver(object)) {
                    return false;
                }
                order.residency().expire(names.of(RootView.handle(object)), entry);
            }
            isDone = true;
            return true;
        } finally {
            if (!isDone) {
                // Also behind a heap that is full: without its entry a blob is never freed.
                queue.putBack(entry);
            }
        }
    }

    /// Gives pages of the queue back that it does not need.
    ///
    /// @return how many
    long giveBackPages() {
        return queue.giveBackPages();
    }

    /// Takes entries out whose blobs are gone, if those are more than the others.
    ///
    /// @param mostEntries how many to look at, about
    /// @return how many it looked at
    int tidy(int mostEntries) {
        long[] batch = new long[BATCH];
        byte[] object = new byte[ZsPool.MAX_OBJECT_BYTES];
        int looked = 0;
        while (looked < mostEntries && isLongForItsBlobs()) {
            long end = unlooked.get();
            long size = queue.size();
            long from = Math.max(0, (end == 0 ? size : Math.min(end, size)) - BATCH);
            int count = queue.copy(from, batch);
            for (int i = count - 1; i >= 0; i--) {
                // What comes into its place was behind it, and was looked at. The handle may have
                // got another life with the same end before the entry went: then it is wanted.
                if (!isOfRoot(batch[i], object)
                        && queue.remove(from + i, batch[i])
                        && isOfRoot(batch[i], object)) {
                    queue.putBack(batch[i]);
                }
            }
            unlooked.set(from);
            looked += BATCH;
        }
        return looked;
    }

    private boolean isLongForItsBlobs() {
        long size = queue.size();
        return size > SMALL_QUEUE && size > 2 * counters.expiringBlobs.sum();
    }

    /// Whether there is a root with the end that an entry says; `object` has it then.
    private boolean isOfRoot(long entry, byte[] object) {
        int length = parts.pool().read(ExpiryQueue.rootHandle(entry), object, 0);
        if (length == ZsPool.NOT_LIVE || !RootView.isSound(object, length)) {
            return false;
        }
        long end = published.roots.viewOf(object).expiresEpochMillis();
        return end != BlobInfo.NEVER_EXPIRES
                && ExpiryQueue.secondOf(end) == ExpiryQueue.second(entry);
    }
}
