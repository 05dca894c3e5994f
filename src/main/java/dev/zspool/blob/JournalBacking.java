package dev.zspool.blob;

import dev.zspool.persist.BlobMeta;
import dev.zspool.persist.Journal;
import dev.zspool.persist.JournalState;
import dev.zspool.persist.JournalWrite;
import dev.zspool.persist.MetaResult;
import dev.zspool.persist.WriteOutcome;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// A pool's part of the journal.
///
/// Counts the blobs that leave memory and those that are back, so that a miss in memory is a miss
/// for certain while none is absent. There may seem to be too many absent, never too few: a blob is
/// counted before it leaves, and when it is back. Thread-safe.
final class JournalBacking implements Backing {
    /// See {@link #stamp}.
    static final long SOME_ABSENT = -1;

    /// Pools have hashes of their own seeds; two of one seed still differ.
    private static final long POOL_MIX = 0x9E3779B97F4A7C15L;

    private final Journal journal;
    private final int poolId;
    private final BlobParts parts;
    private final Executor readers;
    private final Supplier<BlobPoolOptions> options;
    private final RecentReads recentReads;

    /// Blobs that left memory, or were never there.
    private final AtomicLong left;

    private final AtomicLong back = new AtomicLong();

    /// Hashes of blobs that are damaged in the journal, and that memory has.
    private final Set<Long> damaged = ConcurrentHashMap.newKeySet(1);

    private JournalBacking(
            Journal journal,
            int poolId,
            BlobParts parts,
            BlobHost host,
            Supplier<BlobPoolOptions> options) {
        this.journal = journal;
        this.poolId = poolId;
        this.parts = parts;
        this.readers = host.readers();
        this.recentReads = host.recentReads;
        this.options = options;
        this.left = new AtomicLong(journal.totals(poolId).blobs());
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
        return new JournalBacking(journal, key.poolId(), parts, host, options);
    }

    BlobParts parts() {
        return parts;
    }

    /// Notes that a blob was read from the journal.
    ///
    /// @return whether that was its second time within a minute
    boolean isSecondRead(BlobName name, long epochSecond) {
        return recentReads.isSecond(name.hash() ^ poolId * POOL_MIX, epochSecond);
    }

    Journal journal() {
        return journal;
    }

    int poolId() {
        return poolId;
    }

    /// Blobs that are not in memory; sometimes more than there are.
    long absentBlobs() {
        long backBlobs = back.get();
        return left.get() - backBlobs;
    }

    /// A stamp of a moment at which all blobs are in memory; {@link #SOME_ABSENT} when they are
    /// not. Whoever looks into memory behind it, finds nothing, and then finds {@link #isSame},
    /// knows that there is nothing: no blob left memory meanwhile, perhaps to be back too late for
    /// him.
    long stamp() {
        long backBlobs = back.get();
        long leftBlobs = left.get();
        return leftBlobs == backBlobs ? leftBlobs : SOME_ABSENT;
    }

    /// Whether no blob has left memory since a stamp.
    boolean isSame(long stamp) {
        return left.get() == stamp;
    }

    @Override
    public boolean isDurable() {
        return true;
    }

    @Override
    public boolean mayHaveMore() {
        return absentBlobs() > 0;
    }

    @Override
    public boolean isReadable() {
        JournalState state = journal.state();
        return state == JournalState.OPEN || state == JournalState.DISK_FULL;
    }

    @Override
    public boolean isDamaged(BlobName name) {
        return !damaged.isEmpty() && damaged.contains(name.hash());
    }

    @Override
    public void noteDamage(BlobName name, boolean isDamaged) {
        if (isDamaged) {
            damaged.add(name.hash());
        } else {
            damaged.remove(name.hash());
        }
    }

    /// Sees that a blob that is written anew, or removed, is not taken for damaged any more.
    private Consumer<WriteOutcome> mending(long hash, Consumer<WriteOutcome> then) {
        if (damaged.isEmpty()) {
            // None is added while this write has the slot.
            return then;
        }
        return outcome -> {
            if (outcome == WriteOutcome.DURABLE) {
                damaged.remove(hash);
            }
            then.accept(outcome);
        };
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
        // What is written again is known to be damaged until the disk has it.
        boolean isRepair =
                before.filter(present -> present.sequence() == meta.sequence()).isPresent();
        journal.write(
                new JournalWrite.Store(
                        poolId, meta, new RootPieces(parts, root), before, isRepair || isSynced()),
                mending(name.hash(), then));
    }

    @Override
    public void remove(BlobMeta before, Consumer<WriteOutcome> then) {
        journal.write(
                new JournalWrite.Remove(poolId, before, isSynced()), mending(before.hash(), then));
    }

    @Override
    public void leaves() {
        left.incrementAndGet();
    }

    @Override
    public void isBack() {
        back.incrementAndGet();
    }
}
