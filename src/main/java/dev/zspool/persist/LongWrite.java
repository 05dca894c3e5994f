package dev.zspool.persist;

import java.util.ArrayDeque;
import java.util.Deque;
import org.rocksdb.RocksDBException;

/// A blob of many pieces, which are written some at a time, between the groups of others. Only its
/// meta record makes it count.
final class LongWrite {
    /// Blobs of more pieces than this are written in steps.
    static final int MOST_PIECES_AT_ONCE = 4;

    private final CommitJob.Write job;
    private final JournalWrite.Store store;
    private final Deque<CommitJob> followers = new ArrayDeque<>();
    private int nextPiece;

    LongWrite(CommitJob.Write job, JournalWrite.Store store) {
        this.job = job;
        this.store = store;
    }

    static boolean isLong(JournalWrite write) {
        return write instanceof JournalWrite.Store store
                && store.meta().pieces() > MOST_PIECES_AT_ONCE;
    }

    CommitJob.Write job() {
        return job;
    }

    /// Later writes of the same blob.
    Deque<CommitJob> followers() {
        return followers;
    }

    boolean isBegun() {
        return nextPiece > 0;
    }

    boolean isComplete() {
        return nextPiece == store.meta().pieces();
    }

    LongWriteIntent intent() {
        return new LongWriteIntent(store.poolId(), store.meta().sequence(), store.meta().pieces());
    }

    /// Puts the next pieces into a group.
    ///
    /// @return false when one could not be had
    boolean step(RocksFiles files, CommitGroup group) throws RocksDBException {
        if (!isBegun()) {
            group.putIntent(files, intent());
        }
        int end = Math.min(store.meta().pieces(), nextPiece + MOST_PIECES_AT_ONCE);
        while (nextPiece < end) {
            if (!group.putPiece(files, store, nextPiece)) {
                return false;
            }
            nextPiece++;
        }
        return true;
    }
}
