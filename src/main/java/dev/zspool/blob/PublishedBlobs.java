package dev.zspool.blob;

import dev.zspool.zsmalloc.ZsPool;
import java.util.Arrays;
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
    private final WriteSlots slots = new WriteSlots();

    PublishedBlobs(BlobParts parts, BlobIndex index, BlobCounters counters, JournalStep journal) {
        this.parts = parts;
        this.index = index;
        this.counters = counters;
        this.journal = journal;
    }

    /// Finds a root.
    ///
    /// @return a view of a copy of it, empty when there is none or it is damaged, which the probe
    ///   knows
    Optional<RootView> find(BlobName name, RootProbe probe) {
        return findHandle(name, probe) != BlobIndex.NONE && probe.isSound()
                ? Optional.of(copyOf(probe.root()))
                : Optional.empty();
    }

    /// Finds the object that is a root; the probe has its bytes then, and knows whether they are
    /// sound.
    ///
    /// @return its handle in the pool below, {@link BlobIndex#NONE} when there is no such blob
    long findHandle(BlobName name, RootProbe probe) {
        long found = index.find(name.hash(), probe);
        if (found == BlobIndex.NONE) {
            probe.forget();
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
        boolean isAllowed = false;
        try {
            isAllowed = isAllowed(condition, name);
        } finally {
            if (!isAllowed) {
                freeUnpublished(root);
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
                        result = durable ? publishInSlot(name, root, draft) : refuse(root);
                    } finally {
                        end(name, answer, result);
                    }
                });
    }

    private PutResult refuse(long root) {
        freeUnpublished(root);
        return new PutResult.OutOfMemory();
    }

    private PutResult publishInSlot(BlobName name, long root, RootDraft draft) {
        long before = index.put(name.hash(), root, probe(name));
        if (before == BlobIndex.OUT_OF_MEMORY) {
            return refuse(root);
        }
        counters.published(draft.info(), draft.contentKind());
        if (before != BlobIndex.NONE) {
            freePublished(before);
        }
        return new PutResult.Stored(draft.info(), before == BlobIndex.NONE);
    }

    void delete(BlobName name, WriteCondition condition, Consumer<DeleteOutcome> answer) {
        slots.acquire(
                name.hash(),
                () -> {
                    DeleteOutcome outcome = DeleteOutcome.PRECONDITION_FAILED;
                    try {
                        if (isAllowed(condition, name)) {
                            outcome = deleteInSlot(name);
                        }
                    } finally {
                        end(name, answer, outcome);
                    }
                });
    }

    private DeleteOutcome deleteInSlot(BlobName name) {
        long before = index.remove(name.hash(), probe(name));
        if (before == BlobIndex.NONE) {
            return DeleteOutcome.MISSING;
        }
        freePublished(before);
        return DeleteOutcome.DELETED;
    }

    private <T> void end(BlobName name, Consumer<T> answer, T result) {
        // The next write of the slot comes behind the answer, also on a thread of the journal.
        TaskChain.run(() -> {
            slots.release(name.hash());
            answer.accept(result);
        });
    }

    private void freePublished(long root) {
        Optional<RootView> view = load(root);
        view.ifPresent(counters::removed);
        view.ifPresent(parts.objects()::freeContent);
        parts.pool().free(root);
    }

    private void freeUnpublished(long root) {
        load(root).ifPresent(parts.objects()::freeContent);
        parts.pool().free(root);
    }

    private Optional<RootView> load(long root) {
        byte[] bytes = Scratch.get().root;
        int length = parts.pool().read(root, bytes, 0);
        if (length == ZsPool.NOT_LIVE || !RootView.isSound(bytes, length)) {
            // What a damaged root leads to cannot be known; it stays until the pool is closed.
            counters.corruptedReads.increment();
            return Optional.empty();
        }
        return Optional.of(copyOf(bytes));
    }

    /// A view of a copy of a sound root.
    RootView copyOf(byte[] root) {
        RootView view = new RootView(parts.attributes());
        view.parse(root);
        long inline = view.kind() == RootKind.INLINE ? view.storedBytes() : 0L;
        long length = Math.min(root.length, view.headerEnd() + inline);
        view.parse(Arrays.copyOf(root, Math.toIntExact(length)));
        return view;
    }
}
