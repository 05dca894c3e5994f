package dev.zspool.persist;

import java.util.List;
import org.rocksdb.RocksDBException;

/// Pieces of long writes that came to nothing, those of the process before this one included; they
/// are deleted as soon as that can be.
///
/// Used by the committer only.
final class OrphanPieces {
    private final GroupWriter writer;
    private final CommitGroup group;

    /// @param group is used between the groups of others
    OrphanPieces(GroupWriter writer, CommitGroup group) {
        this.writer = writer;
        this.group = group;
    }

    /// Notes that a long write came to nothing.
    void add(LongWrite ended) {
        if (ended.isBegun() && !writer.orphans().contains(ended.intent())) {
            writer.orphans().add(ended.intent());
        }
    }

    /// The same version is written again: its pieces count now.
    void forget(LongWrite begun) {
        writer.orphans().remove(begun.intent());
    }

    /// Deletes them. What cannot be deleted now is tried again in another turn.
    void sweep() {
        // A copy: what fails here loads the list anew.
        for (LongWriteIntent orphan : List.copyOf(writer.orphans())) {
            if (isDeleted(orphan)) {
                writer.orphans().remove(orphan);
            }
        }
    }

    private boolean isDeleted(LongWriteIntent orphan) {
        RocksFiles files = writer.files();
        if (files == null) {
            return false;
        }
        try {
            group.begin(writer.syncedGroup(), false);
            group.deletePieces(files, orphan.poolId(), orphan.sequence(), orphan.pieces());
            group.deleteIntent(files, orphan);
            return writer.write(files, group);
        } catch (RocksDBException failed) {
            System.getLogger(OrphanPieces.class.getName())
                    .log(
                            System.Logger.Level.WARNING,
                            "Pieces of write "
                                    + orphan.sequence()
                                    + " of pool "
                                    + orphan.poolId()
                                    + " cannot be swept.",
                            failed);
            return false;
        }
    }
}
