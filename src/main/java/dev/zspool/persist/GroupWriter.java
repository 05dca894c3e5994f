package dev.zspool.persist;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;

/// Writes groups, waits for the disk, and finds out the truth when that fails: the files are opened
/// anew at once, and what a group wrote is what is found then.
///
/// Used by the committer only; {@link #state} by everybody.
final class GroupWriter {
    private static final System.Logger LOG = System.getLogger(GroupWriter.class.getName());

    /// An asynchronous write is on the disk so long after its outcome at most.
    static final long SYNC_NANOS = 80_000_000;

    private final RocksGate gate;
    private final JournalPools pools;
    private final JournalCounters counters;
    private final DiskRoom room;
    private final FileOpener opener;
    private final LongSupplier nanoClock;

    private final Doubts doubts = new Doubts();

    /// Removes that found no room, before the ballast was given up.
    private final Deque<CommitJob.Write> again = new ArrayDeque<>();

    private final List<LongWriteIntent> orphans = new ArrayList<>();
    private volatile JournalState state = JournalState.OPEN;
    private long syncedGroup;
    private long unsyncedSinceNanos;
    private boolean isInterrupted;

    /// Whether a group was handed to the files, and it is not noted yet what became of it.
    private boolean isHandedOver;

    private boolean hasRoomForRemoves;
    private boolean isRetrying;

    private RocksFiles.Tuning tuning;

    GroupWriter(
            RocksGate gate,
            RocksFiles.Tuning tuning,
            JournalPools pools,
            JournalCounters counters,
            DiskRoom room,
            Setting setting) {
        this.gate = gate;
        this.tuning = tuning;
        this.pools = pools;
        this.counters = counters;
        this.room = room;
        this.opener = new FileOpener(gate, setting.journal());
        this.nanoClock = setting.nanoClock();
    }

    /// @param journal where the files lie
    record Setting(Path journal, LongSupplier nanoClock) {}

    JournalState state() {
        return state;
    }

    void setState(JournalState next) {
        state = next;
    }

    Doubts doubts() {
        return doubts;
    }

    /// The files that can be written; null while there are none.
    @Nullable RocksFiles files() {
        return opener.writable();
    }

    FileOpener opener() {
        return opener;
    }

    long syncedGroup() {
        return syncedGroup;
    }

    Deque<CommitJob.Write> again() {
        return again;
    }

    /// Intents of long writes that came to nothing.
    List<LongWriteIntent> orphans() {
        return orphans;
    }

    /// Whether long writes that were under way have lost their pieces; asked once.
    boolean takeInterruption() {
        boolean was = isInterrupted;
        isInterrupted = false;
        return was;
    }

    // --- Opening -------------------------------------------------------------------------------

    /// Reads what the files say of pools, groups and long writes.
    void load() throws RocksDBException {
        RocksFiles files = gate.owned();
        if (files != null) {
            orphans.clear();
            orphans.addAll(pools.load(files));
            isInterrupted = true;
            syncedGroup = pools.lastGroup();
        }
    }

    /// Sees that there is a ballast; the start does not wait for it.
    void prepare() {
        if (!room.makeBallast()) {
            state = JournalState.DISK_FULL;
        }
    }

    // --- Groups --------------------------------------------------------------------------------

    /// Writes a group and gives its writes their outcome.
    ///
    /// @return whether it was written
    boolean write(RocksFiles files, CommitGroup group) {
        if (group.isEmpty()) {
            return true;
        }
        try {
            group.end(files);
            isHandedOver = true;
            files.db().write(files.writing(group.isSynced()), group.batch());
        } catch (RocksDBException failed) {
            return recover(failed, group);
        }
        written(group);
        isHandedOver = false;
        settle(group, WriteOutcome.DURABLE);
        return true;
    }

    /// Gives a group's writes their outcome behind something that broke half-way.
    void giveUp(CommitGroup group, Throwable broken) {
        if (isHandedOver) {
            recover(new RocksDBException("a group broke: " + broken), group);
        } else {
            settle(group, WriteOutcome.FAILED);
        }
    }

    private void written(CommitGroup group) {
        pools.wrote(group.number(), group.sequence(), group.totals());
        doubts.written(group.jobs());
        counters.groups.increment();
        counters.submittedBytes.add(group.storedBytes());
        if (group.isSynced()) {
            counters.syncs.increment();
            synced();
            return;
        }
        if (doubts.isAllSynced()) {
            unsyncedSinceNanos = nanoClock.getAsLong();
        }
        doubts.acknowledged(group.jobs());
    }

    private void synced() {
        syncedGroup = pools.lastGroup();
        doubts.synced();
    }

    private void settle(CommitGroup group, WriteOutcome outcome) {
        for (CommitJob.Write job : group.jobs()) {
            boolean isRemoved = outcome == WriteOutcome.DISK_FULL && !job.isStore();
            if ((isRemoved && hasRoomForRemoves)
                    || (outcome == WriteOutcome.FAILED
                            && isRetrying
                            && !LongWrite.isLong(job.write()))) {
                again.add(job);
            } else {
                finish(job, outcome);
            }
        }
        group.jobs().clear();
    }

    /// Tells the outcome; whoever is told cannot stop the committer.
    void finish(CommitJob job, WriteOutcome outcome) {
        if (outcome != WriteOutcome.DURABLE) {
            counters.failedWrites.increment();
        } else {
            counters.writes.increment();
        }
        try {
            job.then().accept(outcome);
        } catch (RuntimeException | Error broken) {
            sayNotTaken(broken);
        }
    }

    private static void sayNotTaken(Throwable broken) {
        try {
            LOG.log(System.Logger.Level.ERROR, "A write's outcome was not taken.", broken);
        } catch (RuntimeException | Error full) {
            broken.addSuppressed(full);
        }
    }

    // --- Syncs ---------------------------------------------------------------------------------

    /// How long until the disk must be waited for; negative when there is nothing to wait for.
    long nanosUntilSync() {
        return doubts.isAllSynced()
                ? -1
                : Math.max(0, unsyncedSinceNanos + SYNC_NANOS - nanoClock.getAsLong());
    }

    /// Waits until the disk has what was written, when that is due.
    void syncIfDue() {
        if (nanosUntilSync() == 0) {
            sync();
        }
    }

    void sync() {
        RocksFiles files = files();
        if (doubts.isAllSynced() || files == null) {
            return;
        }
        try {
            files.db().syncWal();
            counters.syncs.increment();
            synced();
        } catch (RocksDBException failed) {
            recover(failed, null);
        }
    }

    // --- Faults --------------------------------------------------------------------------------

    /// Finds out what became of a group that failed, by opening the files anew.
    ///
    /// @param group null when it was a sync that failed
    /// @return whether the group was written all the same
    private boolean recover(RocksDBException failed, @Nullable CommitGroup group) {
        isHandedOver = false;
        boolean isFull = DiskRoom.isNoSpace(failed);
        // Not the write failed but a compaction before it, which would fail again.
        isRetrying = JournalReads.isCorruption(failed) && tuning.isCompacting();
        if (isRetrying) {
            tuning = tuning.withoutCompaction();
        }
        LOG.log(
                System.Logger.Level.ERROR,
                isFull
                        ? "There is no room on the disk: blobs can be read and removed, not stored."
                        : isRetrying
                                ? "A table is damaged: nothing is compacted until the next start;"
                                        + " run `./zspool verify`."
                                : "The disk failed; the journal is opened anew.",
                failed);
        hasRoomForRemoves = isFull && room.dropBallast();
        long expected = pools.lastGroup();
        if (!reopen(isFull)) {
            state = isFull ? JournalState.DISK_FULL : JournalState.FAILED;
            doubts.lost();
            if (group != null) {
                doubts.doubt(group.jobs());
                hasRoomForRemoves = false;
                isRetrying = false;
                settle(group, isFull ? WriteOutcome.DISK_FULL : WriteOutcome.FAILED);
            }
            return false;
        }
        boolean isWritten = group != null && pools.lastGroup() >= group.number();
        if (pools.lastGroup() < expected) {
            doubts.lost();
        }
        synced();
        doubts.tell();
        state = isFull ? JournalState.DISK_FULL : JournalState.OPEN;
        if (group != null) {
            settle(
                    group,
                    isWritten
                            ? WriteOutcome.DURABLE
                            : isFull ? WriteOutcome.DISK_FULL : WriteOutcome.FAILED);
        }
        hasRoomForRemoves = false;
        isRetrying = false;
        return isWritten;
    }

    /// Opens the files anew and sees that the disk has all that is in them.
    private boolean reopen(boolean isFull) {
        counters.reopenings.increment();
        isInterrupted = true;
        RocksFiles before = gate.owned();
        if (before != null) {
            counters.writtenBytesBefore.add(before.writtenBytes());
        }
        try {
            opener.open(tuning, isFull);
            load();
            return true;
        } catch (RocksDBException | JournalException failed) {
            LOG.log(System.Logger.Level.ERROR, "The journal cannot be opened anew yet.", failed);
            opener.openForReaders(tuning);
            return false;
        }
    }

    /// Tries to get back to work after a failure.
    ///
    /// @return whether it did
    boolean heal() {
        boolean wasFull = state == JournalState.DISK_FULL;
        boolean isFull = wasFull && !(room.isEnough() && room.makeBallast());
        if (isFull && files() != null) {
            return false;
        }
        if (!reopen(isFull)) {
            return false;
        }
        synced();
        doubts.tell();
        state = isFull ? JournalState.DISK_FULL : JournalState.OPEN;
        LOG.log(System.Logger.Level.INFO, "The journal is healed: it is {0}.", state);
        return true;
    }

    /// When less than the reserve is left: from now on blobs are only read and removed.
    boolean isShort(long writtenBytes) {
        if (state != JournalState.OPEN || !room.isShort(writtenBytes)) {
            return state == JournalState.DISK_FULL;
        }
        LOG.log(
                System.Logger.Level.ERROR,
                "There is almost no room on the disk: blobs can be read and removed, not stored.");
        room.dropBallast();
        state = JournalState.DISK_FULL;
        return true;
    }
}
