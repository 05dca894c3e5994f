package dev.zspool.stress;

import dev.zspool.persist.BlobMeta;
import dev.zspool.persist.Journal;
import dev.zspool.persist.JournalException;
import dev.zspool.persist.JournalState;
import dev.zspool.persist.JournalStats;
import dev.zspool.persist.JournalWrite;
import dev.zspool.persist.MetaPage;
import dev.zspool.persist.MetaResult;
import dev.zspool.persist.PoolDefinition;
import dev.zspool.persist.PoolTotals;
import dev.zspool.persist.Snapshot;
import dev.zspool.persist.StoredPool;
import dev.zspool.persist.WriteOutcome;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A journal on top of another one, whose disk is full, fails and cannot be read now and then, and
/// which knows what became of the writes that it let fail.
final class ChaosJournal implements Journal {
    /// How the disk is.
    enum Mode {
        SOUND,
        FULL,
        FAILED,
        /// Nothing can be read, and nothing is written.
        UNREADABLE,
        /// Some writes fail half-way.
        IN_DOUBT
    }

    /// Of writes in {@link Mode#IN_DOUBT}, one in so many fails.
    private static final int DOUBTFUL = 4;

    private final Journal disk;
    private final AtomicInteger pending;
    private final ExecutorService refusals =
            Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().factory());
    private final AtomicLong faults = new AtomicLong();
    private final AtomicLong doubts = new AtomicLong();
    private final AtomicLong seeds;
    private final Set<String> applied = ConcurrentHashMap.newKeySet();
    private volatile @Nullable DoubtListener listener;
    private volatile Mode mode = Mode.SOUND;

    /// @param pending counts up while a write is under way
    ChaosJournal(Journal disk, AtomicInteger pending, long seed) {
        this.disk = disk;
        this.pending = pending;
        this.seeds = new AtomicLong(seed);
    }

    void setMode(Mode next) {
        mode = next;
    }

    /// How much was let fail so far.
    long faults() {
        return faults.get();
    }

    /// How many writes were let fail half-way.
    long doubts() {
        return doubts.get();
    }

    /// Whether a write that has failed took place all the same.
    ///
    /// @param what the media type of what was stored, or {@link #removed}
    boolean isApplied(String what) {
        return applied.contains(what);
    }

    /// What a removal is called.
    static String removed(long sequence) {
        return "removed " + sequence;
    }

    private static String nameOf(JournalWrite write) {
        return switch (write) {
            case JournalWrite.Store store -> store.meta().contentType().orElseThrow();
            case JournalWrite.Remove remove -> removed(remove.before().sequence());
        };
    }

    @Override
    public void write(JournalWrite write, Consumer<WriteOutcome> then) {
        pending.incrementAndGet();
        Consumer<WriteOutcome> ended =
                outcome -> {
                    then.accept(outcome);
                    pending.decrementAndGet();
                };
        switch (mode) {
            case SOUND -> disk.write(write, ended);
            case FULL -> {
                if (write instanceof JournalWrite.Store) {
                    refuse(ended, WriteOutcome.DISK_FULL);
                } else {
                    disk.write(write, ended);
                }
            }
            case FAILED, UNREADABLE -> refuse(ended, WriteOutcome.FAILED);
            case IN_DOUBT -> {
                SplittableRandom random = new SplittableRandom(seeds.incrementAndGet());
                if (random.nextInt(DOUBTFUL) > 0) {
                    disk.write(write, ended);
                } else {
                    failInDoubt(write, ended, random.nextBoolean());
                }
            }
        }
    }

    private void refuse(Consumer<WriteOutcome> then, WriteOutcome outcome) {
        faults.incrementAndGet();
        refusals.execute(() -> then.accept(outcome));
    }

    private void failInDoubt(
            JournalWrite write, Consumer<WriteOutcome> then, boolean isCarriedOut) {
        faults.incrementAndGet();
        doubts.incrementAndGet();
        if (isCarriedOut) {
            disk.write(
                    write,
                    outcome -> {
                        if (outcome == WriteOutcome.DURABLE) {
                            applied.add(nameOf(write));
                        }
                        tell(write);
                        then.accept(WriteOutcome.FAILED);
                    });
        } else {
            refusals.execute(() -> {
                tell(write);
                then.accept(WriteOutcome.FAILED);
            });
        }
    }

    private void tell(JournalWrite write) {
        DoubtListener told = listener;
        if (told == null) {
            return;
        }
        switch (write) {
            case JournalWrite.Store store ->
                    told.doubtful(store.poolId(), store.meta().hash(), store.meta().handle());
            case JournalWrite.Remove remove ->
                    told.doubtful(
                            remove.poolId(), remove.before().hash(), remove.before().handle());
        }
    }

    @Override
    public void onDoubt(DoubtListener next) {
        listener = next;
        disk.onDoubt(next);
    }

    @Override
    public JournalState state() {
        return switch (mode) {
            case FULL -> JournalState.DISK_FULL;
            case FAILED, UNREADABLE -> JournalState.FAILED;
            case SOUND, IN_DOUBT -> disk.state();
        };
    }

    private boolean isUnreadable() {
        boolean is = mode == Mode.UNREADABLE;
        faults.addAndGet(is ? 1 : 0);
        return is;
    }

    private void expectReadable() {
        if (isUnreadable()) {
            throw new JournalException(JournalException.Reason.FAILED, "the disk fails");
        }
    }

    @Override
    public MetaResult readMeta(int poolId, long hash, String handle) {
        return isUnreadable() ? new MetaResult.Unreadable() : disk.readMeta(poolId, hash, handle);
    }

    @Override
    public int readPiece(int poolId, long sequence, int piece, byte[] into) {
        return isUnreadable() ? UNREADABLE : disk.readPiece(poolId, sequence, piece, into);
    }

    @Override
    public MetaPage list(int poolId, long fromHash, String afterHandle, int limit) {
        expectReadable();
        return disk.list(poolId, fromHash, afterHandle, limit);
    }

    @Override
    public List<BlobMeta> newest(int poolId, long belowSequence, int limit) {
        expectReadable();
        return disk.newest(poolId, belowSequence, limit);
    }

    @Override
    public List<BlobMeta> expired(int poolId, long nowEpochMillis, int limit) {
        expectReadable();
        return disk.expired(poolId, nowEpochMillis, limit);
    }

    @Override
    public void markCorrupted(int poolId, BlobMeta damaged, Consumer<WriteOutcome> then) {
        disk.markCorrupted(poolId, damaged, then);
    }

    @Override
    public List<StoredPool> pools() {
        return disk.pools();
    }

    @Override
    public StoredPool createPool(PoolDefinition definition) {
        expectReadable();
        return disk.createPool(definition);
    }

    @Override
    public void changePool(int poolId, PoolDefinition definition) {
        expectReadable();
        disk.changePool(poolId, definition);
    }

    @Override
    public void removePool(int poolId) {
        expectReadable();
        disk.removePool(poolId);
    }

    @Override
    public PoolTotals totals(int poolId) {
        return disk.totals(poolId);
    }

    @Override
    public long lastSequence() {
        return disk.lastSequence();
    }

    @Override
    public void saveResidents(int poolId, int[] tags) {
        expectReadable();
        disk.saveResidents(poolId, tags);
    }

    @Override
    public int[] residents(int poolId) {
        return disk.residents(poolId);
    }

    @Override
    public Snapshot snapshot(String name) {
        return disk.snapshot(name);
    }

    @Override
    public JournalStats stats() {
        return disk.stats();
    }

    @Override
    public void close() {
        refusals.shutdown();
        disk.close();
    }

    /// Compares what the disk says of a pool with what lies in it.
    ///
    /// @return what is wrong; empty for nothing
    Optional<String> miscounted(int poolId) {
        long blobs = 0;
        long logicalBytes = 0;
        long storedBytes = 0;
        long expiring = 0;
        MetaPage page = disk.list(poolId, 0, "", 500);
        while (true) {
            for (BlobMeta blob : page.blobs()) {
                blobs++;
                logicalBytes += blob.sizeBytes();
                storedBytes += blob.storedBytes();
                expiring += blob.expiresEpochMillis() == BlobMeta.NEVER_EXPIRES ? 0 : 1;
            }
            if (page.isAtEnd()) {
                break;
            }
            BlobMeta last = page.blobs().getLast();
            page = disk.list(poolId, last.hash(), last.handle(), 500);
        }
        PoolTotals counted = new PoolTotals(blobs, logicalBytes, storedBytes, expiring);
        PoolTotals told = disk.totals(poolId);
        return counted.equals(told)
                ? Optional.empty()
                : Optional.of("pool " + poolId + " has " + counted + ", and says " + told);
    }
}
