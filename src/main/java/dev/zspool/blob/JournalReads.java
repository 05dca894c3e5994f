package dev.zspool.blob;

import dev.zspool.persist.BlobMeta;
import dev.zspool.persist.MetaResult;
import dev.zspool.zsmalloc.ZsPool;
import java.time.InstantSource;
import java.util.Optional;

/// Reads blobs that are not in memory, and takes them in.
///
/// What is read comes into memory if there is free room, else when it is used for the second time
/// within a minute and a limit was not lowered below what is in use. It is built where nothing
/// leads to it, verified block by block on the way, and published only if its write slot was not
/// released since before it was looked up: so an old version never comes back. Thread-safe; waits
/// for the disk.
final class JournalReads {
    private final JournalBacking backing;
    private final BlobParts parts;
    private final WriteOrder order;
    private final ReadFailures failures;
    private final BlobCounters counters;
    private final InstantSource clock;
    private final Evictor evictor;

    /// What became of the wish to have a blob in memory.
    enum Admission {
        /// It is.
        ADMITTED,
        /// It is in memory already, or was replaced meanwhile.
        CHANGED,
        /// There is no memory for it.
        NO_MEMORY,
        /// It does not match its hashes.
        CORRUPTED,
        /// The disk cannot be read now.
        UNREADABLE
    }

    JournalReads(
            JournalBacking backing,
            WriteOrder order,
            ReadFailures failures,
            BlobCounters counters,
            InstantSource clock,
            Evictor evictor) {
        this.backing = backing;
        this.parts = backing.parts();
        this.order = order;
        this.failures = failures;
        this.counters = counters;
        this.clock = clock;
        this.evictor = evictor;
    }

    JournalBacking backing() {
        return backing;
    }

    /// Opens a blob that memory does not have.
    OpenResult open(BlobName name) {
        int noted = order.note(name);
        return switch (backing.journal().readMeta(backing.poolId(), name.hash(), name.handle())) {
            case MetaResult.Missing _ -> new OpenResult.Missing();
            case MetaResult.Unreadable _ -> new OpenResult.Unreadable();
            case MetaResult.Corrupted _ -> corrupted();
            case MetaResult.Found(BlobMeta meta) -> open(name, meta, noted);
        };
    }

    private OpenResult corrupted() {
        failures.countCorrupted();
        return new OpenResult.Corrupted();
    }

    private OpenResult open(BlobName name, BlobMeta meta, int noted) {
        BlobInfo info = JournalFormat.info(meta);
        if (info.isExpiredAt(clock.millis())) {
            return new OpenResult.Missing();
        }
        if (meta.isCorrupted()) {
            return corrupted();
        }
        counters.journalReads.increment();
        boolean isSecond = backing.isSecondRead(name, clock.instant().getEpochSecond());
        JournalBlocks blocks = blocksOf(meta);
        if ((evictor.hasFreeRoom() || (isSecond && evictor.mayComeBack()))
                && admit(name, meta, blocks, noted) == Admission.ADMITTED
                && meta.pieces() > 1) {
            Optional<RootView> admitted = order.find(name);
            if (admitted.isPresent() && admitted.get().sequence() == meta.sequence()) {
                return new OpenResult.Found(new BlobReader(failures, parts, admitted.get()));
            }
        }
        return new OpenResult.Found(new BlobReader(failures, parts, info, blocks));
    }

    /// Tells whether a blob that memory does not have is on the disk.
    LayoutResult layout(BlobName name) {
        return switch (backing.journal().readMeta(backing.poolId(), name.hash(), name.handle())) {
            case MetaResult.Missing _ -> new LayoutResult.Missing();
            case MetaResult.Unreadable _ -> new LayoutResult.Unreadable();
            case MetaResult.Corrupted _ -> new LayoutResult.Corrupted();
            case MetaResult.Found(BlobMeta meta) -> {
                BlobInfo info = JournalFormat.info(meta);
                if (info.isExpiredAt(clock.millis())) {
                    yield new LayoutResult.Missing();
                }
                yield meta.isCorrupted()
                        ? new LayoutResult.Corrupted()
                        : new LayoutResult.Evicted(info, meta.pieces());
            }
        };
    }

    /// Takes a blob into memory that memory perhaps has not.
    Admission warm(BlobName name) {
        int noted = order.note(name);
        if (order.isInMemory(name)) {
            return Admission.CHANGED;
        }
        MetaResult found = backing.journal().readMeta(backing.poolId(), name.hash(), name.handle());
        return switch (found) {
            case MetaResult.Missing _ -> Admission.CHANGED;
            case MetaResult.Unreadable _ -> Admission.UNREADABLE;
            case MetaResult.Corrupted _ -> Admission.CORRUPTED;
            case MetaResult.Found(BlobMeta meta) -> {
                boolean isOver = JournalFormat.info(meta).isExpiredAt(clock.millis());
                yield isOver || meta.isCorrupted()
                        ? Admission.CHANGED
                        : admit(name, meta, blocksOf(meta), noted);
            }
        };
    }

    JournalBlocks blocksOf(BlobMeta meta) {
        return new JournalBlocks(
                backing, parts, JournalFormat.info(meta), meta.kind() == JournalFormat.KIND_FILLED);
    }

    /// Takes a blob into memory.
    ///
    /// @param noted {@link WriteOrder#note} of before its meta record was read
    Admission admit(BlobName name, BlobMeta meta, JournalBlocks blocks, int noted) {
        Admission[] result = {Admission.NO_MEMORY};
        // Whoever makes room for it may find somebody's write, whose turn comes behind this.
        TaskChain.during(() -> result[0] = admitInChain(name, meta, blocks, noted));
        return result[0];
    }

    private Admission admitInChain(BlobName name, BlobMeta meta, JournalBlocks blocks, int noted) {
        RootDraft draft = RootDraft.restored(JournalFormat.info(meta));
        ContentSink sink = new ContentSink(parts, name.characters(), meta.sequence());
        long root = ZsPool.OUT_OF_MEMORY;
        boolean isDone = false;
        ReadOutcome read = ReadOutcome.OK;
        try {
            byte[] block = new byte[Blocks.BLOCK_BYTES];
            int count = Blocks.count(meta.sizeBytes());
            root = 1;
            for (int n = 0; n < count && read == ReadOutcome.OK && root > 0; n++) {
                int length = Blocks.length(meta.sizeBytes(), n);
                read = blocks.read(n, block, 0, length);
                if (read == ReadOutcome.OK && count > 1) {
                    root = sink.storeBlock(block, length);
                }
            }
            if (read == ReadOutcome.OK && root > 0) {
                root =
                        count > 1
                                ? sink.storeRoot(draft)
                                : sink.storeWhole(block, (int) meta.sizeBytes(), draft);
            } else {
                root = ZsPool.OUT_OF_MEMORY;
            }
            isDone = true;
        } finally {
            // Also behind a heap that is full.
            if (root < 0 || !isDone) {
                sink.discard();
            }
        }
        return root < 0 ? refused(read) : publish(name, meta, root, draft, noted);
    }

    private Admission refused(ReadOutcome read) {
        return switch (read) {
            case OK, EVICTED -> Admission.NO_MEMORY;
            case REPLACED -> Admission.CHANGED;
            case UNREADABLE -> Admission.UNREADABLE;
            case CORRUPTED -> {
                failures.countCorrupted();
                yield Admission.CORRUPTED;
            }
        };
    }

    private Admission publish(BlobName name, BlobMeta meta, long root, RootDraft draft, int noted) {
        if (draft.info().contentHash() != meta.contentHash()) {
            order.discard(root);
            failures.countCorrupted();
            return Admission.CORRUPTED;
        }
        evictor.noteNew(root);
        return order.residency().admit(name, root, draft, noted)
                ? Admission.ADMITTED
                : Admission.CHANGED;
    }
}
