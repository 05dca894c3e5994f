package dev.zspool.testkit;

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
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A journal in memory, with a real committer's thread, that a test can hold, and make fail.
///
/// What was written is on a {@link HeapDisk}: a journal that is made on the disk of another one is
/// the next start. A write whose `before` is not what the journal has is a caller's bug; it is
/// carried out and noted in {@link #violations}.
public final class HeapJournal implements Journal {
    private static final long MOST_MILLIS = 30_000;

    private final HeapJournalFaults faults = new HeapJournalFaults();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Thread committer;

    // Everything below is read and written under the lock.

    private final HeapDisk disk;

    private final Queue<Runnable> queue = new ArrayDeque<>();

    private final List<String> violations = new ArrayList<>();

    private final Set<String> snapshots = new HashSet<>();

    private JournalState state = JournalState.OPEN;

    private @Nullable DoubtListener doubtListener;

    private long writes;

    private long syncs;

    private long failedWrites;

    private long submittedBytes;

    public HeapJournal() {
        this(new HeapDisk());
    }

    public HeapJournal(HeapDisk disk) {
        this.disk = disk;
        this.committer = Thread.ofPlatform().name("heap-journal").daemon().start(this::commitAll);
    }

    /// The hooks.
    public HeapJournalFaults faults() {
        return faults;
    }

    public HeapDisk disk() {
        return locked(() -> disk);
    }

    /// What callers did wrong.
    public List<String> violations() {
        return locked(() -> List.copyOf(violations));
    }

    /// From now on, until told otherwise. FAILED and DISK_FULL refuse as the real one does.
    public void setState(JournalState next) {
        locked(() -> {
            state = next;
            return next;
        });
    }

    /// Tells the listener, on the committer's thread, behind the writes that wait.
    public void doubt(int poolId, long hash, String handle) {
        enqueue(() -> tellDoubt(poolId, hash, handle), () -> {});
    }

    /// Returns when all writes that were handed in before have their outcome.
    public void awaitIdle() {
        Thread waiting = Thread.currentThread();
        boolean[] done = {false};
        enqueue(
                () ->
                        locked(() -> {
                            done[0] = true;
                            changed.signalAll();
                            return waiting;
                        }),
                () -> {});
        locked(() -> {
            while (!done[0] && state != JournalState.CLOSED) {
                changed.awaitUninterruptibly();
            }
            return waiting;
        });
    }

    private void tellDoubt(int poolId, long hash, String handle) {
        DoubtListener listener = locked(() -> Optional.ofNullable(doubtListener)).orElse(null);
        if (listener != null) {
            listener.doubtful(poolId, hash, handle);
        }
    }

    // --- Pools ---------------------------------------------------------------------------------

    @Override
    public List<StoredPool> pools() {
        return locked(disk::definitions);
    }

    @Override
    public StoredPool createPool(PoolDefinition definition) {
        return change(() -> disk.create(definition));
    }

    @Override
    public void changePool(int poolId, PoolDefinition definition) {
        change(() -> {
            HeapDisk.Pool pool = disk.pool(poolId);
            if (pool != null) {
                pool.define(definition);
            }
            return definition;
        });
    }

    @Override
    public void removePool(int poolId) {
        change(() -> {
            disk.remove(poolId);
            return poolId;
        });
    }

    private <T> T change(Action<T> action) {
        faults.beforePoolChange();
        return locked(() -> {
            if (state == JournalState.FAILED || state == JournalState.CLOSED) {
                throw new JournalException(
                        JournalException.Reason.FAILED, "the journal is " + state);
            }
            if (state == JournalState.DISK_FULL) {
                throw new JournalException(
                        JournalException.Reason.DISK_FULL, "the journal is " + state);
            }
            syncs++;
            return action.run();
        });
    }

    @Override
    public PoolTotals totals(int poolId) {
        return locked(() -> {
            HeapDisk.Pool pool = disk.pool(poolId);
            return pool == null ? PoolTotals.NONE : pool.totals();
        });
    }

    @Override
    public long lastSequence() {
        return locked(disk::lastSequence);
    }

    // --- Writes --------------------------------------------------------------------------------

    @Override
    public void write(JournalWrite write, Consumer<WriteOutcome> then) {
        enqueue(() -> then.accept(commit(write)), () -> then.accept(WriteOutcome.FAILED));
    }

    @Override
    public void markCorrupted(int poolId, BlobMeta damaged, Consumer<WriteOutcome> then) {
        enqueue(
                () -> then.accept(locked(() -> commitMark(poolId, damaged))),
                () -> then.accept(WriteOutcome.FAILED));
    }

    private void enqueue(Runnable job, Runnable refusal) {
        boolean taken =
                locked(() -> {
                    if (state == JournalState.CLOSED) {
                        return false;
                    }
                    queue.add(job);
                    changed.signalAll();
                    return true;
                });
        if (!taken) {
            refusal.run();
        }
    }

    private void commitAll() {
        Runnable job = next();
        while (job != null) {
            job.run();
            job = next();
        }
    }

    private @Nullable Runnable next() {
        lock.lock();
        try {
            while (queue.isEmpty() && state != JournalState.CLOSED) {
                changed.awaitUninterruptibly();
            }
            return queue.poll();
        } finally {
            lock.unlock();
        }
    }

    private WriteOutcome commit(JournalWrite write) {
        Optional<HeapJournalFaults.Refusal> refusal = faults.beforeWrite(write);
        WriteOutcome outcome =
                refusal.isPresent() && !refusal.get().isApplied()
                        ? refusal.get().outcome()
                        : carryOut(write);
        if (refusal.isPresent()) {
            outcome = refusal.get().outcome();
            if (refusal.get().isDoubtful()) {
                BlobMeta meta = metaOf(write);
                tellDoubt(poolOf(write), meta.hash(), meta.handle());
            }
        }
        if (outcome != WriteOutcome.DURABLE) {
            locked(() -> failedWrites++);
        }
        return outcome;
    }

    private static BlobMeta metaOf(JournalWrite write) {
        return switch (write) {
            case JournalWrite.Store store -> store.meta();
            case JournalWrite.Remove remove -> remove.before();
        };
    }

    private static int poolOf(JournalWrite write) {
        return switch (write) {
            case JournalWrite.Store store -> store.poolId();
            case JournalWrite.Remove remove -> remove.poolId();
        };
    }

    private WriteOutcome carryOut(JournalWrite write) {
        JournalState now = state();
        if (now == JournalState.FAILED) {
            return WriteOutcome.FAILED;
        }
        return switch (write) {
            case JournalWrite.Store store ->
                    now == JournalState.DISK_FULL ? WriteOutcome.DISK_FULL : store(store);
            case JournalWrite.Remove remove -> locked(() -> remove(remove));
        };
    }

    private WriteOutcome store(JournalWrite.Store store) {
        List<byte[]> content = new ArrayList<>();
        byte[] buffer = new byte[MAX_PIECE_BYTES];
        for (int piece = 0; piece < store.meta().pieces(); piece++) {
            int length = store.source().read(piece, buffer);
            if (length < 0) {
                return WriteOutcome.SOURCE_FAILED;
            }
            content.add(Arrays.copyOf(buffer, length));
        }
        return locked(() -> put(store, content));
    }

    private WriteOutcome put(JournalWrite.Store store, List<byte[]> content) {
        HeapDisk.Pool pool = disk.pool(store.poolId());
        if (pool == null) {
            return WriteOutcome.POOL_GONE;
        }
        checkBefore(pool, store.meta(), store.before().orElse(null));
        disk.sawSequence(store.meta().sequence());
        pool.store(store.meta(), content);
        faults.written(store.poolId(), store.meta().sequence());
        submittedBytes += content.stream().mapToLong(piece -> piece.length).sum();
        count(store.isSynced());
        return WriteOutcome.DURABLE;
    }

    private WriteOutcome remove(JournalWrite.Remove remove) {
        HeapDisk.Pool pool = disk.pool(remove.poolId());
        if (pool == null) {
            return WriteOutcome.POOL_GONE;
        }
        if (!remove.before().isUnreadable()) {
            checkBefore(pool, remove.before(), remove.before());
        }
        pool.remove(key(remove.before()));
        faults.removed(remove.poolId(), remove.before().hash());
        count(remove.isSynced());
        return WriteOutcome.DURABLE;
    }

    private void count(boolean isSynced) {
        writes++;
        syncs += isSynced ? 1 : 0;
    }

    private void checkBefore(HeapDisk.Pool pool, BlobMeta of, @Nullable BlobMeta before) {
        BlobMeta present = pool.blobs().get(key(of));
        long has = present == null ? 0 : present.sequence();
        long told = before == null ? 0 : before.sequence();
        if (has != told) {
            violations.add(
                    of.handle() + ": written over sequence " + told + ", but there is " + has);
        }
    }

    private WriteOutcome commitMark(int poolId, BlobMeta damaged) {
        HeapDisk.Pool pool = disk.pool(poolId);
        if (pool == null) {
            return WriteOutcome.POOL_GONE;
        }
        if (state == JournalState.FAILED) {
            return WriteOutcome.FAILED;
        }
        BlobMeta present = pool.blobs().get(key(damaged));
        if (present != null && present.sequence() == damaged.sequence()) {
            pool.removePieces(present);
            pool.blobs().put(key(present), present.corrupted());
        }
        return WriteOutcome.DURABLE;
    }

    // --- Reads ---------------------------------------------------------------------------------

    @Override
    public MetaResult readMeta(int poolId, long hash, String handle) {
        Optional<MetaResult> fault = faults.beforeReadMeta(poolId, hash, handle);
        if (state() == JournalState.CLOSED) {
            return new MetaResult.Unreadable();
        }
        return fault.orElseGet(() ->
                locked(() -> {
                    HeapDisk.Pool pool = disk.pool(poolId);
                    BlobMeta meta =
                            pool == null
                                    ? null
                                    : pool.blobs().get(new HeapDisk.BlobKey(hash, handle));
                    return meta == null ? new MetaResult.Missing() : new MetaResult.Found(meta);
                }));
    }

    @Override
    public int readPiece(int poolId, long sequence, int piece, byte[] into) {
        int fault = faults.beforeReadPiece(poolId, sequence, piece);
        if (fault < 0) {
            return fault;
        }
        return locked(() -> {
            HeapDisk.Pool pool = disk.pool(poolId);
            byte[] bytes = pool == null ? null : pool.piece(sequence, piece);
            if (bytes == null) {
                return MISSING;
            }
            System.arraycopy(bytes, 0, into, 0, bytes.length);
            return bytes.length;
        });
    }

    @Override
    public MetaPage list(int poolId, long fromHash, String afterHandle, int limit) {
        faults.beforeList();
        return locked(() -> {
            HeapDisk.Pool pool = disk.pool(poolId);
            if (pool == null) {
                return new MetaPage(List.of(), 0, true);
            }
            HeapDisk.BlobKey from = new HeapDisk.BlobKey(fromHash, afterHandle);
            List<BlobMeta> behind =
                    pool.blobs().tailMap(from, false).values().stream().limit(limit + 1L).toList();
            return new MetaPage(behind.stream().limit(limit).toList(), 0, behind.size() <= limit);
        });
    }

    @Override
    public List<BlobMeta> newest(int poolId, long belowSequence, int limit) {
        faults.beforeList();
        return locked(() ->
                blobs(poolId)
                        .filter(blob -> !blob.isCorrupted())
                        .filter(blob -> blob.sequence() < belowSequence)
                        .sorted(Comparator.comparingLong(BlobMeta::sequence).reversed())
                        .limit(limit)
                        .toList());
    }

    @Override
    public List<BlobMeta> expired(int poolId, long nowEpochMillis, int limit) {
        faults.beforeList();
        return locked(() ->
                blobs(poolId)
                        .filter(blob ->
                                blob.expiresEpochMillis() != BlobMeta.NEVER_EXPIRES
                                        && blob.expiresEpochMillis() <= nowEpochMillis)
                        .sorted(
                                Comparator.comparingLong(BlobMeta::expiresEpochMillis)
                                        .thenComparingLong(BlobMeta::sequence))
                        .limit(limit)
                        .toList());
    }

    private Stream<BlobMeta> blobs(int poolId) {
        HeapDisk.Pool pool = disk.pool(poolId);
        return pool == null ? Stream.of() : pool.blobs().values().stream();
    }

    private static HeapDisk.BlobKey key(BlobMeta of) {
        return new HeapDisk.BlobKey(of.hash(), of.handle());
    }

    // --- All else ------------------------------------------------------------------------------

    @Override
    public void saveResidents(int poolId, int[] tags) {
        change(() -> {
            HeapDisk.Pool pool = disk.pool(poolId);
            if (pool != null) {
                pool.setResidents(tags);
            }
            return tags;
        });
    }

    @Override
    public int[] residents(int poolId) {
        return locked(() -> {
            HeapDisk.Pool pool = disk.pool(poolId);
            return pool == null ? new int[0] : pool.residents();
        });
    }

    /// Notes the name only.
    @Override
    public Snapshot snapshot(String name) {
        return change(() -> {
            if (!snapshots.add(name)) {
                throw new JournalException(
                        JournalException.Reason.SNAPSHOT_EXISTS, "there is a snapshot " + name);
            }
            Map<Integer, Long> blobs = new HashMap<>();
            for (StoredPool pool : disk.definitions()) {
                blobs.put(pool.poolId(), totals(pool.poolId()).blobs());
            }
            return new Snapshot(Path.of("/heap", name), disk.lastSequence(), 0, blobs);
        });
    }

    @Override
    public JournalState state() {
        return locked(() -> state);
    }

    @Override
    public void onDoubt(DoubtListener listener) {
        locked(() -> {
            doubtListener = listener;
            return listener;
        });
    }

    @Override
    public JournalStats stats() {
        return locked(() ->
                new JournalStats(
                        state,
                        0,
                        0,
                        0,
                        writes,
                        writes,
                        syncs,
                        submittedBytes,
                        submittedBytes,
                        0,
                        failedWrites,
                        0,
                        0));
    }

    @Override
    public void close() {
        faults.release();
        locked(() -> {
            state = JournalState.CLOSED;
            changed.signalAll();
            return state;
        });
        try {
            committer.join(MOST_MILLIS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        if (committer.isAlive()) {
            throw new IllegalStateException("the committer does not end");
        }
    }

    private <T> T locked(Action<T> action) {
        lock.lock();
        try {
            return action.run();
        } finally {
            lock.unlock();
        }
    }

    private interface Action<T> {
        T run();
    }
}
