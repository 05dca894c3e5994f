package dev.zspool.persist;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Status;

/// Reads of the journal, on the caller's thread.
final class JournalReads {
    private final RocksGate gate;
    private final JournalPools pools;
    private final JournalCounters counters;

    /// Room for a piece 0 with its owner: as many as readers at a time.
    private final ConcurrentLinkedQueue<byte[]> scratch = new ConcurrentLinkedQueue<>();

    JournalReads(RocksGate gate, JournalPools pools, JournalCounters counters) {
        this.gate = gate;
        this.pools = pools;
        this.counters = counters;
    }

    static boolean isCorruption(RocksDBException failed) {
        Status status = failed.getStatus();
        return status != null && status.getCode() == Status.Code.Corruption;
    }

    /// Whether a walk ended because there was nothing more, not because of damage.
    static boolean isSound(RocksIterator records) throws RocksDBException {
        try {
            records.status();
            return true;
        } catch (RocksDBException failed) {
            if (isCorruption(failed)) {
                return false;
            }
            throw failed;
        }
    }

    // --- One blob ------------------------------------------------------------------------------

    MetaResult meta(int poolId, long hash, String handle) {
        if (!pools.has(poolId)) {
            return new MetaResult.Missing();
        }
        try {
            MetaResult result =
                    gate.use(
                            files -> meta(files, Keys.meta(poolId, hash, handle)),
                            new MetaResult.Unreadable());
            if (result instanceof MetaResult.Corrupted) {
                counters.corruptedReads.increment();
            }
            return result;
        } catch (RocksDBException failed) {
            return unread(failed);
        }
    }

    private MetaResult unread(RocksDBException failed) {
        if (isCorruption(failed)) {
            counters.corruptedReads.increment();
            return new MetaResult.Corrupted();
        }
        return new MetaResult.Unreadable();
    }

    static MetaResult meta(RocksFiles files, byte[] key) throws RocksDBException {
        byte[] value = files.db().get(files.metas(), files.point(), key);
        if (value == null) {
            return new MetaResult.Missing();
        }
        return MetaRecord.decode(key, value)
                .<MetaResult>map(MetaResult.Found::new)
                .orElseGet(MetaResult.Corrupted::new);
    }

    int piece(int poolId, long sequence, int piece, byte[] into) {
        if (!pools.has(poolId)) {
            return Journal.MISSING;
        }
        byte[] key = Keys.piece(poolId, sequence, piece);
        int length;
        try {
            length = piece == 0 ? firstPiece(key, into) : get(key, into);
        } catch (RocksDBException failed) {
            length = isCorruption(failed) ? Journal.CORRUPTED : Journal.UNREADABLE;
        }
        if (length == Journal.CORRUPTED) {
            counters.corruptedReads.increment();
        } else if (length > 0) {
            counters.readBytes.add(length);
        }
        return length;
    }

    private int firstPiece(byte[] key, byte[] into) throws RocksDBException {
        byte[] pooled = scratch.poll();
        byte[] value = pooled == null ? new byte[PieceOwner.MOST_VALUE_BYTES] : pooled;
        try {
            int length = get(key, value);
            if (length < 0) {
                return length;
            }
            int head = PieceOwner.headBytes(value, length);
            if (head < 0) {
                return Journal.CORRUPTED;
            }
            System.arraycopy(value, head, into, 0, length - head);
            return length - head;
        } finally {
            scratch.add(value);
        }
    }

    private int get(byte[] key, byte[] into) throws RocksDBException {
        int length =
                gate.use(
                        files ->
                                files.db()
                                        .get(
                                                files.pieceSpace(),
                                                files.point(),
                                                key,
                                                0,
                                                key.length,
                                                into,
                                                0,
                                                into.length),
                        Journal.UNREADABLE);
        if (length == RocksDB.NOT_FOUND) {
            return Journal.MISSING;
        }
        return length > into.length ? Journal.CORRUPTED : length;
    }

    // --- Walks ---------------------------------------------------------------------------------

    MetaPage list(int poolId, long fromHash, String afterHandle, int limit) {
        return walk(files -> new MetaWalk(files, poolId).page(fromHash, afterHandle, limit));
    }

    List<BlobMeta> newest(int poolId, long belowSequence, int limit) {
        return walk(files -> newest(files, poolId, belowSequence, limit));
    }

    List<BlobMeta> expired(int poolId, long nowEpochMillis, int limit) {
        return walk(files -> expired(files, poolId, nowEpochMillis, limit));
    }

    private <T> T walk(RocksGate.Use<T> use) {
        try {
            Optional<T> result = gate.use(files -> Optional.of(use.with(files)), Optional.empty());
            if (result.isPresent()) {
                return result.get();
            }
        } catch (RocksDBException failed) {
            throw new JournalException(
                    JournalException.Reason.FAILED,
                    "The journal cannot be read: " + failed.getMessage(),
                    failed);
        }
        throw new JournalException(
                JournalException.Reason.FAILED,
                "The journal is not open: its disk failed, or it is being closed.");
    }

    /// Walks the pieces backwards, from piece 0 to piece 0: that one says whose they are.
    private List<BlobMeta> newest(RocksFiles files, int poolId, long belowSequence, int limit)
            throws RocksDBException {
        List<BlobMeta> found = new ArrayList<>();
        byte[] pooled = scratch.poll();
        byte[] value = pooled == null ? new byte[PieceOwner.MOST_VALUE_BYTES] : pooled;
        try (RocksIterator pieces = files.db().newIterator(files.pieceSpace(), files.walk())) {
            long below = belowSequence;
            while (found.size() < limit && below > 0) {
                pieces.seekForPrev(Keys.piece(poolId, below - 1, -1));
                below = 0;
                if (isOfPool(pieces, poolId)) {
                    below = Keys.pieceSequence(pieces.key());
                    if (Keys.pieceNumber(pieces.key()) != 0) {
                        pieces.seek(Keys.piece(poolId, below, 0));
                    }
                    alive(files, poolId, below, pieces, value).ifPresent(found::add);
                }
                pieces.status();
            }
        } finally {
            scratch.add(value);
        }
        return found;
    }

    private static boolean isOfPool(RocksIterator records, int poolId) {
        return records.isValid() && Keys.isOfPool(records.key(), poolId);
    }

    private static Optional<BlobMeta> alive(
            RocksFiles files, int poolId, long sequence, RocksIterator pieces, byte[] value)
            throws RocksDBException {
        if (!isOfPool(pieces, poolId)) {
            return Optional.empty();
        }
        int length = pieces.value(value);
        return PieceOwner.of(value, Math.min(length, value.length))
                .flatMap(owner -> found(files, poolId, owner))
                .filter(meta -> meta.sequence() == sequence && !meta.isCorrupted());
    }

    /// A damaged meta record hides its blob from a walk, no more.
    private static Optional<BlobMeta> found(RocksFiles files, int poolId, PieceOwner owner) {
        try {
            MetaResult result = meta(files, Keys.meta(poolId, owner.hash(), owner.handle()));
            return result instanceof MetaResult.Found found
                    ? Optional.of(found.meta())
                    : Optional.empty();
        } catch (RocksDBException damaged) {
            return Optional.empty();
        }
    }

    private static List<BlobMeta> expired(
            RocksFiles files, int poolId, long nowEpochMillis, int limit) throws RocksDBException {
        List<BlobMeta> found = new ArrayList<>();
        try (RocksIterator ends = files.db().newIterator(files.expiries(), files.walk())) {
            ends.seek(Keys.pool(poolId));
            while (found.size() < limit
                    && isOfPool(ends, poolId)
                    && Keys.expiryMillis(ends.key()) <= nowEpochMillis) {
                byte[] key = ends.key();
                long sequence = Keys.expirySequence(key);
                found(files, poolId, new PieceOwner(Keys.expiryHash(key), Keys.expiryHandle(key)))
                        .filter(meta -> meta.sequence() == sequence)
                        .ifPresent(found::add);
                ends.next();
            }
            ends.status();
        }
        return found;
    }
}
