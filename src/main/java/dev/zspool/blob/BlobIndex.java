package dev.zspool.blob;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.zspool.page.PageArena;
import dev.zspool.page.PageOwner;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/// From a blob's hash to the pool's handle of its root: an extendible hash table in arena frames,
/// off-heap, of the blobs that are in memory.
///
/// A directory leads by the hash's first bits to a segment of one frame ({@link IndexSegment}).
/// Segments are split and merged one at a time, by copying: what a reader looks at never changes
/// its place. A segment can be moved to another frame in the same way ({@link IndexMover}).
///
/// **Concurrency.** Readers take no lock: directory word, segment, directory word again; equal
/// words mean that the segment lived meanwhile. Writers take the index' lock, for one entry or one
/// split; frames are acquired and cleared before it. Whether an entry is the right one, only its
/// root can say: the {@link Probe} reads it, and the entry is read again afterwards. Equal entries
/// do not prove that the root was the same one all the time: its handle may have been freed and
/// been given to another root of the same blob. So only an undamaged match is believed at once; all
/// else is looked at a second time, with the segment's count of changes before and behind.
final class BlobIndex {
    /// No root.
    static final long NONE = 0L;

    /// The index could not grow.
    static final long OUT_OF_MEMORY = -1L;

    private static final long RETRY = -2L;
    private static final int OPTIMISTIC_TRIES = 8;

    /// 512 KiB, for 16 million random hashes.
    private static final int SMALL_DIRECTORY_WORDS = 1 << 16;

    /// Two neighbours are merged when together they fill at most this share of one, far from where
    /// it would be split again.
    private static final int MERGE_BELOW = IndexSegment.CAPACITY * 2 / 5;

    /// Says whether a root is the one that is looked for.
    ///
    /// A reader's probe may meet a handle that was freed meanwhile and is something else now.
    interface Probe {
        /// Whether the root is the one. One that is damaged counts as it.
        boolean isMatch(long rootHandle);

        /// Whether the root that was looked at last is undamaged.
        boolean isSound();
    }

    private final ReentrantLock lock = new ReentrantLock();

    /// Whose its frames are.
    final PageOwner owner;

    private final PageArena arena;

    /// For those who read or move what it has.
    final IndexSegment segments;

    /// Moves its segments.
    final IndexMover mover;

    /// Replaced under the lock, read by anyone.
    private volatile IndexDirectory directory;

    @GuardedBy("lock")
    private long nextStamp = 1;

    @GuardedBy("lock")
    private long entries;

    @GuardedBy("lock")
    private int frames;

    /// @throws NoFrameException when not even one frame is to be had
    BlobIndex(PageArena arena) {
        this.arena = arena;
        this.segments = new IndexSegment(arena);
        this.mover = new IndexMover(this, arena, segments);
        this.owner = arena.register("index", mover);
        int[] first = new int[1];
        if (!arena.acquire(first, 1, owner)) {
            arena.unregister(owner);
            throw new NoFrameException();
        }
        segments.format(first[0], 0);
        // The mover may be asked for that frame as soon as it is described.
        lock.lock();
        try {
            this.frames = 1;
            this.directory = IndexDirectory.of(IndexDirectory.word(nextStamp++, first[0]));
            segments.describe(first[0], IndexDescriptor.of(0, 0));
        } finally {
            lock.unlock();
        }
    }

    /// Finds a root.
    ///
    /// @return its handle, {@link #NONE} when there is none
    long find(long hash, Probe probe) {
        for (int attempt = 0; attempt < OPTIMISTIC_TRIES; attempt++) {
            long found = attempt == 0 ? tryFind(hash, probe) : tryFindCarefully(hash, probe);
            if (found != RETRY) {
                return found;
            }
        }
        lock.lock();
        try {
            IndexDirectory now = directory;
            int frame = IndexDirectory.frame(now.get(now.indexOf(hash)));
            int place = placeOf(frame, IndexSegment.tagOfHash(hash), probe);
            return place == IndexSegment.NO_PLACE
                    ? NONE
                    : IndexSegment.handle(segments.entryAt(frame, place));
        } finally {
            lock.unlock();
        }
    }

    /// The usual way: finds a root that is beyond doubt, or nothing like it.
    private long tryFind(long hash, Probe probe) {
        long before = directoryWord(hash);
        int frame = IndexDirectory.frame(before);
        int tag = IndexSegment.tagOfHash(hash);
        for (int nth = 0; nth < IndexSegment.PLACES; nth++) {
            int place = IndexSegment.place(tag, nth);
            long entry = segments.entryAt(frame, place);
            if (entry != 0 && IndexSegment.tag(entry) == tag) {
                boolean match = probe.isMatch(IndexSegment.handle(entry)) && probe.isSound();
                VarHandle.loadLoadFence();
                boolean same = segments.entryAt(frame, place) == entry;
                return match && same && directoryWord(hash) == before
                        ? IndexSegment.handle(entry)
                        : RETRY;
            }
        }
        VarHandle.loadLoadFence();
        return directoryWord(hash) == before ? NONE : RETRY;
    }

    /// The way for everything else: another blob with the same tag, a damaged root, and handles
    /// that change under the reader's eyes.
    private long tryFindCarefully(long hash, Probe probe) {
        long before = directoryWord(hash);
        int frame = IndexDirectory.frame(before);
        long changes = segments.changesAcquire(frame);
        int place = placeOf(frame, IndexSegment.tagOfHash(hash), probe);
        long found =
                place == IndexSegment.NO_PLACE
                        ? NONE
                        : IndexSegment.handle(segments.entryAt(frame, place));
        VarHandle.loadLoadFence();
        boolean same = segments.changesAcquire(frame) == changes && directoryWord(hash) == before;
        return same ? found : RETRY;
    }

    private long directoryWord(long hash) {
        IndexDirectory now = directory;
        return now.get(now.indexOf(hash));
    }

    /// Leads a hash to a new root, in one step for readers.
    ///
    /// The caller holds the handle's write slot, so nobody else changes this entry.
    ///
    /// @return the root before it, {@link #NONE}, or {@link #OUT_OF_MEMORY} when nothing was
    ///   changed
    long put(long hash, long rootHandle, Probe probe) {
        long entry = IndexSegment.entry(IndexSegment.tagOfHash(hash), rootHandle);
        while (true) {
            int full;
            lock.lock();
            try {
                full = frameOfLocked(hash);
                int place = placeOf(full, IndexSegment.tagOfHash(hash), probe);
                if (place != IndexSegment.NO_PLACE) {
                    long before = IndexSegment.handle(segments.entryAt(full, place));
                    segments.replace(full, place, entry);
                    return before;
                }
                if (segments.insert(full, entry)) {
                    entries++;
                    return NONE;
                }
            } finally {
                lock.unlock();
            }
            if (!split(hash, full)) {
                return OUT_OF_MEMORY;
            }
        }
    }

    /// Forgets a root. The caller holds the handle's write slot.
    ///
    /// @return the root before it, or {@link #NONE}
    long remove(long hash, Probe probe) {
        long before;
        boolean sparse;
        lock.lock();
        try {
            int frame = frameOfLocked(hash);
            int place = placeOf(frame, IndexSegment.tagOfHash(hash), probe);
            if (place == IndexSegment.NO_PLACE) {
                return NONE;
            }
            before = IndexSegment.handle(segments.entryAt(frame, place));
            segments.remove(frame, place);
            entries--;
            sparse = isMergeableLocked(hash);
        } finally {
            lock.unlock();
        }
        while (sparse) {
            sparse = merge(hash);
        }
        return before;
    }

    /// Does something while nobody writes to the index.
    <T> T whileLocked(Supplier<T> step) {
        lock.lock();
        try {
            return step.get();
        } finally {
            lock.unlock();
        }
    }

    /// The frame of the segment that a hash belongs to.
    int frameOfLocked(long hash) {
        return IndexDirectory.frame(directory.get(directory.indexOf(hash)));
    }

    private int placeOf(int frame, int tag, Probe probe) {
        for (int nth = 0; nth < IndexSegment.PLACES; nth++) {
            int place = IndexSegment.place(tag, nth);
            long entry = segments.entryAt(frame, place);
            if (entry != 0
                    && IndexSegment.tag(entry) == tag
                    && probe.isMatch(IndexSegment.handle(entry))) {
                return place;
            }
        }
        return IndexSegment.NO_PLACE;
    }

    /// @return false when the index cannot grow; true when it did, or somebody else was quicker
    private boolean split(long hash, int full) {
        int[] halves = acquireFrames(2);
        if (halves.length == 0) {
            return false;
        }
        int depth = segments.depth(full) + 1;
        segments.format(halves[0], depth);
        segments.format(halves[1], depth);
        boolean isSplit;
        boolean isHopeless;
        lock.lock();
        try {
            boolean isCurrent = frameOfLocked(hash) == full && segments.depth(full) + 1 == depth;
            isHopeless = isCurrent && !isDepthAllowedLocked(depth);
            isSplit = isCurrent && !isHopeless;
            if (isSplit) {
                int bit = 1 << (Integer.SIZE - depth);
                segments.copyHalf(full, halves[0], bit, false);
                segments.copyHalf(full, halves[1], bit, true);
                publishHalvesLocked(hash, halves, depth);
            }
        } finally {
            lock.unlock();
        }
        if (isSplit) {
            arena.release(new int[] {full}, 1);
        } else {
            arena.release(halves, 2);
        }
        return !isHopeless;
    }

    /// Whether the directory, which lies on the heap, may become as deep. Hashes that share more
    /// bits than chance allows must not make it large: it has at most a word for each entry, from a
    /// small size on.
    @GuardedBy("lock")
    private boolean isDepthAllowedLocked(int depth) {
        return depth <= directory.depth()
                || (depth <= IndexDirectory.MAX_DEPTH
                        && 1L << depth <= Math.max(SMALL_DIRECTORY_WORDS, entries));
    }

    @GuardedBy("lock")
    private void publishHalvesLocked(long hash, int[] halves, int depth) {
        IndexDirectory target = depth > directory.depth() ? directory.doubled() : directory;
        long bit = 1L << (Long.SIZE - depth);
        int upper = target.indexOf(hash | bit);
        int lower = target.indexOf(hash & ~bit);
        segments.describe(halves[0], IndexDescriptor.of(hash & ~bit, depth));
        segments.describe(halves[1], IndexDescriptor.of(hash | bit, depth));
        target.setRange(lower, depth, IndexDirectory.word(nextStamp++, halves[0]));
        target.setRange(upper, depth, IndexDirectory.word(nextStamp++, halves[1]));
        directory = target;
        frames++;
    }

    /// Whether the segment of a hash and its neighbour would fit well into one.
    @GuardedBy("lock")
    private boolean isMergeableLocked(long hash) {
        int frame = frameOfLocked(hash);
        int depth = segments.depth(frame);
        if (depth == 0) {
            return false;
        }
        int other = frameOfLocked(hash ^ (1L << (Long.SIZE - depth)));
        return segments.depth(other) == depth
                && segments.count(frame) + segments.count(other) <= MERGE_BELOW;
    }

    /// @return true when it merged and there is more to merge
    private boolean merge(long hash) {
        int[] merged = acquireFrames(1);
        if (merged.length == 0) {
            return false;
        }
        segments.format(merged[0], 0);
        int[] unused = merged;
        boolean more = false;
        lock.lock();
        try {
            if (isMergeableLocked(hash)) {
                unused = mergeLocked(hash, merged[0]);
                more = unused.length > 1 && isMergeableLocked(hash);
            }
        } finally {
            lock.unlock();
        }
        arena.release(unused, unused.length);
        return more;
    }

    /// @return the frames that are not needed any more
    @GuardedBy("lock")
    private int[] mergeLocked(long hash, int merged) {
        int frame = frameOfLocked(hash);
        int depth = segments.depth(frame) - 1;
        int other = frameOfLocked(hash ^ (1L << (Long.SIZE - 1 - depth)));
        segments.format(merged, depth);
        if (!segments.copyBoth(frame, other, merged)) {
            return new int[] {merged};
        }
        IndexDirectory target = directory;
        segments.describe(merged, IndexDescriptor.of(hash, depth));
        target.setRange(target.indexOf(hash), depth, IndexDirectory.word(nextStamp++, merged));
        directory = target.halvedWherePossible();
        frames--;
        return new int[] {frame, other};
    }

    /// Moves the segment of a hash to another frame of this index. The caller releases the old one
    /// when it has released the lock.
    @SuppressWarnings("GuardedBy")
    void relocateLocked(long hash, int target) {
        assert lock.isHeldByCurrentThread() : "frame " + target;
        int frame = frameOfLocked(hash);
        int depth = segments.depth(frame);
        segments.copy(frame, target);
        segments.describe(target, IndexDescriptor.of(hash, depth));
        IndexDirectory now = directory;
        now.setRange(now.indexOf(hash), depth, IndexDirectory.word(nextStamp++, target));
    }

    private int[] acquireFrames(int count) {
        int[] acquired = new int[count];
        return arena.acquire(acquired, count, owner) ? acquired : new int[0];
    }

    /// Looks every invariant of the index over (`docs/invariants.md`), with its writers stopped.
    ///
    /// @return what is wrong, in words; empty when the index is sound
    List<String> check() {
        lock.lock();
        try {
            return new IndexChecker(arena, segments, directory).check(entries, frames, nextStamp);
        } finally {
            lock.unlock();
        }
    }

    /// Looks one segment over, while nobody writes to the index.
    ///
    /// @param hash any hash that the segment is for
    /// @param violations receives what is wrong
    /// @return the first hash behind those of the segment, 0 behind the last one
    long checkSegment(long hash, List<String> violations) {
        lock.lock();
        try {
            return new IndexChecker(arena, segments, directory)
                    .checkOne(hash, nextStamp, violations);
        } finally {
            lock.unlock();
        }
    }

    /// All entries at one moment, for the checker.
    long[] allEntries() {
        lock.lock();
        try {
            return segments.entries(directory.frames());
        } finally {
            lock.unlock();
        }
    }

    /// Which segments there are now. Tests also break it.
    IndexDirectory directory() {
        return directory;
    }

    /// For tests that break the counts and see the checker say so.
    void corruptCounts(int entriesDelta, int framesDelta) {
        lock.lock();
        try {
            entries += entriesDelta;
            frames += framesDelta;
        } finally {
            lock.unlock();
        }
    }

    /// How many blobs are in it.
    long entries() {
        lock.lock();
        try {
            return entries;
        } finally {
            lock.unlock();
        }
    }

    /// How many frames it takes.
    int frames() {
        lock.lock();
        try {
            return frames;
        } finally {
            lock.unlock();
        }
    }

    /// Gives all frames back. Nobody may use the index meanwhile or afterwards, except who moves
    /// its segments.
    void close() {
        mover.close();
        int[] all = directory.frames();
        arena.release(all, all.length);
        arena.unregister(owner);
    }
}
