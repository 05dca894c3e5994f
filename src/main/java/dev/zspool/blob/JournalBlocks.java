package dev.zspool.blob;

import dev.zspool.codec.BlockCompressor;
import dev.zspool.persist.Journal;

/// Reads the blocks of one version of a blob from the journal. Waits for the disk.
///
/// Keeps the piece that it read last, so that blocks in order cost one read a piece. Not
/// thread-safe.
final class JournalBlocks {
    private static final int NO_PIECE = -1;

    private final JournalBacking backing;
    private final BlobParts parts;
    private final BlobInfo info;
    private final boolean isFilled;
    private byte[] piece = new byte[0];
    private int loadedPiece = NO_PIECE;
    private int pieceLength;

    JournalBlocks(JournalBacking backing, BlobParts parts, BlobInfo info, boolean isFilled) {
        this.backing = backing;
        this.parts = parts;
        this.info = info;
        this.isFilled = isFilled;
    }

    /// Reads one block.
    ///
    /// @return OK; REPLACED when the journal does not have this version any more; CORRUPTED;
    ///   UNREADABLE
    ReadOutcome read(int block, byte[] destination, int offset, int length) {
        ReadOutcome loaded = load(isFilled ? 0 : block / JournalFormat.BLOCKS_PER_PIECE);
        if (loaded != ReadOutcome.OK) {
            return loaded;
        }
        return isFilled
                ? fill(destination, offset, length)
                : decode(block % JournalFormat.BLOCKS_PER_PIECE, destination, offset, length);
    }

    private ReadOutcome load(int wanted) {
        if (wanted == loadedPiece) {
            return ReadOutcome.OK;
        }
        loadedPiece = NO_PIECE;
        piece = piece.length == 0 ? new byte[Journal.MAX_PIECE_BYTES] : piece;
        int length = backing.journal().readPiece(backing.poolId(), info.sequence(), wanted, piece);
        return switch (length) {
            case Journal.MISSING -> ReadOutcome.REPLACED;
            case Journal.CORRUPTED -> ReadOutcome.CORRUPTED;
            case Journal.UNREADABLE -> ReadOutcome.UNREADABLE;
            default -> {
                loadedPiece = wanted;
                pieceLength = length;
                yield ReadOutcome.OK;
            }
        };
    }

    private ReadOutcome fill(byte[] destination, int offset, int length) {
        if (!StoredPieces.isFilledSound(piece, pieceLength)) {
            return ReadOutcome.CORRUPTED;
        }
        long word = ObjectLayout.longAt(piece, JournalFormat.BLOCK_HEADER_BYTES);
        BlockCompressor.fill(word, destination, offset, length);
        return ReadOutcome.OK;
    }

    private ReadOutcome decode(int nth, byte[] destination, int offset, int length) {
        int record = JournalFormat.find(piece, pieceLength, nth);
        boolean isSound =
                record >= 0
                        && StoredPieces.isDecoded(
                                parts.compressor(), piece, record, destination, offset, length);
        return isSound ? ReadOutcome.OK : ReadOutcome.CORRUPTED;
    }
}
