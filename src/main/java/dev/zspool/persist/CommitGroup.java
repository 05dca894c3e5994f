package dev.zspool.persist;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/// Writes that become one batch, and so take place together or not at all.
///
/// The batch begins with a mark in the log: which group it is, and up to which one the disk had
/// everything when it was made ({@link WalScan} reads them).
final class CommitGroup implements AutoCloseable {
    private static final byte[] NOTHING = {};

    private final JournalPools pools;
    private final Doubts doubts;
    private final WriteBatch batch = new WriteBatch();
    private final byte[] piece = new byte[Journal.MAX_PIECE_BYTES];
    private final ByteBuffer key = ByteBuffer.allocateDirect(Keys.PIECE_BYTES);
    private final ByteBuffer value = ByteBuffer.allocateDirect(PieceOwner.MOST_VALUE_BYTES);
    private final List<CommitJob.Write> jobs = new ArrayList<>();
    private final Map<Integer, PoolTotals> totals = new HashMap<>();
    private long number;
    private long sequence;
    private long storedBytes;
    private boolean isSynced;
    private boolean isMark;

    CommitGroup(JournalPools pools, Doubts doubts) {
        this.pools = pools;
        this.doubts = doubts;
    }

    /// Begins an empty one.
    ///
    /// @param syncedGroup the last one that is on the disk for certain
    /// @param withNothing whether it is written also when it has nothing but the mark
    void begin(long syncedGroup, boolean withNothing) throws RocksDBException {
        number = pools.lastGroup() + 1;
        sequence = pools.lastSequence();
        storedBytes = 0;
        isSynced = false;
        isMark = withNothing;
        jobs.clear();
        totals.clear();
        batch.clear();
        batch.putLogData(WalMark.of(number, syncedGroup));
    }

    long number() {
        return number;
    }

    long sequence() {
        return sequence;
    }

    /// Whether there is nothing to be written.
    boolean isEmpty() {
        return batch.count() == 0 && !isMark;
    }

    boolean isSynced() {
        return isSynced;
    }

    List<CommitJob.Write> jobs() {
        return jobs;
    }

    Map<Integer, PoolTotals> totals() {
        return totals;
    }

    long sizeBytes() {
        return batch.getDataSize();
    }

    long storedBytes() {
        return storedBytes;
    }

    WriteBatch batch() {
        return batch;
    }

    /// Adds a write with all its pieces.
    ///
    /// @return false when a piece could not be had; nothing was added then
    boolean add(RocksFiles files, CommitJob.Write job) throws RocksDBException {
        if (job.write() instanceof JournalWrite.Store store) {
            batch.setSavePoint();
            long bytesBefore = storedBytes;
            for (int n = 0; n < store.meta().pieces(); n++) {
                if (!putPiece(files, store, n)) {
                    batch.rollbackToSavePoint();
                    storedBytes = bytesBefore;
                    return false;
                }
            }
            batch.popSavePoint();
        }
        addMeta(files, job);
        return true;
    }

    /// Adds a write whose pieces are written already, if it has any.
    void addMeta(RocksFiles files, CommitJob.Write job) throws RocksDBException {
        switch (job.write()) {
            case JournalWrite.Store store -> {
                Optional<BlobMeta> before = doubts.replaced(files, job, store.before());
                if (before.isPresent()) {
                    delete(files, store.poolId(), before.get());
                }
                put(files, store.poolId(), store.meta());
                change(store.poolId(), store.meta(), 1);
                sequence = Math.max(sequence, store.meta().sequence());
            }
            case JournalWrite.Remove remove -> {
                Optional<BlobMeta> before =
                        doubts.replaced(files, job, Optional.of(remove.before()));
                if (before.isPresent()) {
                    delete(files, remove.poolId(), before.get());
                }
                batch.delete(
                        files.metas(),
                        Keys.meta(
                                remove.poolId(), remove.before().hash(), remove.before().handle()));
            }
        }
        isSynced |= job.isSynced();
        jobs.add(job);
    }

    private void put(RocksFiles files, int poolId, BlobMeta meta) throws RocksDBException {
        byte[] metaKey = Keys.meta(poolId, meta.hash(), meta.handle());
        batch.put(files.metas(), metaKey, MetaRecord.encode(metaKey, meta));
        if (meta.expiresEpochMillis() != BlobMeta.NEVER_EXPIRES) {
            batch.put(files.expiries(), Keys.expiry(poolId, meta), NOTHING);
        }
    }

    private void delete(RocksFiles files, int poolId, BlobMeta before) throws RocksDBException {
        if (before.isUnreadable()) {
            // Perhaps it was never counted: there may seem to be too many blobs, never too few.
            return;
        }
        if (!before.isCorrupted()) {
            deletePieces(files, poolId, before.sequence(), before.pieces());
        }
        if (before.expiresEpochMillis() != BlobMeta.NEVER_EXPIRES) {
            batch.delete(files.expiries(), Keys.expiry(poolId, before));
        }
        change(poolId, before, -1);
    }

    void deletePieces(RocksFiles files, int poolId, long ofSequence, int pieces)
            throws RocksDBException {
        for (int n = 0; n < pieces; n++) {
            batch.delete(files.pieceSpace(), Keys.piece(poolId, ofSequence, n));
        }
    }

    private void change(int poolId, BlobMeta meta, int sign) {
        PoolTotals before =
                Optional.ofNullable(totals.get(poolId)).orElseGet(() -> pools.totals(poolId));
        long expiring = meta.expiresEpochMillis() == BlobMeta.NEVER_EXPIRES ? 0 : sign;
        totals.put(
                poolId,
                new PoolTotals(
                        before.blobs() + sign,
                        before.logicalBytes() + sign * meta.sizeBytes(),
                        before.storedBytes() + sign * meta.storedBytes(),
                        before.expiringBlobs() + expiring));
    }

    /// Takes a piece from its source and puts it into the batch.
    ///
    /// @return false when it could not be had
    boolean putPiece(RocksFiles files, JournalWrite.Store store, int n) throws RocksDBException {
        int length = readSource(store, n);
        if (length < 0 || length > piece.length) {
            return false;
        }
        key.clear();
        key.putInt(store.poolId()).putLong(store.meta().sequence()).putInt(n).flip();
        value.clear();
        if (n == 0) {
            PieceOwner.put(store.meta(), value);
        }
        value.put(piece, 0, length).flip();
        batch.put(files.pieceSpace(), key, value);
        storedBytes += length;
        return true;
    }

    /// A source that throws is one that has nothing.
    private int readSource(JournalWrite.Store store, int n) {
        try {
            return store.source().read(n, piece);
        } catch (RuntimeException | Error broken) {
            // The heap may be full for a moment.
            System.getLogger(CommitGroup.class.getName())
                    .log(
                            System.Logger.Level.ERROR,
                            "Write "
                                    + store.meta().sequence()
                                    + " of pool "
                                    + store.poolId()
                                    + " was not done: the source of a piece is broken.",
                            broken);
            return JournalWrite.PieceSource.FAILED;
        }
    }

    /// Replaces a blob's meta record by one that says that the pieces are gone, if it is there
    /// still.
    void mark(RocksFiles files, int poolId, BlobMeta damaged) throws RocksDBException {
        byte[] metaKey = Keys.meta(poolId, damaged.hash(), damaged.handle());
        if (JournalReads.meta(files, metaKey) instanceof MetaResult.Found found
                && found.meta().sequence() == damaged.sequence()
                && !found.meta().isCorrupted()) {
            deletePieces(files, poolId, damaged.sequence(), found.meta().pieces());
            put(files, poolId, found.meta().corrupted());
        }
    }

    void putIntent(RocksFiles files, LongWriteIntent intent) throws RocksDBException {
        batch.put(files.defaults(), intent.key(), intent.value());
    }

    void deleteIntent(RocksFiles files, LongWriteIntent intent) throws RocksDBException {
        batch.delete(files.defaults(), intent.key());
    }

    void putPool(RocksFiles files, int poolId, PoolDefinition definition) throws RocksDBException {
        byte[] poolKey = Keys.ofPool(Keys.DEFINITION, poolId);
        batch.put(files.defaults(), poolKey, PoolRecord.definition(poolKey, definition));
        batch.put(
                files.defaults(),
                Keys.LAST_POOL_ID,
                PoolRecord.numbers(Keys.LAST_POOL_ID, Math.max(poolId, pools.lastPoolId())));
        isSynced = true;
    }

    void deletePool(RocksFiles files, int poolId) throws RocksDBException {
        batch.delete(files.defaults(), Keys.ofPool(Keys.DEFINITION, poolId));
        batch.delete(files.defaults(), Keys.ofPool(Keys.TOTALS, poolId));
        byte[] from = Keys.pool(poolId);
        byte[] to = Keys.pool(poolId + 1);
        batch.deleteRange(files.metas(), from, to);
        batch.deleteRange(files.pieceSpace(), from, to);
        batch.deleteRange(files.expiries(), from, to);
        batch.deleteRange(
                files.defaults(),
                Keys.ofPool(Keys.INTENT, poolId),
                Keys.ofPool(Keys.INTENT, poolId + 1));
        isSynced = true;
    }

    /// Ends it with what is always written: the counters, and the totals that it changes.
    void end(RocksFiles files) throws RocksDBException {
        batch.put(files.defaults(), Keys.LAST, PoolRecord.numbers(Keys.LAST, number, sequence));
        for (Map.Entry<Integer, PoolTotals> changed : totals.entrySet()) {
            byte[] totalsKey = Keys.ofPool(Keys.TOTALS, changed.getKey());
            batch.put(
                    files.defaults(), totalsKey, PoolRecord.totals(totalsKey, changed.getValue()));
        }
    }

    @Override
    public void close() {
        batch.close();
    }
}
