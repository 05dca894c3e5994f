package dev.zspool.persist;

import java.util.Optional;

/// A change of one blob that is handed to the journal.
public sealed interface JournalWrite {
    /// Stores a blob, in one step with the removal of the one before it.
    ///
    /// @param meta what is stored
    /// @param source gives the pieces, on the committer's thread, one at a time, in order
    /// @param before the blob under the same handle that the journal has, as the caller knows it
    /// @param isSynced whether the outcome waits until the disk has it; else the operating system
    ///   has it, and the disk at most 100 ms later
    record Store(
            int poolId,
            BlobMeta meta,
            PieceSource source,
            Optional<BlobMeta> before,
            boolean isSynced)
            implements JournalWrite {}

    /// Removes a blob.
    ///
    /// @param before the blob that the journal has, as the caller knows it, perhaps {@link
    ///   BlobMeta#unreadable}
    /// @param isSynced as for {@link Store}
    record Remove(int poolId, BlobMeta before, boolean isSynced) implements JournalWrite {}

    /// Where the pieces of a blob come from.
    @FunctionalInterface
    interface PieceSource {
        /// A piece's bytes are not to be had: the blob was damaged in memory, or its pool is gone.
        int FAILED = -1;

        /// Copies a piece out.
        ///
        /// @param into receives it at index 0; has room for {@link Journal#MAX_PIECE_BYTES}
        /// @return how long it is, or {@link #FAILED}
        int read(int piece, byte[] into);
    }
}
