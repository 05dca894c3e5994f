package dev.zspool.blob;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.time.InstantSource;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/// What the steps of {@link WriteOrder} have in common: the write slots, what is published, what
/// the journal has, and how to look both up. Thread-safe.
final class WriteScope {
    final BlobParts parts;
    final PublishedBlobs published;
    final BlobCounters counters;
    final Backing backing;
    final InstantSource clock;
    final WriteSlots slots = new WriteSlots();

    /// What memory has missed while the gate was shut.
    private final Queue<Missed> missed = new ConcurrentLinkedQueue<>();

    WriteScope(
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

    /// Looks up what is under a handle.
    ///
    /// @param then runs exactly once, perhaps on another thread
    void lookUp(BlobName name, Consumer<Present> then) {
        Present inMemory = parts.gate().inside(() -> inMemory(name), Present.NOTHING);
        boolean isDamaged = inMemory.isInMemory() && inMemory.meta().isEmpty();
        boolean isElsewhere =
                isDamaged ? backing.isDurable() : !inMemory.isInMemory() && backing.mayHaveMore();
        if (isElsewhere) {
            backing.find(
                    name, found -> then.accept(Present.of(found, name, isDamaged, clock.millis())));
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

    /// Notes that memory could not follow the journal, because the gate is shut.
    ///
    /// @param root what was to be published, or {@link BlobIndex#NONE}
    void miss(BlobName name, long root) {
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
}
