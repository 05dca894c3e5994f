package dev.zspool.persist;

import java.util.List;
import java.util.function.Consumer;

/// Keeps blobs and the definitions of pools on a disk.
///
/// A blob is one meta record under (pool, hash, handle), and pieces under (pool, sequence, number).
/// A blob's pieces count only if its meta record has their sequence; so whatever is interrupted
/// leaves the old blob or the new one.
///
/// **Writes** ({@link #write}) are asynchronous: one thread, the committer, takes what waits and
/// writes it as one group. **Everything else** blocks and is not for an event loop.
///
/// Thread-safe. Writes of one blob take place in the order in which they were handed in.
public interface Journal extends AutoCloseable {
    /// The most bytes of a piece.
    int MAX_PIECE_BYTES = 256 * 1024;

    /// The result of {@link #readPiece} when there is no such piece.
    int MISSING = -1;

    /// The result of {@link #readPiece} for damaged bytes.
    int CORRUPTED = -2;

    /// The result of {@link #readPiece} when the disk cannot be read now.
    int UNREADABLE = -3;

    /// The pools that there are, in the order in which they were made.
    ///
    /// @throws JournalException when they cannot be read
    List<StoredPool> pools();

    /// Makes a pool, durably.
    ///
    /// @return it, with an id that no pool had before
    /// @throws JournalException when it cannot be written
    StoredPool createPool(PoolDefinition definition);

    /// Changes a pool's definition, durably.
    ///
    /// @throws JournalException when it cannot be written
    void changePool(int poolId, PoolDefinition definition);

    /// Forgets a pool with all its blobs, durably. Writes to it that are handed in later, or wait,
    /// are {@link WriteOutcome#POOL_GONE}.
    ///
    /// @throws JournalException when it cannot be written
    void removePool(int poolId);

    /// What is stored in a pool, as of the last group that was written. Does not block.
    PoolTotals totals(int poolId);

    /// The greatest sequence that was ever written, 0 for none. Does not block.
    long lastSequence();

    /// Writes or removes a blob. Does not block.
    ///
    /// @param then gets the outcome, exactly once, on the committer's thread, which it must not
    ///   hold up
    void write(JournalWrite write, Consumer<WriteOutcome> then);

    /// Reads a blob's meta record.
    MetaResult readMeta(int poolId, long hash, String handle);

    /// Reads a piece.
    ///
    /// @param into receives it at index 0; has room for {@link #MAX_PIECE_BYTES}
    /// @return how long it is, or {@link #MISSING}, {@link #CORRUPTED}, {@link #UNREADABLE}
    int readPiece(int poolId, long sequence, int piece, byte[] into);

    /// Lists meta records in the order of (hash unsigned, handle).
    ///
    /// @param fromHash the least hash
    /// @param afterHandle of the records with the least hash only those with a greater handle;
    ///   empty for all
    /// @param limit how many at most, positive
    /// @throws JournalException when they cannot be read
    MetaPage list(int poolId, long fromHash, String afterHandle, int limit);

    /// Lists the blobs with the greatest sequences, in descending order.
    ///
    /// @param belowSequence only those with lesser ones
    /// @param limit how many at most, positive
    /// @return fewer than that only when there are no more
    /// @throws JournalException when they cannot be read
    List<BlobMeta> newest(int poolId, long belowSequence, int limit);

    /// Lists blobs whose life is over, those first that ended first.
    ///
    /// @param nowEpochMillis blobs that end at or before this moment
    /// @param limit how many at most, positive
    /// @throws JournalException when they cannot be read
    List<BlobMeta> expired(int poolId, long nowEpochMillis, int limit);

    /// Notes that a blob's pieces are damaged: the pieces go, its meta record stays and says so.
    /// Nothing happens if the blob was replaced or removed meanwhile.
    ///
    /// @param then as for {@link #write}
    void markCorrupted(int poolId, BlobMeta damaged, Consumer<WriteOutcome> then);

    /// Saves the list of hashes' upper halves of the blobs that are in memory, in the order in
    /// which they shall come back.
    ///
    /// @throws JournalException when it cannot be written; the list before it is kept then
    void saveResidents(int poolId, int[] tags);

    /// The list that was saved last; empty when there is none or it is damaged.
    int[] residents(int poolId);

    /// Writes a consistent copy of everything to the data directory while traffic goes on.
    ///
    /// @param name 1 to 64 characters of `[A-Za-z0-9._-]`, not beginning with a point
    /// @throws JournalException when it cannot be written, or there is one of that name
    Snapshot snapshot(String name);

    /// Whether writes are taken now, and why not. Does not block.
    JournalState state();

    /// Is told of blobs of which it is not known whether memory and disk have the same version,
    /// because a write failed half-way and the journal was opened anew. Called on the committer's
    /// thread before it takes other writes. There is one listener; the last one counts.
    void onDoubt(DoubtListener listener);

    /// What it counts and how much memory it takes. Cheap enough to be asked every second.
    JournalStats stats();

    /// Takes no more writes, writes those that wait, and closes the files.
    @Override
    void close();

    /// See {@link Journal#onDoubt}.
    interface DoubtListener {
        /// Memory must forget the blob, so that it is read from the journal again.
        void doubtful(int poolId, long hash, String handle);
    }
}
