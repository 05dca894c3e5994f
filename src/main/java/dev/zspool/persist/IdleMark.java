package dev.zspool.persist;

import java.util.function.LongSupplier;
import org.rocksdb.RocksDBException;

/// Says of a journal at rest that the disk has its last group.
///
/// Damage in the last group of a log looks as if a kill had torn it, unless there is a whole one
/// behind it that says otherwise ({@link WalScan}). While writes come each is the witness of the
/// one before; behind the last one comes a group of nothing but the mark. It need not be synced
/// itself.
///
/// Used by the committer only.
final class IdleMark {
    /// So long after the last group it is marked.
    private static final long REST_NANOS = 20_000_000;

    private final GroupWriter writer;
    private final JournalPools pools;
    private final LongSupplier nanoClock;
    private long markGroup;
    private long seenGroup;
    private long seenNanos;

    IdleMark(GroupWriter writer, JournalPools pools, LongSupplier nanoClock) {
        this.writer = writer;
        this.pools = pools;
        this.nanoClock = nanoClock;
    }

    /// How long until the last group is to be marked; negative when there is nothing to mark.
    long nanosUntilDue() {
        long last = pools.lastGroup();
        if (last == markGroup || last != writer.syncedGroup() || !isWritable()) {
            return -1;
        }
        long now = nanoClock.getAsLong();
        if (last != seenGroup) {
            seenGroup = last;
            seenNanos = now;
        }
        return Math.max(0, seenNanos + REST_NANOS - now);
    }

    private boolean isWritable() {
        return writer.state() == JournalState.OPEN && writer.files() != null;
    }

    /// Writes the mark, when it is due.
    void writeIfDue(CommitGroup group) throws RocksDBException {
        RocksFiles files = writer.files();
        if (files != null && nanosUntilDue() == 0) {
            group.begin(writer.syncedGroup(), true);
            if (writer.write(files, group)) {
                markGroup = group.number();
            }
        }
    }
}
