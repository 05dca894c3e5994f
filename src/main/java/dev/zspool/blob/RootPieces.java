package dev.zspool.blob;

import dev.zspool.codec.BlockCompressor;
import dev.zspool.codec.ContentHash;
import dev.zspool.persist.JournalWrite;
import dev.zspool.zsmalloc.ZsPool;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Gives the journal the pieces of a blob that lies in memory and that nobody frees meanwhile: the
/// bytes are copied once, at the moment at which they are written.
///
/// Of one write; used by one thread at a time.
final class RootPieces implements JournalWrite.PieceSource {
    private final BlobParts parts;
    private final long rootHandle;
    private @Nullable RootView root;
    private @Nullable RootBlocks records;

    RootPieces(BlobParts parts, long rootHandle) {
        this.parts = parts;
        this.rootHandle = rootHandle;
    }

    @Override
    public int read(int piece, byte[] into) {
        return parts.gate().inside(() -> readInside(piece, into), FAILED);
    }

    /// The same for who is inside the pool already.
    int readInside(int piece, byte[] into) {
        RootView view = root == null ? load() : root;
        if (view == null) {
            return FAILED;
        }
        root = view;
        return switch (view.kind()) {
            case FILLED -> putFilled(view, into);
            case INLINE -> putInline(view, into);
            case DIRECT, BRANCHED -> putBlocks(view, piece, into);
        };
    }

    private @Nullable RootView load() {
        byte[] bytes = new byte[ZsPool.MAX_OBJECT_BYTES];
        int length = parts.pool().read(rootHandle, bytes, 0);
        if (length == ZsPool.NOT_LIVE || !RootView.isSound(bytes, length)) {
            return null;
        }
        RootView view = new RootView(parts.attributes());
        view.parse(Arrays.copyOf(bytes, length));
        return view;
    }

    private static int putFilled(RootView view, byte[] into) {
        ObjectLayout.putLong(
                into,
                JournalFormat.BLOCK_HEADER_BYTES,
                ObjectLayout.longAt(view.bytes(), view.kindOffset()));
        long hash = ContentHash.hash(into, JournalFormat.BLOCK_HEADER_BYTES, Long.BYTES);
        JournalFormat.putHeader(into, 0, JournalFormat.FILLED_WORD, hash);
        return JournalFormat.BLOCK_HEADER_BYTES + Long.BYTES;
    }

    private static int putInline(RootView view, byte[] into) {
        int encoded = view.inlineEncoded();
        int length = encoded < 0 ? 0 : BlockCompressor.storedLength(encoded);
        if (encoded < 0 || view.headerEnd() + length > view.bytes().length) {
            return FAILED;
        }
        JournalFormat.putHeader(into, 0, encoded, view.contentHash());
        System.arraycopy(
                view.bytes(), view.headerEnd(), into, JournalFormat.BLOCK_HEADER_BYTES, length);
        return JournalFormat.BLOCK_HEADER_BYTES + length;
    }

    private int putBlocks(RootView view, int piece, byte[] into) {
        RootBlocks blocks = records == null ? new RootBlocks(parts, view) : records;
        records = blocks;
        int first = piece * JournalFormat.BLOCKS_PER_PIECE;
        int end = Math.min(first + JournalFormat.BLOCKS_PER_PIECE, Blocks.count(view.sizeBytes()));
        int at = 0;
        for (int block = first; block < end; block++) {
            int length = putBlock(view, blocks, block, into, at);
            if (length < 0) {
                return FAILED;
            }
            at += length;
        }
        return at;
    }

    private int putBlock(RootView view, RootBlocks blocks, int block, byte[] into, int at) {
        if (blocks.find(block) != RootBlocks.Found.YES) {
            return FAILED;
        }
        byte[] records = blocks.records();
        int record = blocks.record();
        int encoded = BlockRecords.encoded(records, record);
        int payload = JournalFormat.payloadBytes(encoded);
        JournalFormat.putHeader(into, at, encoded, BlockRecords.hash(records, record));
        int payloadAt = at + JournalFormat.BLOCK_HEADER_BYTES;
        if (BlockRecords.isFilled(encoded)) {
            ObjectLayout.putLong(into, payloadAt, BlockRecords.fillWord(records, record));
        } else {
            byte[] stored = Scratch.get().stored;
            if (payload > stored.length
                    || !parts.objects()
                            .loadChunks(view.sequence(), block, records, record, stored)) {
                return FAILED;
            }
            System.arraycopy(stored, 0, into, payloadAt, payload);
        }
        return JournalFormat.BLOCK_HEADER_BYTES + payload;
    }
}
