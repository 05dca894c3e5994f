package dev.zspool.blob;

import dev.zspool.page.Frames;
import dev.zspool.page.PageArena;
import dev.zspool.page.Words;
import java.util.Arrays;

/// The segments of an index: one frame each.
///
/// ```
///  byte  0                    8                                  64
///       +-------+-------+----+-----------------------------------+----------------------------------------+
///       | count | depth | changes | spare                        | 63 buckets of 8 entries of 8 bytes     |
///       +-------+-------+----+-----------------------------------+----------------------------------------+
///         word 0: count in bits 0-31, depth in bits 32-63
///         word 1: how many entries were replaced or removed since the segment was made
///
///  entry 63                              32 31                               0
///       +----------------------------------+----------------------------------+
///       | tag: the hash's upper half       | handle of the root               |   0: no entry
///       +----------------------------------+----------------------------------+
/// ```
///
/// A segment holds the entries whose hashes share their first *depth* bits. An entry lies in the
/// bucket that its tag chooses or in one of the three behind it, and never moves while the segment
/// lives, so a reader needs no lock: it looks through four neighbouring cache lines. A segment
/// without room there is split, whatever its load. A bucket is a cache line. The tag alone says
/// where an entry goes in a split, so the keys are not read.
final class IndexSegment {
    static final int PROBED_BUCKETS = 4;
    static final int ENTRIES_PER_BUCKET = 8;
    static final int BUCKETS = 63;
    static final int CAPACITY = BUCKETS * ENTRIES_PER_BUCKET;

    /// How many places an entry may lie at.
    static final int PLACES = PROBED_BUCKETS * ENTRIES_PER_BUCKET;

    static final int NO_PLACE = -1;

    private static final int CHANGES = 1;
    private static final int FIRST_ENTRY = ENTRIES_PER_BUCKET;
    private static final int WORDS = Frames.FRAME_BYTES / Long.BYTES;
    private static final long COUNT_MASK = 0xFFFF_FFFFL;
    private static final int MIX = 0x9E3779B1;

    private final Words words;
    private final Words descriptors;

    IndexSegment(PageArena arena) {
        this.words = arena.words();
        this.descriptors = arena.descriptors();
    }

    /// The tag of a hash: its upper half.
    static int tagOfHash(long hash) {
        return (int) (hash >>> Integer.SIZE);
    }

    static long entry(int tag, long handle) {
        return (long) tag << Integer.SIZE | handle;
    }

    static long handle(long entry) {
        return entry & COUNT_MASK;
    }

    static int tag(long entry) {
        return (int) (entry >>> Integer.SIZE);
    }

    /// Clears a frame that nobody else can see yet. The first touch of it, and of the word that
    /// describes it, happens here.
    void format(int frame, int depth) {
        describe(frame, IndexDescriptor.NONE);
        for (int word = 1; word < WORDS; word++) {
            words.setOpaque(at(frame, word), 0L);
        }
        setHeader(frame, depth, 0);
    }

    int count(int frame) {
        return (int) (words.getOpaque(at(frame, 0)) & COUNT_MASK);
    }

    int depth(int frame) {
        return (int) (words.getOpaque(at(frame, 0)) >>> Integer.SIZE);
    }

    private void setHeader(int frame, int depth, int count) {
        words.setOpaque(at(frame, 0), (long) depth << Integer.SIZE | count);
    }

    /// The entry at a place.
    long entryAt(int frame, int place) {
        return words.getAcquire(at(frame, FIRST_ENTRY + place));
    }

    /// The `nth` place (from 0) at which an entry with this tag may lie.
    static int place(int tag, int nth) {
        long mixed = Integer.toUnsignedLong(tag * MIX);
        int home = (int) ((mixed * BUCKETS) >>> Integer.SIZE);
        int bucket = home + nth / ENTRIES_PER_BUCKET;
        return (bucket < BUCKETS ? bucket : bucket - BUCKETS) * ENTRIES_PER_BUCKET
                + nth % ENTRIES_PER_BUCKET;
    }

    /// Whether an entry with this tag is looked for at a place.
    static boolean isPlaceOf(int tag, int place) {
        for (int nth = 0; nth < PLACES; nth++) {
            if (place(tag, nth) == place) {
                return true;
            }
        }
        return false;
    }

    /// Puts an entry where there is room. What it leads to is visible to whoever reads the entry.
    ///
    /// @return false when there is none
    boolean insert(int frame, long entry) {
        for (int nth = 0; nth < PLACES; nth++) {
            int place = place(tag(entry), nth);
            if (entryAt(frame, place) == 0) {
                words.setRelease(at(frame, FIRST_ENTRY + place), entry);
                setHeader(frame, depth(frame), count(frame) + 1);
                return true;
            }
        }
        return false;
    }

    /// How many entries were replaced or removed. Whoever reads the same number before and behind
    /// knows that every entry that was there stayed, and with it the root that it leads to: a root
    /// is freed only after its entry has changed.
    long changesAcquire(int frame) {
        return words.getAcquire(at(frame, CHANGES));
    }

    private void countChange(int frame) {
        words.setOpaque(at(frame, CHANGES), words.getOpaque(at(frame, CHANGES)) + 1);
    }

    void replace(int frame, int place, long entry) {
        countChange(frame);
        words.setRelease(at(frame, FIRST_ENTRY + place), entry);
    }

    void remove(int frame, int place) {
        countChange(frame);
        words.setRelease(at(frame, FIRST_ENTRY + place), 0L);
        setHeader(frame, depth(frame), count(frame) - 1);
    }

    /// Copies the entries of a segment whose tag has `bit` as chosen to the same places of one that
    /// is empty and not visible yet.
    void copyHalf(int from, int to, int bit, boolean set) {
        int copied = 0;
        for (int place = 0; place < CAPACITY; place++) {
            long entry = entryAt(from, place);
            if (entry != 0 && ((tag(entry) & bit) != 0) == set) {
                words.setOpaque(at(to, FIRST_ENTRY + place), entry);
                copied++;
            }
        }
        setHeader(to, depth(to), copied);
    }

    /// Copies the entries of two segments to one that is empty and not visible yet.
    ///
    /// @return false when one found no room
    boolean copyBoth(int first, int second, int to) {
        copyHalf(first, to, 0, false);
        for (int place = 0; place < CAPACITY; place++) {
            long entry = entryAt(second, place);
            if (entry != 0 && !insert(to, entry)) {
                return false;
            }
        }
        return true;
    }

    /// Copies a segment as it is to a frame that is not visible yet.
    void copy(int from, int to) {
        for (int word = 0; word < WORDS; word++) {
            words.setOpaque(at(to, word), words.getOpaque(at(from, word)));
        }
    }

    /// The {@link IndexDescriptor} of a frame.
    long descriptor(int frame) {
        return descriptors.getOpaque(frame);
    }

    void describe(int frame, long descriptor) {
        descriptors.setOpaque(frame, descriptor);
    }

    /// The entries of some segments.
    long[] entries(int[] frames) {
        long[] all = new long[frames.length * CAPACITY];
        int found = 0;
        for (int frame : frames) {
            for (int place = 0; place < CAPACITY; place++) {
                long entry = entryAt(frame, place);
                all[found] = entry;
                found += entry == 0 ? 0 : 1;
            }
        }
        return Arrays.copyOf(all, found);
    }

    private static long at(int frame, int word) {
        return (Frames.address(frame) >> 3) + word;
    }
}
