package dev.zspool.testkit;

import dev.zspool.persist.Journal;
import dev.zspool.persist.JournalException;
import dev.zspool.persist.JournalWrite;
import dev.zspool.persist.MetaResult;
import dev.zspool.persist.WriteOutcome;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/// Where a test comes in before a {@link HeapJournal} writes or reads, and what it makes of that.
public final class HeapJournalFaults {
    private static final int NEVER = -1;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Everything below is read and written under the lock.

    private final Queue<Refusal> refusals = new ArrayDeque<>();

    private final Set<Place> damage = new HashSet<>();

    /// How many writes go on before one is held.
    private int writesBeforeHold = NEVER;

    private boolean isHeld;

    private boolean isUnreadable;

    private Runnable beforeRead = () -> {};

    private Consumer<JournalWrite> beforeWrite = write -> {};

    private Runnable beforePoolChange = () -> {};

    private long metaReads;

    private long pieceReads;

    private long listings;

    /// What a write that a test lets fail comes to.
    ///
    /// @param isApplied whether it takes place all the same
    /// @param isDoubtful whether the doubt listener is told, before the outcome
    record Refusal(WriteOutcome outcome, boolean isApplied, boolean isDoubtful) {}

    /// A meta record (piece -1, number is the hash) or a piece (number is the sequence).
    private record Place(int poolId, long number, int piece) {}

    HeapJournalFaults() {}

    // --- For tests -----------------------------------------------------------------------------

    /// Holds the committer before the next write.
    public void hold() {
        holdAt(0);
    }

    /// Holds the committer before a write, once this many more have gone on.
    public void holdAt(int writes) {
        change(() -> writesBeforeHold = writes);
    }

    /// Returns when the committer is held before a write.
    public void awaitHeld() {
        lock.lock();
        try {
            while (!isHeld) {
                changed.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Lets a held committer go on, and holds no other write.
    public void release() {
        change(() -> {
            writesBeforeHold = NEVER;
            isHeld = false;
        });
    }

    /// Lets the next writes come to this; nothing is changed by them.
    public void refuse(int writes, WriteOutcome outcome) {
        change(() -> {
            for (int write = 0; write < writes; write++) {
                refusals.add(new Refusal(outcome, false, false));
            }
        });
    }

    /// Lets the next write fail half-way: FAILED, and the blob is doubtful.
    ///
    /// @param isApplied whether the disk has it
    public void failInDoubt(boolean isApplied) {
        change(() -> refusals.add(new Refusal(WriteOutcome.FAILED, isApplied, true)));
    }

    /// Whether everything that is read is unreadable, until told otherwise.
    public void setUnreadable(boolean unreadable) {
        change(() -> isUnreadable = unreadable);
    }

    /// Damages a piece; marking the blob as corrupted takes it away.
    public void damagePiece(int poolId, long sequence, int piece) {
        change(() -> damage.add(new Place(poolId, sequence, piece)));
    }

    /// A blob's pieces are written anew: they are sound.
    void written(int poolId, long sequence) {
        change(() ->
                damage.removeIf(place ->
                        place.poolId() == poolId
                                && place.number() == sequence
                                && place.piece() >= 0));
    }

    /// A blob is removed: its meta record is gone, damaged or not.
    void removed(int poolId, long hash) {
        change(() -> damage.remove(new Place(poolId, hash, -1)));
    }

    /// Damages all meta records of a hash.
    public void damageMeta(int poolId, long hash) {
        change(() -> damage.add(new Place(poolId, hash, -1)));
    }

    /// Runs before every read, on the reader's thread.
    public void beforeReads(Runnable hook) {
        change(() -> beforeRead = hook);
    }

    /// Runs before every write, on the committer's thread.
    public void beforeWrites(Consumer<JournalWrite> hook) {
        change(() -> beforeWrite = hook);
    }

    /// Runs before every change of a pool's definition, on the caller's thread.
    public void beforePoolChanges(Runnable hook) {
        change(() -> beforePoolChange = hook);
    }

    public long metaReads() {
        return count(() -> metaReads);
    }

    public long pieceReads() {
        return count(() -> pieceReads);
    }

    public long listings() {
        return count(() -> listings);
    }

    // --- For the journal -----------------------------------------------------------------------

    Optional<Refusal> beforeWrite(JournalWrite write) {
        Consumer<JournalWrite> hook;
        Optional<Refusal> refusal;
        lock.lock();
        try {
            if (writesBeforeHold == 0) {
                isHeld = true;
                changed.signalAll();
                while (isHeld) {
                    changed.awaitUninterruptibly();
                }
            } else if (writesBeforeHold > 0) {
                writesBeforeHold--;
            }
            hook = beforeWrite;
            refusal = Optional.ofNullable(refusals.poll());
        } finally {
            lock.unlock();
        }
        hook.accept(write);
        return refusal;
    }

    void beforePoolChange() {
        Runnable hook;
        lock.lock();
        try {
            hook = beforePoolChange;
        } finally {
            lock.unlock();
        }
        hook.run();
        beforeUse();
    }

    private void beforeUse() {
        lock.lock();
        try {
            if (isUnreadable) {
                throw new JournalException(JournalException.Reason.FAILED, "the disk fails");
            }
        } finally {
            lock.unlock();
        }
    }

    Optional<MetaResult> beforeReadMeta(int poolId, long hash, String handle) {
        change(() -> metaReads++);
        hookOfReads().run();
        lock.lock();
        try {
            if (isUnreadable) {
                return Optional.of(new MetaResult.Unreadable());
            }
            return damage.contains(new Place(poolId, hash, -1)) && !handle.isEmpty()
                    ? Optional.of(new MetaResult.Corrupted())
                    : Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    /// Gives a negative result of {@link Journal#readPiece}, or 0 when it may be read.
    int beforeReadPiece(int poolId, long sequence, int piece) {
        change(() -> pieceReads++);
        hookOfReads().run();
        lock.lock();
        try {
            if (isUnreadable) {
                return Journal.UNREADABLE;
            }
            return damage.contains(new Place(poolId, sequence, piece)) ? Journal.CORRUPTED : 0;
        } finally {
            lock.unlock();
        }
    }

    void beforeList() {
        change(() -> listings++);
        hookOfReads().run();
        beforeUse();
    }

    private Runnable hookOfReads() {
        lock.lock();
        try {
            return beforeRead;
        } finally {
            lock.unlock();
        }
    }

    private void change(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private long count(java.util.function.LongSupplier counter) {
        lock.lock();
        try {
            return counter.getAsLong();
        } finally {
            lock.unlock();
        }
    }
}
