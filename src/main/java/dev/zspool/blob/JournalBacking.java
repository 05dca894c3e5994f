package dev.zspool.blob;

import dev.zspool.persist.BlobMeta;
import dev.zspool.persist.Journal;
import dev.zspool.persist.JournalState;
import dev.zspool.persist.JournalWrite;
import dev.zspool.persist.MetaResult;
import dev.zspool.persist.WriteOutcome;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// A pool's part of the journal.
///
/// Counts the blobs that are in the journal and not in memory, so that a miss in memory is a miss
/// for certain while there are none. The count may be too great, never too small: it goes up before
/// a blob leaves memory, and down when it is back. Thread-safe.
final class JournalBacking implements Backing {
    private final Journal journal;
    private final int poolId;
    private final BlobParts parts;
    private final Executor readers;
    private final Supplier<BlobPoolOptions> options;
    private final AtomicLong absent;

    /// @param readers run what waits for the disk
    JournalBacking(
            Journal journal,
            int poolId,
            BlobParts parts,
            Executor readers,
            Supplier<BlobPoolOptions> options) {
        this.journal = journal;
        this.poolId = poolId;
        this.parts = parts;
        this.readers = readers;
        this.options = options;
        this.absent = new AtomicLong(journal.totals(poolId).blobs());
    }

    /// The part of the journal that belongs to a pool.
    ///
    /// @throws IllegalArgumentException when there is no journal
    static JournalBacking of(
            BlobHost host, PoolKey key, BlobParts parts, Supplier<BlobPoolOptions> options) {
        Journal journal =
                host.journal()
                        .orElseThrow(() ->
                                new IllegalArgumentException(
                                        "a durable pool without a journal: " + options.get()));
        return new JournalBacking(journal, key.poolId(), parts, host.readers(), options);
    }

    BlobParts parts() {
        return parts;
    }

    Journal journal() {
        return journal;
    }

    int poolId() {
        return poolId;
    }

    /// Blobs that are not in memory; sometimes more than there are.
    long absentBlobs() {
        return absent.get();
    }

    @Override
    public boolean isDurable() {
        return true;
    }

    @Override
    public boolean mayHaveMore() {
        return absent.get() > 0;
    }

    @Override
    public boolean isReadable() {
        JournalState state = journal.state();
        return state == JournalState.OPEN || state == JournalState.DISK_FULL;
    }

    @Override
    public void find(BlobName name, Consumer<MetaResult> then) {
        try {
            readers.execute(() -> TaskChain.run(() -> then.accept(read(name))));
        } catch (RejectedExecutionException closing) {
            then.accept(new MetaResult.Unreadable());
        }
    }

    private MetaResult read(BlobName name) {
        MetaResult result = new MetaResult.Unreadable();
        try {
            result = journal.readMeta(poolId, name.hash(), name.handle());
        } catch (RuntimeException | OutOfMemoryError failure) {
            // Whoever waits holds a write slot, and must go on.
            result = new MetaResult.Unreadable();
        }
        return result;
    }

    private boolean isSynced() {
        return options.get().durability() == Durability.SYNC;
    }

    @Override
    public void store(
            BlobName name,
            long root,
            RootDraft draft,
            Optional<BlobMeta> before,
            Consumer<WriteOutcome> then) {
        BlobMeta meta = JournalFormat.meta(draft.info(), name.hash(), draft.contentKind());
        journal.write(
                new JournalWrite.Store(
                        poolId, meta, new RootPieces(parts, root), before, isSynced()),
                then);
    }

    @Override
    public void remove(BlobMeta before, Consumer<WriteOutcome> then) {
        journal.write(new JournalWrite.Remove(poolId, before, isSynced()), then);
    }

    @Override
    public void leaves() {
        absent.incrementAndGet();
    }

    @Override
    public void isBack() {
        absent.decrementAndGet();
    }
}
