package dev.zspool.blob;

import dev.zspool.codec.BlockCompressor;
import dev.zspool.codec.ContentHash;
import dev.zspool.persist.BlobMeta;
import dev.zspool.persist.PieceVerifier;

/// Looks into the pieces of blobs: decodes every block and compares it with its hash.
///
/// Not thread-safe.
public final class StoredPieces implements PieceVerifier {
    private final BlockCompressor compressor;
    private final byte[] block = new byte[Blocks.BLOCK_BYTES];

    public StoredPieces(BlockCompressor compressor) {
        this.compressor = compressor;
    }

    @Override
    public boolean isSound(BlobMeta meta, int piece, byte[] bytes, int length) {
        return meta.kind() == JournalFormat.KIND_FILLED
                ? isFilledSound(bytes, length)
                : areBlocksSound(meta, piece, bytes, length);
    }

    /// Whether a piece is one word and its hash.
    static boolean isFilledSound(byte[] bytes, int length) {
        int word = JournalFormat.BLOCK_HEADER_BYTES;
        return length == word + Long.BYTES
                && JournalFormat.encoded(bytes, 0) == JournalFormat.FILLED_WORD
                && ContentHash.hash(bytes, word, Long.BYTES) == JournalFormat.hash(bytes, 0);
    }

    private boolean areBlocksSound(BlobMeta meta, int piece, byte[] bytes, int length) {
        int first = piece * JournalFormat.BLOCKS_PER_PIECE;
        int end = Math.min(first + JournalFormat.BLOCKS_PER_PIECE, Blocks.count(meta.sizeBytes()));
        int at = 0;
        for (int n = first; n < end; n++) {
            int record = JournalFormat.find(bytes, length, n - first);
            int size = Blocks.length(meta.sizeBytes(), n);
            if (record < 0 || !isDecoded(compressor, bytes, record, block, 0, size)) {
                return false;
            }
            int encoded = JournalFormat.encoded(bytes, record);
            at = record + JournalFormat.BLOCK_HEADER_BYTES + JournalFormat.payloadBytes(encoded);
        }
        return at == length;
    }

    /// Decodes a block and compares it with its hash.
    ///
    /// @param record where its record begins
    /// @return whether the destination has what was stored
    static boolean isDecoded(
            BlockCompressor compressor,
            byte[] piece,
            int record,
            byte[] destination,
            int offset,
            int length) {
        int encoded = JournalFormat.encoded(piece, record);
        int payload = record + JournalFormat.BLOCK_HEADER_BYTES;
        if (BlockRecords.isFilled(encoded)) {
            if (BlockCompressor.storedLength(encoded) != Math.min(length, Long.BYTES)) {
                return false;
            }
            BlockCompressor.fill(ObjectLayout.longAt(piece, payload), destination, offset, length);
        } else if (!compressor.decode(encoded, piece, payload, destination, offset, length)) {
            return false;
        }
        return ContentHash.hash(destination, offset, length) == JournalFormat.hash(piece, record);
    }
}
