package dev.zspool.blob;

/// The word that describes a segment of an index to those who come from its frame.
///
/// ```
///  63     56 55                33 32         31                               0
/// +---------+--------------------+----------+----------------------------------+
/// | magic   | 0                  | isolated | prefix: the range's first tag    |
/// +---------+--------------------+----------+----------------------------------+
/// ```
///
/// *prefix* is the upper half of the first hash that the segment is for: it leads to the
/// directory's word, and only if that word leads back is the frame a segment. *magic* is not that
/// of a page of a zspage. A frame whose segment is not published yet has the word 0.
final class IndexDescriptor {
    static final int MAGIC = 0x49;

    /// Of a frame that is nobody's segment.
    static final long NONE = 0L;

    private static final int MAGIC_SHIFT = 56;
    private static final long ISOLATED = 1L << Integer.SIZE;
    private static final long PREFIX_MASK = 0xFFFF_FFFFL;

    private IndexDescriptor() {}

    /// Of a segment that is not isolated.
    ///
    /// @param hash any hash that the segment is for
    /// @param depth how many bits those hashes share
    static long of(long hash, int depth) {
        long first = depth == 0 ? 0 : hash & -1L << (Long.SIZE - depth);
        return (long) MAGIC << MAGIC_SHIFT | first >>> Integer.SIZE;
    }

    static boolean isOfSegment(long word) {
        return word >>> MAGIC_SHIFT == MAGIC;
    }

    /// The first hash that the segment is for.
    static long hash(long word) {
        return (word & PREFIX_MASK) << Integer.SIZE;
    }

    static boolean isIsolated(long word) {
        return (word & ISOLATED) != 0;
    }

    static long isolated(long word) {
        return word | ISOLATED;
    }

    static long putBack(long word) {
        return word & ~ISOLATED;
    }
}
