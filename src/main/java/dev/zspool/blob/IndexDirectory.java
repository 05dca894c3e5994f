package dev.zspool.blob;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/// Which segment holds which hashes: one word for each value of the hash's first `depth` bits.
///
/// ```
///  63                                        25 24                     0
/// +--------------------------------------------+------------------------+
/// | stamp (39)                                 | frame (25)             |
/// +--------------------------------------------+------------------------+
/// ```
///
/// The *stamp* is new for every segment, so that a word never comes back, even where a frame does:
/// a reader who finds the same word before and after knows that the segment lived in between. A
/// directory has a fixed depth; to grow or shrink, another one takes its place. It has one word for
/// some 250 blobs.
final class IndexDirectory {
    static final int MAX_DEPTH = 24;

    private static final int FRAME_BITS = 25;
    private static final long FRAME_MASK = (1L << FRAME_BITS) - 1;
    private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(long[].class);

    private final int depth;
    private final long[] words;

    private IndexDirectory(int depth, long[] words) {
        this.depth = depth;
        this.words = words;
    }

    /// A directory of one segment.
    static IndexDirectory of(long word) {
        return new IndexDirectory(0, new long[] {word});
    }

    static long word(long stamp, int frame) {
        return stamp << FRAME_BITS | frame;
    }

    static int frame(long word) {
        return (int) (word & FRAME_MASK);
    }

    static long stamp(long word) {
        return word >>> FRAME_BITS;
    }

    /// The first `depth` bits of a hash' upper half.
    static int prefixOf(int tag, int depth) {
        return depth == 0 ? 0 : tag >>> (Integer.SIZE - depth);
    }

    int depth() {
        return depth;
    }

    int size() {
        return words.length;
    }

    int indexOf(long hash) {
        return depth == 0 ? 0 : (int) (hash >>> (Long.SIZE - depth));
    }

    long get(int index) {
        return (long) WORD.getAcquire(words, index);
    }

    /// Sets the word of all hashes that share their first `segmentDepth` bits with the one at
    /// `index`.
    void setRange(int index, int segmentDepth, long word) {
        int span = 1 << (depth - segmentDepth);
        int first = index & -span;
        for (int i = first; i < first + span; i++) {
            WORD.setRelease(words, i, word);
        }
    }

    /// The same directory with one bit more.
    IndexDirectory doubled() {
        long[] twice = new long[words.length * 2];
        for (int i = 0; i < twice.length; i++) {
            twice[i] = get(i >> 1);
        }
        return new IndexDirectory(depth + 1, twice);
    }

    /// The same directory with as few bits as its segments allow.
    IndexDirectory halvedWherePossible() {
        IndexDirectory smallest = this;
        while (smallest.isHalvable()) {
            smallest = smallest.halved();
        }
        return smallest;
    }

    private boolean isHalvable() {
        for (int i = 0; i < words.length - 1; i += 2) {
            if (get(i) != get(i + 1)) {
                return false;
            }
        }
        return depth > 0;
    }

    private IndexDirectory halved() {
        long[] half = new long[words.length / 2];
        for (int i = 0; i < half.length; i++) {
            half[i] = get(2 * i);
        }
        return new IndexDirectory(depth - 1, half);
    }

    /// The frames of all segments, each once, in the order of their hashes.
    int[] frames() {
        return Arrays.stream(words).distinct().mapToInt(IndexDirectory::frame).toArray();
    }
}
