package dev.zspool.blob;

import java.lang.invoke.VarHandle;
import java.util.Arrays;

/// Reads what an index leads to, part by part, in the order of the hashes' upper halves (*tags*,
/// unsigned).
///
/// A part lies in one segment and is told as it was at one moment: directory word, count of
/// changes, entries and the roots behind them, and both again; what was told in between counts only
/// if neither has changed. After some tries the index' lock is taken, for this one part. Where a
/// part begins is a hash, which means the same before and after a split, a merge or a migration of
/// the segment. Of one reader; not thread-safe.
final class IndexWalk {
    /// Nothing in the index is behind the part.
    static final long END = 0L;

    /// How often a part is tried without the lock.
    static final int OPTIMISTIC_TRIES = 8;

    /// Parts begin with a tag, so no part begins here.
    private static final long RETRY = -1L;

    /// Is told what a part has.
    interface Visitor {
        /// Forgets what it was told: a part begins, or begins anew.
        void begin();

        /// Takes an entry, by ascending tags. Until the part is read, the handle may be anybody's.
        ///
        /// @return false when the part is to end before this entry; never for an entry with the
        ///   first tag of the part
        boolean visit(int tag, long rootHandle);
    }

    private final BlobIndex index;
    private final IndexSegment segments;

    /// Entries with their top bit flipped, which makes the signed order that of the tags.
    private final long[] sorted = new long[IndexSegment.CAPACITY];

    IndexWalk(BlobIndex index) {
        this.index = index;
        this.segments = index.segments;
    }

    /// Reads one part.
    ///
    /// @param from a hash; entries with lesser tags are left out
    /// @return where the part behind it begins, or {@link #END}
    long readPart(long from, Visitor visitor) {
        for (int attempt = 0; attempt < OPTIMISTIC_TRIES; attempt++) {
            long behind = tryRead(from, visitor);
            if (behind != RETRY) {
                return behind;
            }
        }
        return index.whileLocked(() -> read(from, IndexDirectory.frame(wordOf(from)), visitor));
    }

    private long tryRead(long from, Visitor visitor) {
        long before = wordOf(from);
        int frame = IndexDirectory.frame(before);
        long changes = segments.changesAcquire(frame);
        long behind = read(from, frame, visitor);
        VarHandle.loadLoadFence();
        boolean same = segments.changesAcquire(frame) == changes && wordOf(from) == before;
        return same ? behind : RETRY;
    }

    private long wordOf(long hash) {
        IndexDirectory now = index.directory();
        return now.get(now.indexOf(hash));
    }

    private long read(long from, int frame, Visitor visitor) {
        int depth = segments.depth(frame);
        int first = IndexSegment.tagOfHash(from);
        int found = 0;
        for (int place = 0; place < IndexSegment.CAPACITY; place++) {
            long entry = segments.entryAt(frame, place);
            if (entry != 0 && Integer.compareUnsigned(IndexSegment.tag(entry), first) >= 0) {
                sorted[found++] = entry ^ Long.MIN_VALUE;
            }
        }
        Arrays.sort(sorted, 0, found);
        visitor.begin();
        for (int i = 0; i < found; i++) {
            long entry = sorted[i] ^ Long.MIN_VALUE;
            int tag = IndexSegment.tag(entry);
            if (!visitor.visit(tag, IndexSegment.handle(entry))) {
                return (long) tag << Integer.SIZE;
            }
        }
        return depth == 0 ? END : firstBehind(from, depth);
    }

    /// The first hash that does not share its first bits with this one; {@link #END} behind the
    /// last.
    private static long firstBehind(long hash, int depth) {
        long unit = 1L << (Long.SIZE - depth);
        return (hash & -unit) + unit;
    }
}
