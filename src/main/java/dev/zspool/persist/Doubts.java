package dev.zspool.persist;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;

/// Blobs of which the disk may have another version than who was told believes.
///
/// Used by the committer only, beside {@link #onDoubt}.
final class Doubts {
    /// Blobs of acknowledged writes that the disk may not have yet.
    private final List<CommitJob.BlobName> unsynced = new ArrayList<>();

    /// Blobs of which nobody knows what the disk has.
    private final List<CommitJob.BlobName> doubtful = new ArrayList<>();

    /// Blobs that the listener was told, and that were not written since.
    private final Set<CommitJob.BlobName> told = new HashSet<>();

    private volatile Journal.@Nullable DoubtListener listener;

    void onDoubt(Journal.DoubtListener next) {
        listener = next;
    }

    boolean isAllSynced() {
        return unsynced.isEmpty();
    }

    void acknowledged(List<CommitJob.Write> jobs) {
        for (CommitJob.Write job : jobs) {
            unsynced.add(job.name());
        }
    }

    /// The disk has everything that was acknowledged.
    void synced() {
        unsynced.clear();
    }

    /// The disk may have lost what was acknowledged and not synced.
    void lost() {
        doubtful.addAll(unsynced);
        unsynced.clear();
    }

    void doubt(List<CommitJob.Write> jobs) {
        for (CommitJob.Write job : jobs) {
            // Whoever is told drops what memory has: of a repair that is the sound one.
            if (!job.isRepair()) {
                doubtful.add(job.name());
            }
        }
    }

    /// Tells the listener, once the disk can be read again.
    void tell() {
        Journal.DoubtListener now = listener;
        told.addAll(doubtful);
        for (CommitJob.BlobName name : doubtful) {
            if (now != null) {
                now.doubtful(name.poolId(), name.hash(), name.handle());
            }
        }
        doubtful.clear();
    }

    /// What a write replaces: what its caller says, unless he may have looked it up before the
    /// listener was told.
    Optional<BlobMeta> replaced(RocksFiles files, CommitJob.Write job, Optional<BlobMeta> before)
            throws RocksDBException {
        if (told.isEmpty() || !told.contains(job.name())) {
            return before;
        }
        byte[] key = Keys.meta(job.poolId(), job.meta().hash(), job.meta().handle());
        return JournalReads.meta(files, key) instanceof MetaResult.Found(BlobMeta present)
                ? Optional.of(present)
                : Optional.empty();
    }

    /// Blobs are written: what they were before does not matter any more.
    void written(List<CommitJob.Write> jobs) {
        if (!told.isEmpty()) {
            jobs.forEach(job -> told.remove(job.name()));
        }
    }
}
