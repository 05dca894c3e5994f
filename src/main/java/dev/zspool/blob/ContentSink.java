package dev.zspool.blob;

import dev.zspool.codec.BlockCodec;
import dev.zspool.codec.BlockCompressor;
import dev.zspool.codec.ContentHash;
import java.util.Arrays;

/// Takes the blocks of one blob in order, encodes them and stores their chunks, and in the end
/// builds and stores the root.
///
/// Used by one thread at a time. Nothing that it stores can be found before the root is published.
/// It ends with {@link #storeRoot} or {@link #discard}.
final class ContentSink {
    private static final int RECORDS_BYTES =
            BlockRecords.BLOCKS_PER_BRANCH * BlockRecords.MAX_RECORD_BYTES;

    /// Instead of a handle, beside the pool's error values: the pool was destroyed meanwhile.
    static final long POOL_GONE = Long.MIN_VALUE;

    private final PoolGate gate;
    private final BlobObjects objects;
    private final BlockCompressor compressor;
    private final AttributeTable attributes;
    private final byte[] handle;
    private final long sequence;
    private final ContentHash.Streaming hash = ContentHash.newStreaming();

    /// Records of the blocks that are in no branch yet.
    private byte[] records = new byte[0];

    private int recordsLength;
    private int recordsCount;
    private long[] branches = new long[0];
    private int blocks;
    private long sizeBytes;
    private long storedBytes;
    private boolean isAllFilled = true;
    private boolean isTooMuch;

    /// Negative until it is asked for.
    private long mostBytes = -1;

    private long fillWord;

    ContentSink(BlobParts parts, byte[] handle, long sequence) {
        this.gate = parts.gate();
        this.objects = parts.objects();
        this.compressor = parts.compressor();
        this.attributes = parts.attributes();
        this.handle = handle;
        this.sequence = sequence;
    }

    /// Encodes and stores the next block. All blocks but the last have the full length.
    ///
    /// @return a value above 0, or an error value
    long storeBlock(byte[] block, int length) {
        int visit = gate.enter();
        if (visit == PoolGate.SHUT) {
            return POOL_GONE;
        }
        try {
            return storeBlockInside(block, length);
        } finally {
            gate.exit(visit);
        }
    }

    private long storeBlockInside(byte[] block, int length) {
        if (recordsCount == BlockRecords.BLOCKS_PER_BRANCH) {
            long result = closeBranch();
            if (result < 0) {
                return result;
            }
        }
        hash.update(block, 0, length);
        byte[] stored = Scratch.get().stored;
        int encoded = compressor.encode(block, 0, length, stored);
        return storeEncoded(block, length, encoded, stored);
    }

    private long storeEncoded(byte[] block, int length, int encoded, byte[] stored) {
        if (records.length == 0) {
            records = new byte[RECORDS_BYTES];
        }
        BlockRecords.put(records, recordsLength, encoded, ContentHash.hash(block, 0, length));
        BlockCodec codec = BlockCompressor.codec(encoded);
        if (codec == BlockCodec.FILLED) {
            long word = BlockCompressor.fillWord(block, 0, length);
            BlockRecords.putFillWord(records, recordsLength, word);
            isAllFilled &= blocks == 0 || isSameFill(word, length);
            fillWord = blocks == 0 ? word : fillWord;
        } else {
            byte[] source = codec == BlockCodec.LZ4 ? stored : block;
            long result =
                    objects.storeChunks(sequence, blocks, source, encoded, records, recordsLength);
            if (result < 0) {
                return result;
            }
            storedBytes += BlockCompressor.storedLength(encoded);
            isAllFilled = false;
            isTooMuch = storedBytes > mostBytes();
        }
        recordsLength += BlockRecords.length(records, recordsLength, objects.plan());
        recordsCount++;
        blocks++;
        sizeBytes += length;
        return isTooMuch ? objects.allocator().refusalOfTooMuch() : 1;
    }

    /// As it was when the content began: what it takes itself must not lower it.
    private long mostBytes() {
        if (mostBytes < 0) {
            mostBytes = objects.allocator().mostBytesPerBlob();
        }
        return mostBytes;
    }

    /// The last block may be shorter than a word: then it has a part of the word.
    private boolean isSameFill(long word, int length) {
        long mask = length >= Long.BYTES ? -1L : (1L << (length * Byte.SIZE)) - 1;
        return (fillWord & mask) == word;
    }

    /// Turns the records at hand into a branch.
    private long closeBranch() {
        long branch = objects.storeBranch(sequence, branches.length, records, recordsLength);
        if (branch < 0) {
            return branch;
        }
        branches = Arrays.copyOf(branches, branches.length + 1);
        branches[branches.length - 1] = branch;
        recordsLength = 0;
        recordsCount = 0;
        return 1;
    }

    /// Stores content of at most one block together with its root, inline where that is no loss.
    ///
    /// @return the root's handle, or an error value
    long storeWhole(byte[] content, int length, RootDraft draft) {
        int visit = gate.enter();
        if (visit == PoolGate.SHUT) {
            return POOL_GONE;
        }
        try {
            return storeWholeInside(content, length, draft);
        } finally {
            gate.exit(visit);
        }
    }

    private long storeWholeInside(byte[] content, int length, RootDraft draft) {
        byte[] stored = Scratch.get().stored;
        int encoded = compressor.encode(content, 0, length, stored);
        BlockCodec codec = BlockCompressor.codec(encoded);
        if (codec != BlockCodec.FILLED) {
            byte[] source = codec == BlockCodec.LZ4 ? stored : content;
            int storedLength = BlockCompressor.storedLength(encoded);
            BlobInfo info = draft.info(length, storedLength, ContentHash.hash(content, 0, length));
            RootBuilder root = new RootBuilder(attributes, Scratch.get().newRoot);
            root.begin(RootKind.INLINE, handle, info);
            root.putByte(codec.id());
            if (objects.plan().fitsInline(root.length() + storedLength)) {
                root.sealHeader();
                root.putBytes(source, 0, storedLength);
                isAllFilled = false;
                return store(root, info, draft);
            }
        }
        hash.update(content, 0, length);
        long result = length == 0 ? 1 : storeEncoded(content, length, encoded, stored);
        return result < 0 ? result : storeRootInside(draft);
    }

    /// Builds and stores the root of the blocks that were stored.
    ///
    /// @return the root's handle, or an error value
    long storeRoot(RootDraft draft) {
        int visit = gate.enter();
        if (visit == PoolGate.SHUT) {
            return POOL_GONE;
        }
        try {
            return storeRootInside(draft);
        } finally {
            gate.exit(visit);
        }
    }

    private long storeRootInside(RootDraft draft) {
        BlobInfo info = draft.info(sizeBytes, storedBytes, hash.value());
        RootBuilder root = new RootBuilder(attributes, Scratch.get().newRoot);
        if (isAllFilled) {
            root.begin(RootKind.FILLED, handle, info);
            root.putWord(fillWord);
        } else if (branches.length == 0) {
            root.begin(RootKind.DIRECT, handle, info);
            root.putBytes(records, 0, recordsLength);
        } else {
            long result = closeBranch();
            if (result < 0) {
                return result;
            }
            root.begin(RootKind.BRANCHED, handle, info);
            for (long branch : branches) {
                root.putHandle(branch);
            }
        }
        root.sealHeader();
        long stored = store(root, info, draft);
        if (stored > 0 && isAllFilled) {
            freeBranches();
        }
        return stored;
    }

    private long store(RootBuilder root, BlobInfo info, RootDraft draft) {
        draft.accept(info, ContentKind.of(info, isAllFilled));
        return objects.allocator().allocate(Scratch.get().newRoot, 0, root.length());
    }

    /// Frees everything that was stored.
    void discard() {
        gate.insideOrLater(this::discardInside);
    }

    private void discardInside() {
        freeBranches();
        objects.freeRecords(records, 0, recordsLength, recordsCount);
        recordsLength = 0;
        recordsCount = 0;
    }

    private void freeBranches() {
        for (int branch = 0; branch < branches.length; branch++) {
            objects.freeBranch(sequence, branch, branches[branch], blocks);
        }
        branches = new long[0];
    }
}
