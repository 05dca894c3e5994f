package dev.zspool.blob;

import java.util.Optional;

/// Finds blobs for readers: in memory, else in the journal, if there is one.
///
/// Thread-safe, without a lock.
final class BlobOpener {
    private final PublishedBlobs published;
    private final WriteOrder order;
    private final ReadFailures failures;
    private final Evictor evictor;
    private final Optional<DurableBlobs> durable;

    BlobOpener(
            PublishedBlobs published,
            WriteOrder order,
            ReadFailures failures,
            Evictor evictor,
            Optional<DurableBlobs> durable) {
        this.published = published;
        this.order = order;
        this.failures = failures;
        this.evictor = evictor;
        this.durable = durable;
    }

    /// Opens a blob if that needs no disk.
    OpenResult open(BlobName name) {
        OpenResult inMemory = openInMemory(name);
        return inMemory instanceof OpenResult.Missing && durable.isPresent()
                ? openAgain(name, durable.get().backing)
                : inMemory;
    }

    /// A miss is one only if all blobs were in memory while somebody looked.
    private OpenResult openAgain(BlobName name, JournalBacking backing) {
        long stamp = backing.stamp();
        if (stamp == JournalBacking.SOME_ABSENT) {
            return new OpenResult.NotInMemory();
        }
        OpenResult again = openInMemory(name);
        return again instanceof OpenResult.Missing && !backing.isSame(stamp)
                ? new OpenResult.NotInMemory()
                : again;
    }

    /// Opens a blob, from the disk if need be.
    OpenResult fetch(BlobName name) {
        OpenResult opened = open(name);
        return opened instanceof OpenResult.NotInMemory && durable.isPresent()
                ? durable.get().reads.open(name)
                : opened;
    }

    private OpenResult openInMemory(BlobName name) {
        PoolGate gate = published.gate();
        int visit = gate.enter();
        if (visit == PoolGate.SHUT) {
            return new OpenResult.Missing();
        }
        try {
            RootProbe probe = published.probe(name);
            Optional<RootView> root = published.find(name, probe);
            if (root.isPresent()) {
                evictor.noteRead(probe.rootHandle());
                return new OpenResult.Found(failures.reader(root.get()));
            }
            if (probe.isSound()) {
                return new OpenResult.Missing();
            }
        } finally {
            gate.exit(visit);
        }
        return damaged(name);
    }

    private OpenResult damaged(BlobName name) {
        failures.countCorrupted();
        if (durable.isEmpty()) {
            return new OpenResult.Corrupted();
        }
        order.residency().dropDamaged(name);
        return new OpenResult.NotInMemory();
    }
}
