package dev.zspool.persist;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Blobs of which the disk may have another version than who was told believes.
///
/// Used by the committer only, beside {@link #onDoubt}.
final class Doubts {
    /// Blobs of acknowledged writes that the disk may not have yet.
    private final List<CommitJob.BlobName> unsynced = new ArrayList<>();

    /// Blobs of which nobody knows what the disk has.
    private final List<CommitJob.BlobName> doubtful = new ArrayList<>();

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
        jobs.forEach(job -> doubtful.add(job.name()));
    }

    /// Tells the listener, once the disk can be read again.
    void tell() {
        Journal.DoubtListener told = listener;
        for (CommitJob.BlobName name : doubtful) {
            if (told != null) {
                told.doubtful(name.poolId(), name.hash(), name.handle());
            }
        }
        doubtful.clear();
    }
}
