package dev.zspool.blob;

import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/// What a write knows of its root before the content is at its end, and what became of it.
///
/// The blob's times are those of the moment at which its root is built: the body is complete, and
/// its life begins.
///
/// Not thread-safe.
final class RootDraft {
    private final WriteRequest request;
    private final long ttlMillis;
    private final long sequence;
    private final InstantSource clock;

    /// What it is a copy of, if it is one.
    private final @Nullable BlobInfo original;

    private BlobInfo info;
    private ContentKind contentKind = ContentKind.COMPRESSED;

    /// @param ttlMillis how long the blob will live, {@link BlobInfo#NEVER_EXPIRES} for ever
    RootDraft(WriteRequest request, long ttlMillis, long sequence, InstantSource clock) {
        this.request = request;
        this.ttlMillis = ttlMillis;
        this.sequence = sequence;
        this.clock = clock;
        this.original = null;
        this.info =
                new BlobInfo(
                        request.handle(),
                        0,
                        0,
                        sequence,
                        0,
                        request.attributes(),
                        0,
                        BlobInfo.NEVER_EXPIRES);
    }

    private RootDraft(BlobInfo original) {
        this.request =
                WriteRequest.of(original.handle(), original.attributes(), original.sizeBytes());
        this.ttlMillis = BlobInfo.NEVER_EXPIRES;
        this.sequence = original.sequence();
        this.clock = () -> Instant.EPOCH;
        this.original = original;
        this.info = original;
    }

    /// Of a blob that comes back into memory, with the times that it had.
    static RootDraft restored(BlobInfo original) {
        return new RootDraft(original);
    }

    /// The blob's description, once its content is known.
    BlobInfo info(long sizeBytes, long storedBytes, long contentHash) {
        BlobInfo before = original;
        if (before != null) {
            return new BlobInfo(
                    before.handle(),
                    sizeBytes,
                    storedBytes,
                    sequence,
                    contentHash,
                    before.attributes(),
                    before.modifiedEpochSeconds(),
                    before.expiresEpochMillis());
        }
        Instant now = clock.instant();
        return new BlobInfo(
                request.handle(),
                sizeBytes,
                storedBytes,
                sequence,
                contentHash,
                request.attributes(),
                now.getEpochSecond(),
                ttlMillis == BlobInfo.NEVER_EXPIRES
                        ? BlobInfo.NEVER_EXPIRES
                        : now.toEpochMilli() + ttlMillis);
    }

    void accept(BlobInfo finished, ContentKind kind) {
        info = finished;
        contentKind = kind;
    }

    String handle() {
        return request.handle();
    }

    BlobInfo info() {
        return info;
    }

    ContentKind contentKind() {
        return contentKind;
    }

    WriteCondition condition() {
        return request.condition();
    }
}
