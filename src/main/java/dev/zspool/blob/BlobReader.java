package dev.zspool.blob;

import dev.zspool.codec.BlockCompressor;
import dev.zspool.codec.ContentHash;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Reads the content of a blob as it was when it was opened, block by block, in any order.
///
/// It holds no lock and pins nothing: the blob may be moved, replaced or deleted meanwhile. Every
/// block is verified against its hash before a byte of it is given out. A blob that leaves memory
/// meanwhile, or is damaged there, is read on from the journal, where there is one. Not
/// thread-safe; needs no closing.
public final class BlobReader {
    private final ReadFailures failures;
    private final BlobParts parts;
    private final BlobInfo info;
    private final @Nullable RootView root;
    private final @Nullable RootBlocks records;

    /// Where blocks are read from now; null for memory.
    private @Nullable JournalBlocks journal;

    /// @param root of a copy that nobody changes
    BlobReader(ReadFailures failures, BlobParts parts, RootView root) {
        this.failures = failures;
        this.parts = parts;
        this.root = root;
        this.info = root.info();
        boolean isChunked = root.kind() == RootKind.DIRECT || root.kind() == RootKind.BRANCHED;
        this.records = isChunked ? new RootBlocks(parts, root) : null;
    }

    /// Of a blob that is not in memory.
    BlobReader(ReadFailures failures, BlobParts parts, BlobInfo info, JournalBlocks journal) {
        this.failures = failures;
        this.parts = parts;
        this.root = null;
        this.records = null;
        this.info = info;
        this.journal = journal;
    }

    public BlobInfo info() {
        return info;
    }

    /// How many blocks the content has: of 64 KiB each, the last one shorter.
    public int blocks() {
        return Blocks.count(info.sizeBytes());
    }

    /// How long a block is in bytes.
    public int blockBytes(int block) {
        return Blocks.length(info.sizeBytes(), block);
    }

    /// Whether reading a block may wait for the disk: then it is not for an event loop.
    public boolean mayBlock() {
        return journal != null;
    }

    /// Reads one block.
    ///
    /// @param block from 0 to {@link #blocks} - 1
    /// @param destination receives the block at `offset`, only if the outcome is OK; else its bytes
    ///   there are undefined and must not be given out
    /// @throws IndexOutOfBoundsException for a block that is not there, or too little room
    public ReadOutcome readBlock(int block, byte[] destination, int offset) {
        Objects.checkIndex(block, blocks());
        int length = blockBytes(block);
        Objects.checkFromIndexSize(offset, length, destination.length);
        if (journal != null) {
            return failures.counted(journal.read(block, destination, offset, length));
        }
        int visit = parts.gate().enter();
        if (visit == PoolGate.SHUT) {
            return ReadOutcome.REPLACED;
        }
        ReadOutcome outcome;
        try {
            outcome =
                    readInMemory(Objects.requireNonNull(root), block, destination, offset, length);
        } finally {
            parts.gate().exit(visit);
        }
        return outcome == ReadOutcome.OK ? outcome : failed(outcome);
    }

    /// What is not in memory any more, or damaged there, may be in the journal.
    private ReadOutcome failed(ReadOutcome inMemory) {
        journal = failures.elsewhere(info, root != null && root.kind() == RootKind.FILLED);
        return journal == null ? inMemory : ReadOutcome.EVICTED;
    }

    private ReadOutcome readInMemory(
            RootView view, int block, byte[] destination, int offset, int length) {
        return switch (view.kind()) {
            case FILLED -> {
                long word = ObjectLayout.longAt(view.bytes(), view.kindOffset());
                BlockCompressor.fill(word, destination, offset, length);
                yield verify(info.contentHash(), destination, offset, length, blocks() == 1);
            }
            case INLINE -> readInline(view, destination, offset, length);
            case DIRECT, BRANCHED ->
                    switch (Objects.requireNonNull(records).find(block)) {
                        case YES -> readRecord(block, records, destination, offset);
                        case GONE -> failures.replacedOrCorrupted(info);
                        case DAMAGED -> failures.countCorrupted();
                    };
        };
    }

    private ReadOutcome readInline(RootView view, byte[] destination, int offset, int length) {
        boolean decoded =
                parts.compressor()
                        .decode(
                                view.inlineEncoded(),
                                view.bytes(),
                                view.headerEnd(),
                                destination,
                                offset,
                                length);
        return decoded
                ? verify(info.contentHash(), destination, offset, length, true)
                : failures.countCorrupted();
    }

    private ReadOutcome readRecord(int block, RootBlocks found, byte[] destination, int offset) {
        byte[] bytes = found.records();
        int record = found.record();
        int length = blockBytes(block);
        int encoded = BlockRecords.encoded(bytes, record);
        if (BlockRecords.isFilled(encoded)) {
            long word = BlockRecords.fillWord(bytes, record);
            BlockCompressor.fill(word, destination, offset, length);
        } else {
            byte[] stored = Scratch.get().stored;
            if (BlockCompressor.storedLength(encoded) > stored.length) {
                return failures.countCorrupted();
            }
            if (!parts.objects().loadChunks(info.sequence(), block, bytes, record, stored)) {
                return failures.replacedOrCorrupted(info);
            }
            if (!parts.compressor().decode(encoded, stored, 0, destination, offset, length)) {
                return failures.countCorrupted();
            }
        }
        return verify(BlockRecords.hash(bytes, record), destination, offset, length, true);
    }

    private ReadOutcome verify(
            long expected, byte[] destination, int offset, int length, boolean isCovered) {
        boolean sound = !isCovered || ContentHash.hash(destination, offset, length) == expected;
        return sound ? ReadOutcome.OK : failures.countCorrupted();
    }
}
