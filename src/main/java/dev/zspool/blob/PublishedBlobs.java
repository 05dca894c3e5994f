package dev.zspool.blob;

import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;

/// What can be found: the index, and the order in which a write changes it.
///
/// Under the write slot of the handle: decide the condition against what is published, make the
/// journal's step, change the index in one step, free the blob before it. Then release the slot and
/// answer. Thread-safe; nobody waits.
final class PublishedBlobs {
    private final BlobParts parts;
    private final BlobIndex index;
    private final BlobCounters counters;
    private final JournalStep journal;

    /// When blobs end.
    final ExpiryQueue expiry;

    /// What is done with roots, published or not.
    final StoredRoots roots;

    private final WriteSlots slots = new WriteSlots();

    /// Shut for a moment by who wants to know whether there are blobs, and for good with the pool.
    final PoolGate publishing = new PoolGate();

    PublishedBlobs(
            BlobParts parts,
            BlobIndex index,
            BlobCounters counters,
            JournalStep journal,
            ExpiryQueue expiry,
            InstantSource clock) {
        this.parts = parts;
        this.index = index;
        this.counters = counters;
        this.journal = journal;
        this.expiry = expiry;
        this.roots = new StoredRoots(parts, counters, clock);
    }

    /// Counts who is inside the pool.
    PoolGate gate() {
        return parts.gate();
    }

    /// Shuts the gate if no blob is alive. Whoever is about to publish one waits for that moment.
    boolean shutIfEmpty() {
        publishing.shut();
        while (!publishing.isQuiet()) {
            Thread.onSpinWait();
        }
        boolean isEmpty = !LiveBlobs.areIn(index, parts, roots);
        if (isEmpty) {
            parts.gate().shut();
        } else {
            publishing.reopen();
        }
        return isEmpty;
    }

    /// Finds a root.
    ///
    /// @return a view of a copy of it, empty when there is none, its life is over, or it is
    ///   damaged, which the probe knows
    Optional<RootView> find(BlobName name, RootProbe probe) {
        if (findHandle(name, probe) == BlobIndex.NONE || !probe.isSound()) {
            return Optional.empty();
        }
        return Optional.of(roots.copyOf(probe.root()));
    }

    /// Finds the object that is a root; the probe has its bytes then, and knows whether they are
    /// sound.
    ///
    /// @return its handle in the pool below, {@link BlobIndex#NONE} when there is no such blob
    long findHandle(BlobName name, RootProbe probe) {
        long found = index.find(name.hash(), probe);
        boolean isOver = found != BlobIndex.NONE && probe.isSound() && roots.isOver(probe.root());
        if (found == BlobIndex.NONE || isOver) {
            probe.forget();
            return BlobIndex.NONE;
        }
        return found;
    }

    RootProbe probe(BlobName name) {
        return new RootProbe(parts.pool(), name.characters());
    }

    Optional<BlobInfo> published(BlobName name) {
        return find(name, probe(name)).map(RootView::info);
    }

    private boolean isAllowed(WriteCondition condition, BlobName name) {
        return condition.equals(WriteCondition.ALWAYS) || condition.allows(published(name));
    }

    /// Makes a stored root the published one of its handle; frees it when that cannot be.
    void publish(
            BlobName name,
            long root,
            RootDraft draft,
            WriteCondition condition,
            Consumer<PutResult> answer) {
        slots.acquire(name.hash(), () -> decide(name, root, draft, condition, answer));
    }

    private void decide(
            BlobName name,
            long root,
            RootDraft draft,
            WriteCondition condition,
            Consumer<PutResult> answer) {
        int visit = parts.gate().enter();
        if (visit == PoolGate.SHUT) {
            end(name, answer, new PutResult.PoolGone());
            return;
        }
        boolean isAllowed = false;
        try {
            isAllowed = isAllowed(condition, name);
        } finally {
            if (!isAllowed) {
                roots.freeUnpublished(root);
            }
            parts.gate().exit(visit);
            if (!isAllowed) {
                end(name, answer, new PutResult.PreconditionFailed());
            }
        }
        if (isAllowed) {
            commit(name, root, draft, answer);
        }
    }

    private void commit(BlobName name, long root, RootDraft draft, Consumer<PutResult> answer) {
        journal.commit(
                draft.info(),
                durable -> {
                    PutResult result = new PutResult.OutOfMemory();
                    try {
                        result =
                                parts.gate()
                                        .inside(
                                                () ->
                                                        durable
                                                                ? publishInSlot(name, root, draft)
                                                                : refuse(root),
                                                new PutResult.PoolGone());
                    } finally {
                        end(name, answer, result);
                    }
                });
    }

    private PutResult refuse(long root) {
        roots.freeUnpublished(root);
        return new PutResult.OutOfMemory();
    }

    private PutResult publishInSlot(BlobName name, long root, RootDraft draft) {
        int visit = enterPublishing();
        if (visit == PoolGate.SHUT) {
            return new PutResult.PoolGone();
        }
        try {
            boolean hasEnd = draft.info().expiresEpochMillis() != BlobInfo.NEVER_EXPIRES;
            if (hasEnd && !expiry.reserve()) {
                return refuse(root);
            }
            long before = putInIndex(name, root, draft.info(), hasEnd);
            if (before == BlobIndex.OUT_OF_MEMORY) {
                return new PutResult.OutOfMemory();
            }
            counters.published(draft.info(), draft.contentKind());
            boolean isReplaced = before != BlobIndex.NONE && roots.freePublished(before);
            return new PutResult.Stored(draft.info(), !isReplaced);
        } finally {
            publishing.exit(visit);
        }
    }

    /// @return the root before it, or {@link BlobIndex#OUT_OF_MEMORY}: then this one is freed
    private long putInIndex(BlobName name, long root, BlobInfo info, boolean hasEnd) {
        long before = BlobIndex.OUT_OF_MEMORY;
        try {
            before = index.put(name.hash(), root, probe(name));
        } finally {
            // Also behind a heap that is full: neither room nor root may be lost.
            if (hasEnd) {
                noteEnd(root, info, before);
            }
            if (before == BlobIndex.OUT_OF_MEMORY) {
                roots.freeUnpublished(root);
            }
        }
        return before;
    }

    /// The entry comes behind the blob, so that whoever takes it out finds the blob.
    private void noteEnd(long root, BlobInfo info, long before) {
        if (before == BlobIndex.OUT_OF_MEMORY) {
            expiry.release();
        } else {
            expiry.add(ExpiryQueue.entry(info.expiresEpochMillis(), root));
        }
    }

    /// Who looks whether the pool is empty shuts this gate for the time of a look.
    private int enterPublishing() {
        int visit = publishing.enter();
        while (visit == PoolGate.SHUT && !parts.gate().isShut()) {
            Thread.onSpinWait();
            visit = publishing.enter();
        }
        return visit;
    }

    void delete(BlobName name, WriteCondition condition, Consumer<DeleteOutcome> answer) {
        slots.acquire(
                name.hash(),
                () -> {
                    DeleteOutcome outcome = DeleteOutcome.PRECONDITION_FAILED;
                    try {
                        outcome =
                                parts.gate()
                                        .inside(
                                                () -> deleteInSlot(name, condition),
                                                DeleteOutcome.MISSING);
                    } finally {
                        end(name, answer, outcome);
                    }
                });
    }

    private DeleteOutcome deleteInSlot(BlobName name, WriteCondition condition) {
        if (!isAllowed(condition, name)) {
            return DeleteOutcome.PRECONDITION_FAILED;
        }
        long before = index.remove(name.hash(), probe(name));
        if (before == BlobIndex.NONE) {
            return DeleteOutcome.MISSING;
        }
        return roots.freePublished(before) ? DeleteOutcome.DELETED : DeleteOutcome.MISSING;
    }

    /// Frees a blob if its life is over; one that was replaced meanwhile stays.
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

    /// Deletes a blob to make room, if this root is still the published one and nobody is about to
    /// write there. Never later: whoever needs the room looks for it at once.
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

    private boolean evictInSlot(BlobName name, long root) {
        RootProbe probe = probe(name);
        if (index.find(name.hash(), probe) != root || !probe.isSound()) {
            return false;
        }
        roots.freePublished(index.remove(name.hash(), probe));
        counters.evictedBlobs.increment();
        return true;
    }

    private boolean expireInSlot(BlobName name, long entry) {
        RootProbe probe = probe(name);
        long root = index.find(name.hash(), probe);
        if (root == BlobIndex.NONE || !probe.isSound()) {
            return false;
        }
        if (!roots.isOver(probe.root())) {
            if (root == ExpiryQueue.rootHandle(entry) && RootView.hasEnd(probe.root())) {
                // The clock went back meanwhile.
                expiry.putBack(entry);
            }
            return false;
        }
        roots.freePublished(index.remove(name.hash(), probe));
        counters.expiredBlobs.increment();
        return true;
    }

    private <T> void end(BlobName name, Consumer<T> answer, T result) {
        // The next write of the slot comes behind the answer, also on a thread of the journal.
        TaskChain.run(() -> {
            slots.release(name.hash());
            answer.accept(result);
        });
    }
}
