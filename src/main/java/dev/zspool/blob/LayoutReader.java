package dev.zspool.blob;

import dev.zspool.codec.BlockCodec;
import dev.zspool.codec.BlockCompressor;
import dev.zspool.zsmalloc.ZsPool;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// Follows a blob from its root to its chunks and notes where each object lies.
///
/// Holds no lock between two objects. What it followed was the blob's if the blob can still be
/// found afterwards, because its objects are freed only after that. Of one call.
final class LayoutReader {
    private final BlobParts parts;
    private final PublishedBlobs published;
    private final ReadFailures failures;
    private final List<BlobLayout.Piece> branches = new ArrayList<>();
    private final List<BlobLayout.Block> blocks = new ArrayList<>();

    /// Whether every object was where the one before it said.
    private boolean isComplete = true;

    LayoutReader(BlobParts parts, PublishedBlobs published, ReadFailures failures) {
        this.parts = parts;
        this.published = published;
        this.failures = failures;
    }

    LayoutResult read(BlobName name, int after, int limit) {
        if (after < -1 || limit < 1) {
            throw new IllegalArgumentException("after=" + after + " limit=" + limit);
        }
        RootProbe probe = published.probe(name);
        long handle = published.findHandle(name, probe);
        if (handle == BlobIndex.NONE) {
            return new LayoutResult.Missing();
        }
        if (!probe.isSound()) {
            failures.countCorrupted();
            return new LayoutResult.Corrupted();
        }
        RootView root = published.roots.copyOf(probe.root());
        Optional<BlobLayout.Piece> rootPiece = pieceOf(handle);
        int count = Blocks.count(root.sizeBytes());
        int first = Math.min(after, count) + 1;
        int end = (int) Math.min(count, (long) first + limit);
        addBlocks(root, first, end);
        BlobInfo info = root.info();
        if (!failures.isPublished(info)) {
            return new LayoutResult.Replaced();
        }
        if (!isComplete || rootPiece.isEmpty()) {
            failures.countCorrupted();
            return new LayoutResult.Corrupted();
        }
        OptionalInt next = end < count ? OptionalInt.of(end - 1) : OptionalInt.empty();
        return new LayoutResult.Found(
                new BlobLayout(info, rootPiece.get(), branches, blocks, next));
    }

    private Optional<BlobLayout.Piece> pieceOf(long handle) {
        return parts.pool().locate(handle).map(place -> new BlobLayout.Piece(handle, place));
    }

    private void addBlocks(RootView root, int first, int end) {
        switch (root.kind()) {
            case INLINE, FILLED -> {
                for (int block = first; block < end; block++) {
                    addUnchunked(root, block);
                }
            }
            case DIRECT ->
                    addRecords(root, first, end, root.bytes(), root.kindOffset(), root.headerEnd());
            case BRANCHED -> {
                int from = first;
                while (isComplete && from < end) {
                    int branch = from / BlockRecords.BLOCKS_PER_BRANCH;
                    int to = Math.min(end, (branch + 1) * BlockRecords.BLOCKS_PER_BRANCH);
                    addBranch(root, branch, from, to);
                    from = to;
                }
            }
        }
    }

    private void addUnchunked(RootView root, int block) {
        BlockCodec codec =
                root.kind() == RootKind.FILLED
                        ? BlockCodec.FILLED
                        : BlockCompressor.codec(root.inlineEncoded());
        int stored = root.kind() == RootKind.FILLED ? 0 : (int) root.storedBytes();
        int size = Blocks.length(root.sizeBytes(), block);
        blocks.add(new BlobLayout.Block(block, codec, size, stored, List.of()));
    }

    private void addBranch(RootView root, int branch, int first, int end) {
        byte[] records = new byte[ZsPool.MAX_OBJECT_BYTES];
        long handle =
                ObjectLayout.handleAt(root.bytes(), root.kindOffset() + branch * Integer.BYTES);
        int limit = parts.objects().loadBranch(root.sequence(), branch, handle, records);
        Optional<BlobLayout.Piece> piece = pieceOf(handle);
        if (limit < 0 || piece.isEmpty()) {
            isComplete = false;
            return;
        }
        branches.add(piece.get());
        addRecords(root, first, end, records, ObjectLayout.BRANCH_HEADER_BYTES, limit);
    }

    private void addRecords(
            RootView root, int first, int end, byte[] records, int offset, int limit) {
        ChunkPlan plan = parts.objects().plan();
        for (int block = first; isComplete && block < end; block++) {
            int nth = block % BlockRecords.BLOCKS_PER_BRANCH;
            int record = BlockRecords.find(records, offset, limit, nth, plan);
            if (record < 0) {
                isComplete = false;
                return;
            }
            int encoded = BlockRecords.encoded(records, record);
            List<BlobLayout.Piece> chunks = new ArrayList<>();
            for (int chunk = 0; chunk < BlockRecords.chunks(encoded, plan); chunk++) {
                pieceOf(BlockRecords.chunkHandle(records, record, chunk))
                        .ifPresentOrElse(chunks::add, () -> isComplete = false);
            }
            boolean isFilled = BlockRecords.isFilled(encoded);
            blocks.add(
                    new BlobLayout.Block(
                            block,
                            BlockCompressor.codec(encoded),
                            Blocks.length(root.sizeBytes(), block),
                            isFilled ? 0 : BlockCompressor.storedLength(encoded),
                            chunks));
        }
    }
}
