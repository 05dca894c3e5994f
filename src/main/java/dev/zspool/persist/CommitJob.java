package dev.zspool.persist;

import java.util.function.Consumer;

/// What waits for the committer.
sealed interface CommitJob {
    /// What became of it; runs on the committer's thread.
    Consumer<WriteOutcome> then();

    /// A blob stored or removed.
    record Write(JournalWrite write, Consumer<WriteOutcome> then) implements CommitJob {
        int poolId() {
            return switch (write) {
                case JournalWrite.Store store -> store.poolId();
                case JournalWrite.Remove remove -> remove.poolId();
            };
        }

        /// The blob that is stored, or removed.
        BlobMeta meta() {
            return switch (write) {
                case JournalWrite.Store store -> store.meta();
                case JournalWrite.Remove remove -> remove.before();
            };
        }

        boolean isStore() {
            return write instanceof JournalWrite.Store;
        }

        boolean isSynced() {
            return switch (write) {
                case JournalWrite.Store store -> store.isSynced();
                case JournalWrite.Remove remove -> remove.isSynced();
            };
        }

        /// Whether the same version is written again: then it does not matter which of both the
        /// disk has.
        boolean isRepair() {
            return write instanceof JournalWrite.Store store
                    && store.before()
                            .filter(before -> before.sequence() == store.meta().sequence())
                            .isPresent();
        }

        BlobName name() {
            return new BlobName(poolId(), meta().hash(), meta().handle());
        }
    }

    /// A blob marked as corrupted.
    record Mark(int poolId, BlobMeta damaged, Consumer<WriteOutcome> then) implements CommitJob {}

    /// Something that is done between two groups.
    record Step(Runnable step, Consumer<WriteOutcome> then) implements CommitJob {}

    /// Which blob.
    record BlobName(int poolId, long hash, String handle) {}
}
