package dev.zspool.zsmalloc;

/// The word of a zspage's descriptor that says where it is filed.
///
/// ```
///  63          48 47            32 31    25 24     23   16 15            0
/// +--------------+----------------+--------+--------+-------+---------------+
/// | spare        | isolated pages | spare  | linked | group | class index   |
/// +--------------+----------------+--------+--------+-------+---------------+
/// ```
///
/// - *group*: the fullness group under which it was last filed.
/// - *linked*: whether it is on that list now.
/// - *isolated pages*: a bit for each page of the chain that is isolated. Sixteen bits, since a
///   chain has up to sixteen pages (bug B19). A zspage with one of them is on no list.
///
/// It is written as a whole, under the lock of the class (bug B11). Who comes from a frame does not
/// know the class yet and reads it without that lock: he must not see the class of one life
/// together with the marks of another.
final class ZspageFiling {
    private static final int GROUP_SHIFT = 16;
    private static final int LINKED_SHIFT = 24;
    private static final int ISOLATED_SHIFT = 32;
    private static final long CLASS_MASK = 0xFFFFL;
    private static final long GROUP_MASK = 0xFFL << GROUP_SHIFT;
    private static final long LINKED = 1L << LINKED_SHIFT;
    private static final long ISOLATED_MASK = 0xFFFFL << ISOLATED_SHIFT;

    private ZspageFiling() {}

    /// An empty zspage that is on no list yet.
    static long of(int classIndex) {
        return (long) FullnessGroup.EMPTY_GROUP << GROUP_SHIFT | classIndex;
    }

    static int classIndex(long filing) {
        return (int) (filing & CLASS_MASK);
    }

    static int group(long filing) {
        return (int) ((filing & GROUP_MASK) >>> GROUP_SHIFT);
    }

    static long withGroup(long filing, int group) {
        return (filing & ~GROUP_MASK) | (long) group << GROUP_SHIFT;
    }

    static boolean isLinked(long filing) {
        return (filing & LINKED) != 0;
    }

    static long withLinked(long filing, boolean linked) {
        return linked ? filing | LINKED : filing & ~LINKED;
    }

    static int isolatedPages(long filing) {
        return (int) ((filing & ISOLATED_MASK) >>> ISOLATED_SHIFT);
    }

    static long withIsolatedPages(long filing, int positions) {
        return (filing & ~ISOLATED_MASK) | (long) positions << ISOLATED_SHIFT;
    }

    /// Whether the zspage holds objects, or did until a moment ago: it is on a list, or isolated.
    static boolean isInUse(long filing) {
        return (filing & (LINKED | ISOLATED_MASK)) != 0;
    }
}
