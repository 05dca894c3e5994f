package dev.zspool.blob;

/// Takes blobs out of memory and in again, where that changes nothing that a client can see: those
/// whose life is over, those that make room, those that are read from the journal.
///
/// Thread-safe.
final class Residency {
    private final WriteScope scope;

    Residency(WriteScope scope) {
        this.scope = scope;
    }

    /// Takes a blob out of memory whose life is over; one that was replaced meanwhile stays.
    ///
    /// @param entry what was taken out of the queue for it
    void expire(BlobName name, long entry) {
        scope.slots.acquire(
                name.hash(),
                () -> {
                    try {
                        scope.gate().inside(() -> expireInSlot(name, entry), false);
                    } finally {
                        scope.slots.release(name.hash());
                    }
                });
    }

    private boolean expireInSlot(BlobName name, long entry) {
        RootProbe probe = scope.published.probe(name);
        long root = scope.published.findAny(name, probe);
        if (root == BlobIndex.NONE || !probe.isSound()) {
            return false;
        }
        if (!scope.published.roots.isOver(probe.root())) {
            if (root == ExpiryQueue.rootHandle(entry) && RootView.hasEnd(probe.root())) {
                // The clock went back meanwhile.
                scope.published.expiry.putBack(entry);
            }
            return false;
        }
        if (scope.backing.isDurable()) {
            scope.backing.leaves();
        } else {
            scope.counters.expiredBlobs.increment();
        }
        scope.published.remove(name);
        return true;
    }

    /// Takes a blob out of memory to make room, if this root is still the published one and nobody
    /// is about to write there. Never later: whoever needs the room looks for it at once. A blob
    /// that is kept nowhere else is deleted.
    ///
    /// @return whether it is gone
    boolean evict(BlobName name, long root) {
        if (!scope.slots.tryAcquire(name.hash())) {
            return false;
        }
        try {
            return scope.gate().inside(() -> evictInSlot(name, root), false);
        } finally {
            scope.slots.release(name.hash());
        }
    }

    /// Whether blobs that leave memory are not lost, or need not be kept.
    boolean mayEvict() {
        return !scope.backing.isDurable() || scope.backing.isReadable();
    }

    private boolean evictInSlot(BlobName name, long root) {
        RootProbe probe = scope.published.probe(name);
        boolean isThere = scope.published.findAny(name, probe) == root && probe.isSound();
        if (!isThere || !mayEvict() || scope.backing.isDamaged(name)) {
            return false;
        }
        if (scope.backing.isDurable()) {
            scope.backing.leaves();
            scope.counters.leftBlobs.increment();
        } else {
            scope.counters.evictedBlobs.increment();
        }
        scope.published.remove(name);
        return true;
    }

    /// Takes a damaged root out of memory, if nobody is about to write there: what the journal has
    /// comes into its place.
    void dropDamaged(BlobName name) {
        if (scope.slots.tryAcquire(name.hash())) {
            try {
                scope.gate().inside(() -> dropDamagedInSlot(name), false);
            } finally {
                scope.slots.release(name.hash());
            }
        }
    }

    private boolean dropDamagedInSlot(BlobName name) {
        RootProbe probe = scope.published.probe(name);
        boolean isDamaged =
                scope.published.findAny(name, probe) != BlobIndex.NONE && !probe.isSound();
        if (isDamaged) {
            scope.backing.leaves();
            scope.published.remove(name);
        }
        return isDamaged;
    }

    /// Publishes a blob that was read from the journal, if nobody has changed anything since; frees
    /// it else.
    ///
    /// @param noted see {@link WriteOrder#note}
    /// @return whether it is in memory now
    boolean admit(BlobName name, long root, RootDraft draft, int noted) {
        if (!scope.slots.tryAcquire(name.hash())) {
            scope.discard(root);
            return false;
        }
        try {
            boolean isUnchanged = scope.slots.releases(name.hash()) == noted;
            return scope.gate().inside(() -> admitInSlot(name, root, draft, isUnchanged), false);
        } finally {
            scope.slots.release(name.hash());
        }
    }

    private boolean admitInSlot(BlobName name, long root, RootDraft draft, boolean isUnchanged) {
        if (!isUnchanged
                || scope.published.findAny(name, scope.published.probe(name)) != BlobIndex.NONE) {
            scope.published.roots.freeUnpublished(root);
            return false;
        }
        PublishedBlobs.Before before = scope.published.put(name, root, draft);
        if (before == PublishedBlobs.Before.NOTHING) {
            scope.backing.isBack();
        }
        return before == PublishedBlobs.Before.NOTHING;
    }
}
