package dev.zspool.blob;

import dev.zspool.persist.BlobMeta;
import dev.zspool.persist.MetaResult;
import dev.zspool.persist.WriteOutcome;
import java.util.Optional;
import java.util.function.Consumer;

/// Where a pool's blobs are kept besides memory, as zram's backing device; {@link #NONE} for a pool
/// without durability.
///
/// What changes a blob is called under its write slot. Callbacks run exactly once, at once or later
/// on another thread. Thread-safe; nothing here blocks.
interface Backing {
    /// Blobs are in memory only.
    Backing NONE = new MemoryOnly();

    /// Whether every published blob is kept here too, and so may leave memory.
    boolean isDurable();

    /// Whether a blob that is not in memory may be here. Once false, only a published write makes
    /// it true.
    boolean mayHaveMore();

    /// Whether blobs that leave memory can be read again now.
    boolean isReadable();

    /// Whether what is kept of a blob is known to be damaged, so that it must not leave memory.
    default boolean isDamaged(BlobName name) {
        return false;
    }

    /// Notes that, or that it is not so any more.
    default void noteDamage(BlobName name, boolean isDamaged) {
        // There is nothing that could be.
    }

    /// Looks up what is kept under a name.
    void find(BlobName name, Consumer<MetaResult> then);

    /// Makes a stored root durable, in place of what is kept under its name.
    ///
    /// @param before what is kept now
    void store(
            BlobName name,
            long root,
            RootDraft draft,
            Optional<BlobMeta> before,
            Consumer<WriteOutcome> then);

    /// Removes what is kept.
    void remove(BlobMeta before, Consumer<WriteOutcome> then);

    /// A blob is about to leave memory and stays here: whoever does not find it in memory from now
    /// on must look here.
    void leaves();

    /// A blob of which the last word was {@link #leaves} is in memory again, or not here any more.
    void isBack();

    /// See {@link Backing#NONE}.
    final class MemoryOnly implements Backing {
        private MemoryOnly() {}

        @Override
        public boolean isDurable() {
            return false;
        }

        @Override
        public boolean mayHaveMore() {
            return false;
        }

        @Override
        public boolean isReadable() {
            return false;
        }

        @Override
        public void find(BlobName name, Consumer<MetaResult> then) {
            then.accept(new MetaResult.Missing());
        }

        @Override
        public void store(
                BlobName name,
                long root,
                RootDraft draft,
                Optional<BlobMeta> before,
                Consumer<WriteOutcome> then) {
            then.accept(WriteOutcome.DURABLE);
        }

        @Override
        public void remove(BlobMeta before, Consumer<WriteOutcome> then) {
            then.accept(WriteOutcome.DURABLE);
        }

        @Override
        public void leaves() {
            // It is gone.
        }

        @Override
        public void isBack() {
            // It never left.
        }
    }
}
