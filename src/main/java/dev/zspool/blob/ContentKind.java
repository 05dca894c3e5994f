package dev.zspool.blob;

/// How a whole blob's content is kept, for the counters.
enum ContentKind {
    /// At least one block was made smaller.
    COMPRESSED,
    /// No block was: zram's huge pages.
    RAW,
    /// One word over and over: zram's same-filled pages. Takes no room but the root.
    FILLED;

    /// The kind of a published blob. A blob is raw exactly when as many bytes are stored as it has.
    static ContentKind of(RootView root) {
        if (root.kind() == RootKind.FILLED) {
            return FILLED;
        }
        return root.storedBytes() == root.sizeBytes() ? RAW : COMPRESSED;
    }

    static ContentKind of(BlobInfo info, boolean filled) {
        if (filled) {
            return FILLED;
        }
        return info.storedBytes() == info.sizeBytes() ? RAW : COMPRESSED;
    }
}
