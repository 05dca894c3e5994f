package dev.zspool.blob;

import dev.zspool.codec.BlockCompressor;
import dev.zspool.codec.ContentHash;
import dev.zspool.zsmalloc.ZsPool;
import java.util.Objects;

/// Reads the content of a blob as it was when it was opened, block by block, in any order.
///
/// It holds no lock and pins nothing: the blob may be moved, replaced or deleted meanwhile. Every
/// block is verified against its hash before a byte of it is given out. Not thread-safe; needs no
/// closing.
public final class BlobReader {
    private final ReadFailures failures;
    private final BlobParts parts;
    private final RootView root;
    private final BlobInfo info;
    private byte[] branchBytes = new byte[0];
    private int branchLength;
    private int loadedBranch = -1;

    /// @param root of a copy that nobody changes
    BlobReader(ReadFailures failures, BlobParts parts, RootView root) {
        this.failures = failures;
        this.parts = parts;
        this.root = root;
        this.info = root.info();
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
        return false;
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
        int visit = parts.gate().enter();
        if (visit == PoolGate.SHUT) {
            return ReadOutcome.REPLACED;
        }
        try {
            return readInside(block, destination, offset, length);
        } finally {
            parts.gate().exit(visit);
        }
    }

    private ReadOutcome readInside(int block, byte[] destination, int offset, int length) {
        return switch (root.kind()) {
            case FILLED -> {
                long word = ObjectLayout.longAt(root.bytes(), root.kindOffset());
                BlockCompressor.fill(word, destination, offset, length);
                yield verify(info.contentHash(), destination, offset, length, blocks() == 1);
            }
            case INLINE -> readInline(destination, offset, length);
            case DIRECT ->
                    readRecord(
                            block,
                            root.bytes(),
                            BlockRecords.find(
                                    root.bytes(),
                                    root.kindOffset(),
                                    root.headerEnd(),
                                    block,
                                    parts.objects().plan()),
                            destination,
                            offset);
            case BRANCHED -> readBranched(block, destination, offset);
        };
    }

    private ReadOutcome readInline(byte[] destination, int offset, int length) {
        boolean decoded =
                parts.compressor()
                        .decode(
                                root.inlineEncoded(),
                                root.bytes(),
                                root.headerEnd(),
                                destination,
                                offset,
                                length);
        return decoded
                ? verify(info.contentHash(), destination, offset, length, true)
                : failures.countCorrupted();
    }

    private ReadOutcome readBranched(int block, byte[] destination, int offset) {
        int branch = block / BlockRecords.BLOCKS_PER_BRANCH;
        if (branch != loadedBranch) {
            loadedBranch = -1;
            branchBytes = branchBytes.length == 0 ? new byte[ZsPool.MAX_OBJECT_BYTES] : branchBytes;
            long handle =
                    ObjectLayout.handleAt(root.bytes(), root.kindOffset() + branch * Integer.BYTES);
            branchLength = parts.objects().loadBranch(root.sequence(), branch, handle, branchBytes);
            if (branchLength < 0) {
                return failures.replacedOrCorrupted(info);
            }
            loadedBranch = branch;
        }
        int record =
                BlockRecords.find(
                        branchBytes,
                        ObjectLayout.BRANCH_HEADER_BYTES,
                        branchLength,
                        block % BlockRecords.BLOCKS_PER_BRANCH,
                        parts.objects().plan());
        return readRecord(block, branchBytes, record, destination, offset);
    }

    private ReadOutcome readRecord(
            int block, byte[] records, int record, byte[] destination, int offset) {
        if (record < 0) {
            return failures.countCorrupted();
        }
        int length = blockBytes(block);
        int encoded = BlockRecords.encoded(records, record);
        if (BlockRecords.isFilled(encoded)) {
            long word = BlockRecords.fillWord(records, record);
            BlockCompressor.fill(word, destination, offset, length);
        } else {
            byte[] stored = Scratch.get().stored;
            if (BlockCompressor.storedLength(encoded) > stored.length) {
                return failures.countCorrupted();
            }
            if (!parts.objects().loadChunks(root.sequence(), block, records, record, stored)) {
                return failures.replacedOrCorrupted(info);
            }
            if (!parts.compressor().decode(encoded, stored, 0, destination, offset, length)) {
                return failures.countCorrupted();
            }
        }
        return verify(BlockRecords.hash(records, record), destination, offset, length, true);
    }

    private ReadOutcome verify(
            long expected, byte[] destination, int offset, int length, boolean isCovered) {
        boolean sound = !isCovered || ContentHash.hash(destination, offset, length) == expected;
        return sound ? ReadOutcome.OK : failures.countCorrupted();
    }
}
