package dev.zspool.persist;

import dev.zspool.os.FilePages;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.rocksdb.RocksDBException;

/// The journal on RocksDB, with pieces in blob files. Why it is set up as it is:
/// `docs/adr/journal-on-rocksdb.md`; what lies where: `docs/file-format.md`.
///
/// Reads block the caller for as long as the disk takes, and while the files are opened anew after
/// a failure. One thread writes (the {@link Committer}).
public final class RocksJournal implements Journal {
    private final DataDirectory directory;

    /// The open files; tests also break them.
    final RocksGate gate = new RocksGate();

    private final JournalPools pools = new JournalPools();
    private final JournalCounters counters = new JournalCounters();
    private final JournalReads reads = new JournalReads(gate, pools, counters);
    private final ResidentFiles residents;
    private final SnapshotWriter snapshots;
    private final JournalGauges gauges;
    private final GroupWriter writer;
    private final Committer committer;
    private final ReentrantLock closing = new ReentrantLock();

    private RocksJournal(
            RocksJournalOptions options,
            RocksFiles.Tuning tuning,
            DataDirectory directory,
            boolean isTorn)
            throws IOException, RocksDBException {
        this.directory = directory;
        this.residents = new ResidentFiles(directory.residents());
        this.snapshots = new SnapshotWriter(directory, gate);
        DiskRoom room = new DiskRoom(directory.root(), directory.ballast(), options.ballastBytes());
        this.writer =
                new GroupWriter(
                        gate,
                        tuning,
                        pools,
                        counters,
                        room,
                        new GroupWriter.Setting(directory.journal(), options.nanoClock()));
        this.gauges = new JournalGauges(gate, counters, directory, options);
        try {
            // What a killed process wrote is in the page cache only, perhaps.
            writer.opener().syncLogs();
            gate.reopen(() -> RocksFiles.open(directory.journal(), tuning));
            writer.load();
            snapshots.deleteDrafts();
            if (isTorn) {
                // The torn log goes: behind the next kill it would lie in the middle.
                flush();
            }
            this.committer =
                    new Committer(
                            writer,
                            pools,
                            new SpaceReclaimer(gate, options.threads()),
                            options.threads(),
                            options.nanoClock());
        } catch (RocksDBException | RuntimeException failed) {
            gate.close();
            throw failed;
        }
    }

    /// Opens the journal of a data directory, or makes an empty one.
    ///
    /// @throws JournalException when that cannot be; says what to do
    public static RocksJournal open(RocksJournalOptions options) {
        return open(options, RocksFiles.Tuning.of(options.nativeBudgetBytes()));
    }

    static RocksJournal open(RocksJournalOptions options, RocksFiles.Tuning tuning) {
        DataDirectory directory = DataDirectory.take(options.directory());
        try {
            boolean isTorn = FirstLook.isTorn(directory);
            return new RocksJournal(options, tuning, directory, isTorn);
        } catch (RocksDBException | IOException failed) {
            directory.close();
            throw new JournalException(
                    JournalException.Reason.FAILED,
                    "The journal in "
                            + options.directory()
                            + " cannot be opened: "
                            + failed.getMessage()
                            + ". Nothing is served, so that nothing is lost: run `./zspool verify`"
                            + " on it, which says what is wrong, and restore a snapshot if it is"
                            + " damaged.",
                    failed);
        } catch (RuntimeException failed) {
            directory.close();
            throw failed;
        }
    }

    // --- Pools ---------------------------------------------------------------------------------

    @Override
    public List<StoredPool> pools() {
        return pools.list();
    }

    @Override
    public StoredPool createPool(PoolDefinition definition) {
        int[] poolId = new int[1];
        changed(
                committer.change(
                        (files, group) -> {
                            poolId[0] = pools.lastPoolId() + 1;
                            group.putPool(files, poolId[0], definition);
                        },
                        () -> pools.define(poolId[0], definition)));
        return new StoredPool(poolId[0], definition);
    }

    @Override
    public void changePool(int poolId, PoolDefinition definition) {
        changed(
                committer.change(
                        (files, group) -> {
                            if (pools.has(poolId)) {
                                group.putPool(files, poolId, definition);
                            }
                        },
                        () -> pools.redefine(poolId, definition)));
    }

    @Override
    public void removePool(int poolId) {
        changed(
                committer.change(
                        (files, group) -> group.deletePool(files, poolId),
                        () -> pools.remove(poolId)));
        try {
            residents.remove(poolId);
        } catch (IOException ignored) {
            // The list of a pool that is gone is read by nobody.
        }
    }

    private static void changed(WriteOutcome outcome) {
        switch (outcome) {
            case DURABLE -> {}
            case DISK_FULL ->
                    throw new JournalException(
                            JournalException.Reason.DISK_FULL,
                            "There is no room on the disk of the data directory: the change of the"
                                    + " pool was not made. Make room.");
            case FAILED, SOURCE_FAILED, POOL_GONE ->
                    throw new JournalException(
                            JournalException.Reason.FAILED,
                            "The disk of the data directory failed, or the journal is closed: the"
                                    + " change of the pool was not made.");
        }
    }

    @Override
    public PoolTotals totals(int poolId) {
        return pools.totals(poolId);
    }

    @Override
    public long lastSequence() {
        return pools.lastSequence();
    }

    // --- Blobs ---------------------------------------------------------------------------------

    @Override
    public void write(JournalWrite write, Consumer<WriteOutcome> then) {
        committer.submit(new CommitJob.Write(write, then));
    }

    @Override
    public void markCorrupted(int poolId, BlobMeta damaged, Consumer<WriteOutcome> then) {
        committer.submit(new CommitJob.Mark(poolId, damaged, then));
    }

    @Override
    public MetaResult readMeta(int poolId, long hash, String handle) {
        return reads.meta(poolId, hash, handle);
    }

    @Override
    public int readPiece(int poolId, long sequence, int piece, byte[] into) {
        return reads.piece(poolId, sequence, piece, into);
    }

    @Override
    public MetaPage list(int poolId, long fromHash, String afterHandle, int limit) {
        return reads.list(poolId, fromHash, afterHandle, limit);
    }

    @Override
    public List<BlobMeta> newest(int poolId, long belowSequence, int limit) {
        return reads.newest(poolId, belowSequence, limit);
    }

    @Override
    public List<BlobMeta> expired(int poolId, long nowEpochMillis, int limit) {
        return reads.expired(poolId, nowEpochMillis, limit);
    }

    // --- All else ------------------------------------------------------------------------------

    @Override
    public void saveResidents(int poolId, int[] tags) {
        if (!pools.has(poolId) || state() == JournalState.CLOSED) {
            return;
        }
        try {
            residents.save(poolId, tags);
        } catch (IOException failed) {
            throw new JournalException(
                    JournalException.Reason.FAILED,
                    "The list of what is in memory cannot be saved: "
                            + failed
                            + ". The next start warms up in another order.",
                    failed);
        }
    }

    @Override
    public int[] residents(int poolId) {
        return pools.has(poolId) ? residents.read(poolId) : new int[0];
    }

    @Override
    public Snapshot snapshot(String name) {
        if (state() == JournalState.DISK_FULL) {
            throw new JournalException(
                    JournalException.Reason.DISK_FULL,
                    "The disk is full, and a snapshot would keep what is removed to make room.");
        }
        return snapshots.write(name);
    }

    @Override
    public JournalState state() {
        return writer.state();
    }

    @Override
    public void onDoubt(DoubtListener listener) {
        writer.doubts().onDoubt(listener);
    }

    @Override
    public JournalStats stats() {
        return gauges.stats(state());
    }

    /// Has the kernel drop what it keeps in memory of the journal's files. Whoever reads what lies
    /// in them brings it back from the disk. Any thread may.
    ///
    /// @param goesOn asked before each file whether there is time for it
    public void dropFilePages(BooleanSupplier goesOn) {
        // Not its lock.
        FilePages.drop(directory.journal(), "*.{sst,blob,log}", goesOn);
    }

    @Override
    public void close() {
        closing.lock();
        try {
            if (state() == JournalState.CLOSED) {
                return;
            }
            committer.close();
            flush();
            gate.close();
            directory.close();
            writer.setState(JournalState.CLOSED);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted before the journal was closed");
        } finally {
            closing.unlock();
        }
    }

    /// So that the next start has nothing to replay; without it nothing is lost.
    private void flush() {
        try {
            gate.use(
                    files -> {
                        files.flush();
                        return true;
                    },
                    false);
        } catch (RocksDBException failed) {
            System.getLogger(RocksJournal.class.getName())
                    .log(
                            System.Logger.Level.WARNING,
                            "The next start has a log to replay.",
                            failed);
        }
    }
}
