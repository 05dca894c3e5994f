package dev.zspool.persist;

import java.util.ArrayList;
import java.util.List;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/// Walks the meta records of a pool, over damaged ones and damaged blocks of them.
final class MetaWalk {
    private final RocksFiles files;
    private final int poolId;
    private final List<BlobMeta> found = new ArrayList<>();
    private int damaged;

    MetaWalk(RocksFiles files, int poolId) {
        this.files = files;
        this.poolId = poolId;
    }

    MetaPage page(long fromHash, String afterHandle, int limit) throws RocksDBException {
        byte[] from = Keys.meta(poolId, fromHash, afterHandle);
        boolean isAtEnd = false;
        boolean isFull = false;
        while (!isAtEnd && !isFull) {
            try (RocksIterator records = files.db().newIterator(files.metas(), files.walk())) {
                records.seek(from);
                if (!afterHandle.isEmpty()
                        && records.isValid()
                        && java.util.Arrays.equals(records.key(), from)) {
                    records.next();
                }
                isFull = takeUpTo(limit, records);
                if (isFull) {
                    continue;
                }
                if (JournalReads.isSound(records)) {
                    isAtEnd = true;
                } else {
                    damaged++;
                    long next = FirstReadable.behind(lastHash(fromHash), this::isReadable);
                    isAtEnd = next == 0;
                    from = Keys.meta(poolId, next, "");
                }
            }
        }
        return new MetaPage(found, damaged, isAtEnd);
    }

    private long lastHash(long fromHash) {
        return found.isEmpty() ? fromHash : found.getLast().hash();
    }

    /// Whether there is more behind the last one that was to be taken.
    private boolean takeUpTo(int limit, RocksIterator records) {
        while (records.isValid() && Keys.isOfPool(records.key(), poolId)) {
            if (found.size() == limit) {
                return true;
            }
            MetaRecord.decode(records.key(), records.value())
                    .ifPresentOrElse(found::add, () -> damaged++);
            records.next();
        }
        return false;
    }

    private boolean isReadable(long hash) throws RocksDBException {
        try (RocksIterator records = files.db().newIterator(files.metas(), files.walk())) {
            records.seek(Keys.meta(poolId, hash, ""));
            return records.isValid() || JournalReads.isSound(records);
        }
    }
}
