package dev.zspool.blob;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.zspool.persist.BlobMeta;
import dev.zspool.persist.WriteOutcome;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// The order in which a write changes what can be found.
///
/// Under the write slot of the handle: look up what is there, decide the condition against it, make
/// it durable, change the index in one step, free the blob before it. Then release the slot and
/// answer. No thread waits: a step that has to wait for the disk goes on where that ends.
///
/// Thread-safe.
final class WriteOrder {
    private final BlobParts parts;
    private final PublishedBlobs published;
    private final BlobCounters counters;
    private final Backing backing;
    private final InstantSource clock;
    private final WriteSlots slots = new WriteSlots();

    /// What memory has missed while the gate was shut.
    private final Queue<Missed> missed = new ConcurrentLinkedQueue<>();

    WriteOrder(
            BlobParts parts,
            PublishedBlobs published,
            BlobCounters counters,
            Backing backing,
            InstantSource clock) {
        this.parts = parts;
        this.published = published;
        this.counters = counters;
        this.backing = backing;
        this.clock = clock;
    }

    /// Counts who is inside the pool.
    PoolGate gate() {
        return parts.gate();
    }

    /// What is done with roots.
    StoredRoots roots() {
        return published.roots;
    }

    /// Makes a stored root the published one of its handle; frees it when that cannot be.
    void publish(
            BlobName name,
            long root,
            RootDraft draft,
            WriteCondition condition,
            Consumer<PutResult> answer) {
        slots.acquire(name.hash(), () -> new Storing(name, root, draft, condition, answer).begin());
    }

    /// Deletes a blob.
    void delete(BlobName name, WriteCondition condition, Consumer<DeleteOutcome> answer) {
        boolean isBlind = condition.equals(WriteCondition.ALWAYS) && !backing.isDurable();
        Predicate<Present> isWanted = present -> condition.allows(present.info());
        slots.acquire(name.hash(), () -> new Removing(name, isWanted, answer).begin(isBlind));
    }

    /// Takes a blob out of memory whose life is over; one that was replaced meanwhile stays.
    ///
    /// @param entry what was taken out of the queue for it
    void expire(BlobName name, long entry) {
        slots.acquire(
                name.hash(),
                () -> {
                    try {
                        parts.gate().inside(() -> expireInSlot(name, entry), false);
                    } finally {
                        slots.release(name.hash());
                    }
                });
    }

    private boolean expireInSlot(BlobName name, long entry) {
        RootProbe probe = published.probe(name);
        long root = published.findAny(name, probe);
        if (root == BlobIndex.NONE || !probe.isSound()) {
            return false;
        }
        if (!published.roots.isOver(probe.root())) {
            if (root == ExpiryQueue.rootHandle(entry) && RootView.hasEnd(probe.root())) {
                // The clock went back meanwhile.
                published.expiry.putBack(entry);
            }
            return false;
        }
        if (backing.isDurable()) {
            backing.leaves();
        } else {
            counters.expiredBlobs.increment();
        }
        published.remove(name);
        return true;
    }

    /// Removes a blob for good whose life is over; one that was replaced meanwhile stays.
    void removeExpired(BlobName name, BlobMeta expired, Runnable whenDone) {
        Predicate<Present> isWanted =
                present ->
                        present.meta()
                                .filter(now ->
                                        now.sequence() == expired.sequence()
                                                && JournalFormat.info(now)
                                                        .isExpiredAt(clock.millis()))
                                .isPresent();
        Consumer<DeleteOutcome> count =
                outcome -> {
                    whenDone.run();
                    if (outcome == DeleteOutcome.MISSING) {
                        counters.expiredBlobs.increment();
                    }
                };
        slots.acquire(name.hash(), () -> new Removing(name, isWanted, count).begin(false));
    }

    /// Takes a blob out of memory to make room, if this root is still the published one and nobody
    /// is about to write there. Never later: whoever needs the room looks for it at once. A blob
    /// that is kept nowhere else is deleted.
    ///
    /// @return whether it is gone
    boolean evict(BlobName name, long root) {
        if (!slots.tryAcquire(name.hash())) {
            return false;
        }
        try {
            return parts.gate().inside(() -> evictInSlot(name, root), false);
        } finally {
            slots.release(name.hash());
        }
    }

    /// Whether blobs that leave memory are not lost, or need not be kept.
    boolean mayEvict() {
        return !backing.isDurable() || backing.isReadable();
    }

    private boolean evictInSlot(BlobName name, long root) {
        RootProbe probe = published.probe(name);
        boolean isThere = published.findAny(name, probe) == root && probe.isSound();
        if (!isThere || !mayEvict()) {
            return false;
        }
        if (backing.isDurable()) {
            backing.leaves();
            counters.leftBlobs.increment();
        } else {
            counters.evictedBlobs.increment();
        }
        published.remove(name);
        return true;
    }

    /// Whether memory has a blob of that name, also one whose life is over.
    boolean isInMemory(BlobName name) {
        return parts.gate()
                .inside(
                        () -> published.findAny(name, published.probe(name)) != BlobIndex.NONE,
                        false);
    }

    /// Takes a damaged root out of memory, if nobody is about to write there: what the journal has
    /// comes into its place.
    void dropDamaged(BlobName name) {
        if (slots.tryAcquire(name.hash())) {
            try {
                parts.gate().inside(() -> dropDamagedInSlot(name), false);
            } finally {
                slots.release(name.hash());
            }
        }
    }

    private boolean dropDamagedInSlot(BlobName name) {
        RootProbe probe = published.probe(name);
        boolean isDamaged = published.findAny(name, probe) != BlobIndex.NONE && !probe.isSound();
        if (isDamaged) {
            backing.leaves();
            published.remove(name);
        }
        return isDamaged;
    }

    /// Finds a blob in memory whose life is not over.
    Optional<RootView> find(BlobName name) {
        return parts.gate()
                .inside(() -> published.find(name, published.probe(name)), Optional.empty());
    }

    /// What {@link #admit} wants to know of the time before the blob was looked up.
    int note(BlobName name) {
        return slots.releases(name.hash());
    }

    /// Publishes a blob that was read from the journal, if nobody has changed anything since; frees
    /// it else.
    ///
    /// @param noted see {@link #note}
    /// @return whether it is in memory now
    boolean admit(BlobName name, long root, RootDraft draft, int noted) {
        if (!slots.tryAcquire(name.hash())) {
            discard(root);
            return false;
        }
        try {
            boolean isUnchanged = slots.releases(name.hash()) == noted;
            return parts.gate().inside(() -> admitInSlot(name, root, draft, isUnchanged), false);
        } finally {
            slots.release(name.hash());
        }
    }

    private boolean admitInSlot(BlobName name, long root, RootDraft draft, boolean isUnchanged) {
        if (!isUnchanged || published.findAny(name, published.probe(name)) != BlobIndex.NONE) {
            published.roots.freeUnpublished(root);
            return false;
        }
        PublishedBlobs.Before before = published.put(name, root, draft);
        if (before == PublishedBlobs.Before.NOTHING) {
            backing.isBack();
        }
        return before == PublishedBlobs.Before.NOTHING;
    }

    /// Writes a blob to the journal again that is damaged there, if memory has the same version.
    ///
    /// @param then gets whether it is sound now
    void repair(BlobName name, BlobMeta damaged, Consumer<Boolean> then) {
        slots.acquire(name.hash(), () -> new Repairing(name, damaged, then).begin());
    }

    /// A blob of which nobody knows whether memory and journal have the same version: the journal's
    /// is right. Writes that wait look it up behind this.
    void forget(BlobName name) {
        slots.acquireNext(
                name.hash(),
                () -> {
                    try {
                        backing.leaves();
                        parts.gate()
                                .inside(() -> published.remove(name), PublishedBlobs.Before.GONE);
                    } finally {
                        slots.release(name.hash());
                    }
                });
    }

    private void miss(BlobName name, long root) {
        missed.add(new Missed(name, root));
        if (!parts.gate().isShut()) {
            forgetMissed();
        }
    }

    /// The pool stays after all: what memory has missed is read from the journal.
    void forgetMissed() {
        for (Missed next = missed.poll(); next != null; next = missed.poll()) {
            if (next.root() != BlobIndex.NONE) {
                discard(next.root());
            }
            forget(next.name());
        }
    }

    /// Looks up what is under a handle.
    ///
    /// @param then runs exactly once, perhaps on another thread
    private void lookUp(BlobName name, Consumer<Present> then) {
        Present inMemory = parts.gate().inside(() -> inMemory(name), Present.NOTHING);
        boolean isDamaged = inMemory.isInMemory() && inMemory.meta().isEmpty();
        boolean isElsewhere =
                isDamaged ? backing.isDurable() : !inMemory.isInMemory() && backing.mayHaveMore();
        if (isElsewhere) {
            backing.find(name, found -> then.accept(Present.of(found, isDamaged, clock.millis())));
        } else {
            then.accept(inMemory);
        }
    }

    private Present inMemory(BlobName name) {
        RootProbe probe = published.probe(name);
        if (published.findAny(name, probe) == BlobIndex.NONE) {
            return Present.NOTHING;
        }
        return probe.isSound()
                ? Present.inMemory(
                        published.metaOf(name, probe.root()), published.roots.isOver(probe.root()))
                : Present.DAMAGED;
    }

    /// Frees a blob that nothing leads to; false when the pool is about to be destroyed with it.
    @CanIgnoreReturnValue
    boolean discard(long root) {
        return parts.gate().insideOrLater(() -> published.roots.freeUnpublished(root));
    }

    /// A step under the write slot, which ends with its answer.
    private abstract class Step<T> {
        private final BlobName name;
        private final Consumer<T> answer;

        /// Of whichever thread has the step.
        private boolean isEnded;

        Step(BlobName name, Consumer<T> answer) {
            this.name = name;
            this.answer = answer;
        }

        BlobName name() {
            return name;
        }

        /// Does a part of the step; when that throws before the step has ended or was passed on, it
        /// ends here, or its slot would be taken for good.
        void guarded(Runnable part) {
            boolean isDone = false;
            try {
                part.run();
                isDone = true;
            } finally {
                if (!isDone && !isEnded) {
                    fail();
                }
            }
        }

        /// The same on a thread of the journal.
        void resumed(Runnable part) {
            TaskChain.run(() -> guarded(part));
        }

        abstract void fail();

        void end(T result) {
            isEnded = true;
            // The next write of the slot comes behind the answer.
            TaskChain.run(() -> {
                slots.release(name.hash());
                answer.accept(result);
            });
        }
    }

    /// A blob is stored.
    private final class Storing extends Step<PutResult> {
        private final long root;
        private final RootDraft draft;
        private final WriteCondition condition;

        Storing(
                BlobName name,
                long root,
                RootDraft draft,
                WriteCondition condition,
                Consumer<PutResult> answer) {
            super(name, answer);
            this.root = root;
            this.draft = draft;
            this.condition = condition;
        }

        void begin() {
            if (condition.equals(WriteCondition.ALWAYS) && !backing.isDurable()) {
                guarded(() -> store(Present.NOTHING));
            } else {
                guarded(() -> lookUp(name(), present -> guarded(() -> decide(present))));
            }
        }

        private void decide(Present present) {
            if (present.isUnknown()) {
                refuse(new PutResult.DiskFailed());
                return;
            }
            boolean isAllowed = false;
            try {
                isAllowed = condition.allows(present.info());
            } finally {
                if (!isAllowed) {
                    refuse(new PutResult.PreconditionFailed());
                }
            }
            if (isAllowed) {
                store(present);
            }
        }

        private void store(Present present) {
            if (parts.gate().isShut()) {
                refuse(new PutResult.PoolGone());
                return;
            }
            backing.store(
                    name(),
                    root,
                    draft,
                    present.meta(),
                    outcome -> resumed(() -> stored(present, outcome)));
        }

        private void stored(Present present, WriteOutcome outcome) {
            switch (outcome) {
                case DURABLE -> publish(present);
                case DISK_FULL -> refuse(new PutResult.DiskFull());
                case FAILED -> refuse(new PutResult.DiskFailed());
                case SOURCE_FAILED -> refuse(new PutResult.OutOfMemory());
                case POOL_GONE -> refuse(new PutResult.PoolGone());
            }
        }

        private void publish(Present present) {
            PublishedBlobs.Before before = PublishedBlobs.Before.NO_MEMORY;
            boolean isDone = false;
            try {
                before =
                        parts.gate()
                                .inside(
                                        () -> published.put(name(), root, draft),
                                        PublishedBlobs.Before.GONE);
                isDone = true;
            } finally {
                if (!isDone || before == PublishedBlobs.Before.NO_MEMORY) {
                    publishNot(present);
                }
            }
            if (before == PublishedBlobs.Before.GONE) {
                if (backing.isDurable()) {
                    miss(name(), root);
                }
                end(new PutResult.PoolGone());
            } else if (before != PublishedBlobs.Before.NO_MEMORY) {
                if (present.isAbsent()) {
                    backing.isBack();
                }
                boolean isReplaced =
                        before == PublishedBlobs.Before.ALIVE
                                || (present.isAbsent() && present.info().isPresent());
                end(new PutResult.Stored(draft.info(), !isReplaced));
            }
        }

        /// Memory is short for a blob that is stored already, if anything is stored at all: then it
        /// is read from there, and the one before it must not be.
        private void publishNot(Present present) {
            if (!backing.isDurable()) {
                end(new PutResult.OutOfMemory());
                return;
            }
            try {
                if (!present.isAbsent()) {
                    backing.leaves();
                }
                parts.gate().inside(() -> published.remove(name()), PublishedBlobs.Before.GONE);
            } finally {
                end(new PutResult.Stored(draft.info(), present.info().isEmpty()));
            }
        }

        private void refuse(PutResult result) {
            try {
                discard(root);
            } finally {
                end(result);
            }
        }

        @Override
        void fail() {
            refuse(new PutResult.OutOfMemory());
        }
    }

    /// A blob is written again as it is.
    private final class Repairing extends Step<Boolean> {
        private final BlobMeta damaged;

        Repairing(BlobName name, BlobMeta damaged, Consumer<Boolean> then) {
            super(name, then);
            this.damaged = damaged;
        }

        void begin() {
            guarded(() -> write(parts.gate().inside(this::rootInMemory, BlobIndex.NONE)));
        }

        private long rootInMemory() {
            RootProbe probe = published.probe(name());
            long root = published.findAny(name(), probe);
            boolean isSame =
                    root != BlobIndex.NONE
                            && probe.isSound()
                            && ObjectLayout.sequence(ObjectLayout.longAt(probe.root(), 0))
                                    == damaged.sequence();
            return isSame ? root : BlobIndex.NONE;
        }

        private void write(long root) {
            if (root == BlobIndex.NONE) {
                end(false);
                return;
            }
            RootDraft draft = RootDraft.restored(JournalFormat.info(damaged));
            draft.accept(
                    draft.info(),
                    ContentKind.of(draft.info(), damaged.kind() == JournalFormat.KIND_FILLED));
            backing.store(
                    name(),
                    root,
                    draft,
                    Optional.of(damaged.corrupted()),
                    outcome -> resumed(() -> end(outcome == WriteOutcome.DURABLE)));
        }

        @Override
        void fail() {
            end(false);
        }
    }

    /// A blob is removed.
    private final class Removing extends Step<DeleteOutcome> {
        private final Predicate<Present> isWanted;

        Removing(BlobName name, Predicate<Present> isWanted, Consumer<DeleteOutcome> answer) {
            super(name, answer);
            this.isWanted = isWanted;
        }

        /// @param isBlind whether it goes whatever it is
        void begin(boolean isBlind) {
            if (isBlind) {
                guarded(() -> removed(Present.NOTHING, WriteOutcome.DURABLE));
            } else {
                guarded(() -> lookUp(name(), present -> guarded(() -> decide(present))));
            }
        }

        private void decide(Present present) {
            if (present.isUnknown()) {
                end(DeleteOutcome.DISK_FAILED);
            } else if (!isWanted.test(present)) {
                end(DeleteOutcome.PRECONDITION_FAILED);
            } else if (backing.isDurable() && present.meta().isPresent()) {
                backing.remove(
                        present.meta().get(), outcome -> resumed(() -> removed(present, outcome)));
            } else {
                removed(present, WriteOutcome.DURABLE);
            }
        }

        private void removed(Present present, WriteOutcome outcome) {
            switch (outcome) {
                case DURABLE -> {
                    PublishedBlobs.Before before =
                            parts.gate()
                                    .inside(
                                            () -> published.remove(name()),
                                            PublishedBlobs.Before.GONE);
                    if (before == PublishedBlobs.Before.GONE && backing.isDurable()) {
                        miss(name(), BlobIndex.NONE);
                    }
                    if (present.isAbsent()) {
                        backing.isBack();
                    }
                    boolean wasThere =
                            before == PublishedBlobs.Before.ALIVE
                                    || (present.isAbsent() && present.isAlive());
                    end(wasThere ? DeleteOutcome.DELETED : DeleteOutcome.MISSING);
                }
                case POOL_GONE -> end(DeleteOutcome.MISSING);
                case DISK_FULL, FAILED, SOURCE_FAILED -> end(DeleteOutcome.DISK_FAILED);
            }
        }

        @Override
        void fail() {
            end(DeleteOutcome.PRECONDITION_FAILED);
        }
    }
}
