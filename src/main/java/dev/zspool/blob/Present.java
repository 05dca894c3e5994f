package dev.zspool.blob;

import dev.zspool.persist.BlobMeta;
import dev.zspool.persist.MetaResult;
import java.util.Optional;

/// What is under a handle while its write slot is held.
///
/// @param info of the blob that can be read; empty when there is none, it is damaged, or its life
///   is over
/// @param meta of the blob that the journal has, whether its life is over or not; {@link
///   BlobMeta#isUnreadable} when that is damaged
/// @param isInMemory whether memory has an entry, sound or not
/// @param isUnknown whether that could not be found out: the journal cannot be read
record Present(
        Optional<BlobInfo> info, Optional<BlobMeta> meta, boolean isInMemory, boolean isUnknown) {
    static final Present NOTHING = new Present(Optional.empty(), Optional.empty(), false, false);

    static final Present UNKNOWN = new Present(Optional.empty(), Optional.empty(), false, true);

    /// Of a damaged root: what else is known of it is in the journal, if anywhere.
    static final Present DAMAGED = new Present(Optional.empty(), Optional.empty(), true, false);

    /// Of a blob that the journal was asked for.
    static Present of(MetaResult result, BlobName name, boolean isInMemory, long nowEpochMillis) {
        return switch (result) {
            case MetaResult.Found(BlobMeta meta) -> {
                BlobInfo info = JournalFormat.info(meta);
                boolean isReadable = !meta.isCorrupted() && !info.isExpiredAt(nowEpochMillis);
                yield new Present(
                        isReadable ? Optional.of(info) : Optional.empty(),
                        Optional.of(meta),
                        isInMemory,
                        false);
            }
            case MetaResult.Missing _ -> isInMemory ? DAMAGED : NOTHING;
            case MetaResult.Corrupted _ ->
                    new Present(
                            Optional.empty(),
                            Optional.of(BlobMeta.unreadable(name.hash(), name.handle())),
                            isInMemory,
                            false);
            case MetaResult.Unreadable _ -> UNKNOWN;
        };
    }

    /// Of a sound root.
    ///
    /// @param isOver whether its life is
    static Present inMemory(BlobMeta meta, boolean isOver) {
        Optional<BlobInfo> info = isOver ? Optional.empty() : Optional.of(JournalFormat.info(meta));
        return new Present(info, Optional.of(meta), true, false);
    }

    /// Whether there is a blob, damaged or not, whose life is not over.
    boolean isAlive() {
        return info.isPresent() || meta.filter(BlobMeta::isCorrupted).isPresent();
    }

    /// What a write replaces, as far as it is known.
    Optional<BlobMeta> known() {
        return meta.filter(present -> !present.isUnreadable());
    }

    /// Whether the journal has the blob and memory has not. One that cannot be read was perhaps
    /// never there: it is not counted as one that comes back.
    boolean isAbsent() {
        return known().isPresent() && !isInMemory;
    }
}
