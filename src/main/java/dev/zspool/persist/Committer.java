package dev.zspool.persist;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;

/// The one thread that writes. It takes what waits, makes a group of it and writes that; between
/// two groups it writes some pieces of a long blob.
///
/// The queue holds references: the bytes of a blob are fetched when its turn comes.
final class Committer {
    /// A group is closed when it has so many bytes.
    private static final long MOST_GROUP_BYTES = 1L << 20;

    private static final long LEAST_RETRY_NANOS = 100_000_000;
    private static final long MOST_RETRY_NANOS = 5_000_000_000L;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final GroupWriter writer;
    private final JournalPools pools;
    private final CommitGroup group;
    private final IdleMark mark;
    private final OrphanPieces orphans;
    private final SpaceReclaimer reclaimer;
    private final Thread thread;
    private final LongSupplier nanoClock;

    @GuardedBy("lock")
    private final Deque<CommitJob> queue = new ArrayDeque<>();

    @GuardedBy("lock")
    private boolean isClosing;

    // The committer's own.
    private final Deque<LongWrite> longs = new ArrayDeque<>();
    private final Map<CommitJob.BlobName, LongWrite> longByName = new HashMap<>();
    private long retryNanos = LEAST_RETRY_NANOS;
    private long triedToHealNanos;

    /// At first, too: what the last process left is swept.
    private boolean hasNothingToDo = true;

    /// A job that is neither in the queue nor in the group, nor has it got its outcome.
    private @Nullable CommitJob taken;

    Committer(
            GroupWriter writer,
            JournalPools pools,
            SpaceReclaimer reclaimer,
            ThreadFactory threads,
            LongSupplier nanoClock) {
        this.writer = writer;
        this.nanoClock = nanoClock;
        this.triedToHealNanos = nanoClock.getAsLong();
        this.pools = pools;
        this.reclaimer = reclaimer;
        this.group = new CommitGroup(pools, writer.doubts());
        this.orphans = new OrphanPieces(writer, group);
        this.mark = new IdleMark(writer, pools, nanoClock);
        this.thread = threads.newThread(this::run);
        thread.start();
    }

    // --- For everybody -------------------------------------------------------------------------

    /// Hands a job in; one that comes too late fails at once, on the caller's thread.
    void submit(CommitJob job) {
        if (!enqueue(job)) {
            writer.finish(job, WriteOutcome.FAILED);
        }
    }

    private boolean enqueue(CommitJob job) {
        lock.lock();
        try {
            if (isClosing) {
                return false;
            }
            queue.add(job);
            changed.signal();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// Writes something of its own durably, between two groups, and waits for it.
    ///
    /// @param then runs when it is written, before any other write
    WriteOutcome change(Change change, Runnable then) {
        CompletableFuture<WriteOutcome> outcome = new CompletableFuture<>();
        Runnable step =
                () -> {
                    WriteOutcome written = write(change);
                    if (written == WriteOutcome.DURABLE) {
                        then.run();
                    }
                    outcome.complete(written);
                };
        submit(new CommitJob.Step(step, outcome::complete));
        return outcome.join();
    }

    /// What is written between two groups.
    @FunctionalInterface
    interface Change {
        void put(RocksFiles files, CommitGroup group) throws RocksDBException;
    }

    /// Writes what waits, and ends.
    void close() throws InterruptedException {
        lock.lock();
        try {
            isClosing = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
        thread.join();
    }

    // --- The committer's thread ----------------------------------------------------------------

    private void run() {
        try (group) {
            writer.prepare();
            boolean isOver = false;
            while (!isOver) {
                // A bug, a fault of one group, or a heap that is full for a moment must not end the
                // writing of all others.
                try {
                    isOver = !awaitWork();
                    if (!isOver) {
                        turn();
                    }
                } catch (RocksDBException | RuntimeException | Error broken) {
                    giveUp(broken);
                }
            }
            writer.sync();
        }
    }

    /// Waits for something to do; false when it is over.
    private boolean awaitWork() {
        lock.lock();
        try {
            while (queue.isEmpty() && longs.isEmpty() && writer.again().isEmpty() && !isDue()) {
                if (isClosing) {
                    return false;
                }
                long nanos = nanosToWait();
                if (nanos < 0) {
                    changed.awaitUninterruptibly();
                } else {
                    hasNothingToDo = changed.awaitNanos(nanos) <= 0;
                }
            }
            return true;
        } catch (InterruptedException stop) {
            // Nobody is to interrupt it; whoever does ends it.
            isClosing = true;
            return false;
        } finally {
            lock.unlock();
        }
    }

    private boolean isDue() {
        boolean isDue = hasNothingToDo || writer.nanosUntilSync() == 0 || mark.nanosUntilDue() == 0;
        hasNothingToDo = false;
        return isDue;
    }

    private long nanosToWait() {
        long nanosUntilSync = writer.nanosUntilSync();
        if (writer.state() == JournalState.OPEN && writer.orphans().isEmpty()) {
            // There is nothing to mark before it is synced.
            return nanosUntilSync < 0 ? mark.nanosUntilDue() : nanosUntilSync;
        }
        return nanosUntilSync < 0 ? retryNanos : Math.min(nanosUntilSync, retryNanos);
    }

    /// Everybody who waits for the turn that broke gets an outcome.
    private void giveUp(Throwable broken) {
        try {
            CommitJob unanswered = taken;
            taken = null;
            if (unanswered != null) {
                longByName.values().stream()
                        .filter(begun -> begun.job().equals(unanswered))
                        .forEach(orphans::add);
                longByName.values().removeIf(begun -> begun.job().equals(unanswered));
                writer.finish(unanswered, WriteOutcome.FAILED);
            }
            writer.giveUp(group, broken);
            // Their pieces may have been in the group; what they wrote is swept in the next turn.
            abortLongs();
            System.getLogger(Committer.class.getName())
                    .log(System.Logger.Level.ERROR, "A group failed.", broken);
        } catch (RuntimeException | Error again) {
            broken.addSuppressed(again);
        }
    }

    private void turn() throws RocksDBException {
        if (writer.state() != JournalState.OPEN || writer.files() == null) {
            tryToHeal();
        }
        boolean isInterrupted = writer.takeInterruption();
        if (isInterrupted) {
            // Before anything is written: a long blob that seems to be complete has lost pieces.
            abortLongs();
        }
        if (isInterrupted || writer.state() == JournalState.OPEN) {
            orphans.sweep();
        }
        RocksFiles files = writer.files();
        if (files == null) {
            failAll();
            return;
        }
        writeGroup(files);
        if (!writer.takeInterruption()) {
            stepLong();
        } else {
            abortLongs();
            orphans.sweep();
        }
        writer.syncIfDue();
        mark.writeIfDue(group);
    }

    private void tryToHeal() {
        // Also while jobs keep coming, which are refused meanwhile, and no readers are disturbed.
        long nanos = nanoClock.getAsLong() - triedToHealNanos;
        if (nanos < retryNanos && writer.opener().isReadable()) {
            return;
        }
        triedToHealNanos = nanoClock.getAsLong();
        if (writer.heal()) {
            retryNanos = LEAST_RETRY_NANOS;
        } else {
            retryNanos = Math.min(2 * retryNanos, MOST_RETRY_NANOS);
            reclaimer.reclaim();
        }
    }

    /// While the files are closed nothing can be written.
    private void failAll() {
        abortLongs();
        WriteOutcome outcome = refusal();
        CommitJob job = poll();
        while (job != null) {
            writer.finish(job, outcome);
            job = poll();
        }
    }

    private WriteOutcome refusal() {
        return writer.state() == JournalState.DISK_FULL
                ? WriteOutcome.DISK_FULL
                : WriteOutcome.FAILED;
    }

    private @Nullable CommitJob poll() {
        lock.lock();
        try {
            CommitJob.Write first = writer.again().poll();
            return first != null ? first : queue.poll();
        } finally {
            lock.unlock();
        }
    }

    private void writeGroup(RocksFiles files) throws RocksDBException {
        boolean isFull = writer.isShort(0);
        group.begin(writer.syncedGroup(), false);
        LongWrite ended = longs.peek();
        boolean hasEnded = ended != null && ended.isComplete();
        CommitJob other;
        boolean isWritten = false;
        try {
            if (hasEnded) {
                end(files, longs.remove());
            }
            other = fill(files, isFull);
            long bytes = group.sizeBytes();
            isWritten = writer.write(files, group);
            writer.isShort(bytes);
        } finally {
            if (hasEnded) {
                if (!isWritten) {
                    orphans.add(ended);
                }
                release(ended);
            }
        }
        switch (other) {
            case null -> {}
            case CommitJob.Mark mark ->
                    writer.finish(
                            mark,
                            pools.has(mark.poolId())
                                    ? write((all, change) ->
                                            change.mark(all, mark.poolId(), mark.damaged()))
                                    : WriteOutcome.POOL_GONE);
            case CommitJob.Step step -> step.step().run();
            case CommitJob.Write impossible -> throw new IllegalStateException("" + impossible);
        }
        taken = null;
        if (isWritten) {
            retryNanos = LEAST_RETRY_NANOS;
        }
    }

    /// Puts what waits into the group.
    ///
    /// @return what ends it early, and has its turn behind it
    private @Nullable CommitJob fill(RocksFiles files, boolean isFull) throws RocksDBException {
        while (group.sizeBytes() < MOST_GROUP_BYTES) {
            taken = poll();
            if (!(taken instanceof CommitJob.Write write)) {
                return taken;
            }
            admit(files, write, isFull);
            taken = null;
        }
        return null;
    }

    private void admit(RocksFiles files, CommitJob.Write job, boolean isFull)
            throws RocksDBException {
        LongWrite before = longByName.get(job.name());
        if (before != null) {
            before.followers().add(job);
        } else if (!pools.has(job.poolId())) {
            writer.finish(job, WriteOutcome.POOL_GONE);
        } else if (isFull && job.isStore()) {
            writer.finish(job, WriteOutcome.DISK_FULL);
        } else if (job.write() instanceof JournalWrite.Store store && LongWrite.isLong(store)) {
            LongWrite begun = new LongWrite(job, store);
            longByName.put(job.name(), begun);
            // The same version again: its pieces count now.
            orphans.forget(begun);
            longs.add(begun);
        } else if (!group.add(files, job)) {
            writer.finish(job, WriteOutcome.SOURCE_FAILED);
        }
    }

    // --- Long writes ---------------------------------------------------------------------------

    private void stepLong() throws RocksDBException {
        LongWrite current = longs.peek();
        RocksFiles files = writer.files();
        if (current == null || files == null || current.isComplete()) {
            return;
        }
        if (!pools.has(current.job().poolId())) {
            give(current, WriteOutcome.POOL_GONE);
            return;
        }
        if (writer.state() == JournalState.DISK_FULL) {
            orphans.add(current);
            orphans.sweep();
            give(current, WriteOutcome.DISK_FULL);
            return;
        }
        group.begin(writer.syncedGroup(), false);
        boolean hasPieces = current.step(files, group);
        long bytes = group.sizeBytes();
        boolean isWritten = writer.write(files, group);
        if (writer.takeInterruption()) {
            abortLongs();
            orphans.sweep();
        } else if (isWritten && !hasPieces) {
            orphans.add(current);
            orphans.sweep();
            give(current, WriteOutcome.SOURCE_FAILED);
        }
        writer.isShort(bytes);
    }

    private void give(LongWrite ended, WriteOutcome outcome) {
        longs.remove(ended);
        writer.finish(ended.job(), outcome);
        release(ended);
    }

    /// Lets those go on that waited for a long write.
    private void release(LongWrite ended) {
        longByName.remove(ended.job().name());
        lock.lock();
        try {
            while (!ended.followers().isEmpty()) {
                queue.addFirst(ended.followers().pollLast());
            }
        } finally {
            lock.unlock();
        }
    }

    private void abortLongs() {
        WriteOutcome outcome = refusal();
        longs.forEach(orphans::add);
        while (!longs.isEmpty()) {
            give(longs.getFirst(), outcome);
        }
    }

    /// The group has all of a long blob's pieces when it has its meta record.
    private void end(RocksFiles files, LongWrite complete) throws RocksDBException {
        CommitJob.Write job = complete.job();
        taken = job;
        if (pools.has(job.poolId())) {
            group.deleteIntent(files, complete.intent());
            group.addMeta(files, job);
        } else {
            writer.finish(job, WriteOutcome.POOL_GONE);
        }
        taken = null;
    }

    // --- Changes between groups ----------------------------------------------------------------

    private WriteOutcome write(Change change) {
        RocksFiles files = writer.files();
        if (files == null) {
            return refusal();
        }
        try {
            group.begin(writer.syncedGroup(), false);
            change.put(files, group);
            return writer.write(files, group) ? WriteOutcome.DURABLE : refusal();
        } catch (RocksDBException failed) {
            return WriteOutcome.FAILED;
        }
    }
}
