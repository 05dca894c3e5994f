package dev.zspool.blob;

import dev.zspool.persist.BlobMeta;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/// What can be found in memory: the index, and how one step of a write changes it.
///
/// Reading needs nothing; changing needs the write slot of the handle ({@link WriteOrder}).
/// Thread-safe; nobody waits.
final class PublishedBlobs {
    private final BlobParts parts;
    private final BlobIndex index;
    private final BlobCounters counters;

    /// When blobs end.
    final ExpiryQueue expiry;

    /// What is done with roots, published or not.
    final StoredRoots roots;

    /// Shut for a moment by who wants to know whether there are blobs, and for good with the pool.
    final PoolGate publishing = new PoolGate();

    PublishedBlobs(
            BlobParts parts,
            BlobIndex index,
            BlobCounters counters,
            ExpiryQueue expiry,
            InstantSource clock) {
        this.parts = parts;
        this.index = index;
        this.counters = counters;
        this.expiry = expiry;
        this.roots = new StoredRoots(parts, counters, clock);
    }

    /// Counts who is inside the pool.
    PoolGate gate() {
        return parts.gate();
    }

    /// Shuts the gate if no blob is alive. Whoever is about to publish one waits for that moment.
    ///
    /// @param isElsewhereEmpty whether there is none that memory does not have either
    boolean shutIfEmpty(BooleanSupplier isElsewhereEmpty) {
        publishing.shut();
        while (!publishing.isQuiet()) {
            Thread.onSpinWait();
        }
        boolean isEmpty = false;
        try {
            isEmpty = !LiveBlobs.areIn(index, parts, roots) && isElsewhereEmpty.getAsBoolean();
            if (isEmpty) {
                parts.gate().shut();
            }
        } finally {
            if (!isEmpty) {
                // Also behind a heap that is full: writers spin.
                publishing.reopen();
            }
        }
        return isEmpty;
    }

    /// Opens the gates again that {@link #shutIfEmpty} shut, or somebody else.
    void reopen() {
        parts.gate().reopen();
        publishing.reopen();
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
        long found = findAny(name, probe);
        boolean isOver = found != BlobIndex.NONE && probe.isSound() && roots.isOver(probe.root());
        if (found == BlobIndex.NONE || isOver) {
            probe.forget();
            return BlobIndex.NONE;
        }
        return found;
    }

    /// The same, and it does not matter whether the blob's life is over.
    long findAny(BlobName name, RootProbe probe) {
        return index.find(name.hash(), probe);
    }

    RootProbe probe(BlobName name) {
        return new RootProbe(parts.pool(), name.characters());
    }

    Optional<BlobInfo> published(BlobName name) {
        return find(name, probe(name)).map(RootView::info);
    }

    /// Makes a root the published one of its handle, and frees the one before it; frees the new one
    /// when that cannot be.
    ///
    /// Room for the index and for the end is made outside the gate of those who publish: whoever
    /// looks there whether the pool is empty waits for all of them.
    ///
    /// @return what was there before
    Before put(BlobName name, long root, RootDraft draft) {
        Before before = tryPut(name, root, draft);
        if (before != Before.NO_MEMORY) {
            return before;
        }
        RoomSearch search = parts.objects().allocator().search();
        while (before == Before.NO_MEMORY && makesRoom(search, root)) {
            before = tryPut(name, root, draft);
        }
        return before;
    }

    private boolean makesRoom(RoomSearch search, long root) {
        boolean isMade = false;
        try {
            isMade = search.makesTableRoom();
        } finally {
            if (!isMade) {
                // Also behind a heap that is full.
                roots.freeUnpublished(root);
            }
        }
        return isMade;
    }

    /// @return what was there before; when there was no memory the root is still the caller's
    private Before tryPut(BlobName name, long root, RootDraft draft) {
        int visit = enterPublishing();
        if (visit == PoolGate.SHUT) {
            return Before.GONE;
        }
        try {
            boolean hasEnd = draft.info().expiresEpochMillis() != BlobInfo.NEVER_EXPIRES;
            if (hasEnd && !expiry.reserve()) {
                return Before.NO_MEMORY;
            }
            long before = putInIndex(name, root, draft.info(), hasEnd);
            if (before == BlobIndex.OUT_OF_MEMORY) {
                return Before.NO_MEMORY;
            }
            counters.published(draft.info(), draft.contentKind());
            return free(before);
        } finally {
            publishing.exit(visit);
        }
    }

    /// What was in memory before a step.
    enum Before {
        /// Nothing.
        NOTHING,
        /// A blob that could be read.
        ALIVE,
        /// A blob whose life was over.
        OVER,
        /// What was there is there still: there was no memory for the step.
        NO_MEMORY,
        /// The pool is about to be destroyed: nothing was done.
        GONE
    }

    private Before free(long before) {
        if (before == BlobIndex.NONE) {
            return Before.NOTHING;
        }
        return roots.freePublished(before) ? Before.ALIVE : Before.OVER;
    }

    /// Frees the root where something is thrown.
    ///
    /// @return the root before it, or {@link BlobIndex#OUT_OF_MEMORY}
    private long putInIndex(BlobName name, long root, BlobInfo info, boolean hasEnd) {
        long before = BlobIndex.OUT_OF_MEMORY;
        boolean isDone = false;
        try {
            before = index.put(name.hash(), root, probe(name));
            isDone = true;
        } finally {
            // Also behind a heap that is full: neither room nor root may be lost.
            if (hasEnd) {
                noteEnd(root, info, before);
            }
            if (!isDone) {
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

    /// Takes a blob out of memory.
    Before remove(BlobName name) {
        return free(index.remove(name.hash(), probe(name)));
    }

    /// What the journal has of a sound root's blob.
    BlobMeta metaOf(BlobName name, byte[] root) {
        RootView view = roots.viewOf(root);
        return JournalFormat.meta(view.info(), name.hash(), ContentKind.of(view));
    }
}
