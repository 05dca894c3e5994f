package dev.zspool.blob;

import dev.zspool.persist.BlobMeta;
import java.time.InstantSource;
import java.util.Optional;
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
    private final WriteScope scope;
    private final Residency residency;

    WriteOrder(
            BlobParts parts,
            PublishedBlobs published,
            BlobCounters counters,
            Backing backing,
            InstantSource clock) {
        scope = new WriteScope(parts, published, counters, backing, clock);
        residency = new Residency(scope);
    }

    /// Counts who is inside the pool.
    PoolGate gate() {
        return scope.gate();
    }

    /// What is done with roots.
    StoredRoots roots() {
        return scope.published.roots;
    }

    /// What leaves memory and comes back.
    Residency residency() {
        return residency;
    }

    /// Makes a stored root the published one of its handle; frees it when that cannot be.
    void publish(
            BlobName name,
            long root,
            RootDraft draft,
            WriteCondition condition,
            Consumer<PutResult> answer) {
        scope.slots.acquire(
                name.hash(),
                () -> new StoreStep(scope, name, root, draft, condition, answer).begin());
    }

    /// Deletes a blob.
    void delete(BlobName name, WriteCondition condition, Consumer<DeleteOutcome> answer) {
        boolean isBlind = condition.equals(WriteCondition.ALWAYS) && !scope.backing.isDurable();
        Predicate<Present> isWanted = present -> condition.allows(present.info());
        scope.slots.acquire(
                name.hash(), () -> new RemoveStep(scope, name, isWanted, answer).begin(isBlind));
    }

    /// Removes a blob for good whose life is over; one that was replaced meanwhile stays.
    void removeExpired(BlobName name, BlobMeta expired, Runnable whenDone) {
        Predicate<Present> isWanted =
                present ->
                        present.meta()
                                .filter(now ->
                                        now.sequence() == expired.sequence()
                                                && JournalFormat.info(now)
                                                        .isExpiredAt(scope.clock.millis()))
                                .isPresent();
        Consumer<DeleteOutcome> count =
                outcome -> {
                    whenDone.run();
                    if (outcome == DeleteOutcome.MISSING) {
                        scope.counters.expiredBlobs.increment();
                    }
                };
        scope.slots.acquire(
                name.hash(), () -> new RemoveStep(scope, name, isWanted, count).begin(false));
    }

    /// Writes a blob to the journal again that is damaged there, if memory has the same version.
    ///
    /// @param then gets what became of it
    void repair(BlobName name, BlobMeta damaged, Consumer<RepairOutcome> then) {
        scope.slots.acquire(name.hash(), () -> new RepairStep(scope, name, damaged, then).begin());
    }

    /// A blob of which nobody knows whether memory and journal have the same version: the journal's
    /// is right. Writes that wait look it up behind this.
    void forget(BlobName name) {
        scope.forget(name);
    }

    /// The pool stays after all: what memory has missed is read from the journal.
    void forgetMissed() {
        scope.forgetMissed();
    }

    /// Frees a blob that nothing leads to.
    void discard(long root) {
        scope.discard(root);
    }

    /// Whether memory has a blob of that name, also one whose life is over.
    boolean isInMemory(BlobName name) {
        return scope.gate()
                .inside(
                        () ->
                                scope.published.findAny(name, scope.published.probe(name))
                                        != BlobIndex.NONE,
                        false);
    }

    /// Finds a blob in memory whose life is not over.
    Optional<RootView> find(BlobName name) {
        return scope.gate()
                .inside(
                        () -> scope.published.find(name, scope.published.probe(name)),
                        Optional.empty());
    }

    /// What {@link Residency#admit} wants to know of the time before the blob was looked up.
    int note(BlobName name) {
        return scope.slots.releases(name.hash());
    }
}
