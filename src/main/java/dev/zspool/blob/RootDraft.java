package dev.zspool.blob;

/// What a write knows of its root before the content is at its end, and what became of it.
///
/// Not thread-safe.
final class RootDraft {
    private final String handle;
    private final BlobAttributes attributes;
    private final long sequence;
    private final long modifiedEpochSeconds;
    private BlobInfo info;
    private ContentKind contentKind = ContentKind.COMPRESSED;

    RootDraft(String handle, BlobAttributes attributes, long sequence, long modifiedEpochSeconds) {
        this.handle = handle;
        this.attributes = attributes;
        this.sequence = sequence;
        this.modifiedEpochSeconds = modifiedEpochSeconds;
        this.info = info(0, 0, 0);
    }

    /// The blob's description, once its content is known.
    BlobInfo info(long sizeBytes, long storedBytes, long contentHash) {
        return new BlobInfo(
                handle,
                sizeBytes,
                storedBytes,
                sequence,
                contentHash,
                attributes,
                modifiedEpochSeconds);
    }

    void accept(BlobInfo finished, ContentKind kind) {
        info = finished;
        contentKind = kind;
    }

    BlobInfo info() {
        return info;
    }

    ContentKind contentKind() {
        return contentKind;
    }
}
