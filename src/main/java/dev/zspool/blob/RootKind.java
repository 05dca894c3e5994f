package dev.zspool.blob;

/// How a root holds its blob's content. The id is part of the stored format.
enum RootKind {
    /// One block, in the root itself.
    INLINE(0),
    /// The content is one 64-bit word over and over; the root has the word.
    FILLED(1),
    /// The root has the records of all blocks, the records the handles of their chunks.
    DIRECT(2),
    /// The root has the handles of branches, each branch the records of 32 blocks.
    BRANCHED(3);

    private static final RootKind[] BY_ID = {INLINE, FILLED, DIRECT, BRANCHED};
    private static final int ID_MASK = 0xF;

    private final int id;

    RootKind(int id) {
        this.id = id;
    }

    /// The type of an object that is such a root.
    int type() {
        return ObjectLayout.TYPE_ROOT | id;
    }

    /// Tells whether an object's type is a root's.
    static boolean isRoot(int type) {
        return (type & ~ID_MASK) == ObjectLayout.TYPE_ROOT && (type & ID_MASK) < BY_ID.length;
    }

    static RootKind ofType(int type) {
        return BY_ID[type & ID_MASK];
    }
}
