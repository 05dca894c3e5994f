package dev.zspool.blob;

import dev.zspool.codec.BlockCodec;
import dev.zspool.codec.BlockCompressor;
import dev.zspool.persist.BlobMeta;
import java.util.Optional;

/// How blobs are written to the journal: part of the stored format.
///
/// Content is cut into pieces of up to {@link #BLOCKS_PER_PIECE} blocks, as the codec made them;
/// content that is one word over and over is one piece with that word. A piece is the records of
/// its blocks, one behind the other:
///
/// ```
///  byte 0                       4                 12
///      +------------------------+-----------------+------------------------------------------+
///      | codec, stored length   | XXH64 of block  | FILLED: the word (8)                     |
///      |  (BlockCompressor)     |                 | else: the stored bytes                   |
///      +------------------------+-----------------+------------------------------------------+
/// ```
///
/// Numbers are little-endian. Three blocks and what the journal adds are less than its largest
/// piece, 256 KiB.
final class JournalFormat {
    static final int BLOCKS_PER_PIECE = 3;
    static final int BLOCK_HEADER_BYTES = 12;

    /// The content is in blocks.
    static final int KIND_BLOCKS = 0;

    /// The content is one word; the hash of its record is that of the word's eight bytes.
    static final int KIND_FILLED = 1;

    /// The record of a word of its own.
    static final int FILLED_WORD = BlockCompressor.encoded(BlockCodec.FILLED, Long.BYTES);

    private static final int HASH = 4;

    private JournalFormat() {}

    /// How many pieces a blob has.
    static int pieces(long sizeBytes, int kind) {
        int blocks = Blocks.count(sizeBytes);
        return kind == KIND_FILLED
                ? 1
                : Math.max(1, (blocks + BLOCKS_PER_PIECE - 1) / BLOCKS_PER_PIECE);
    }

    static BlobMeta meta(BlobInfo info, long hash, ContentKind contentKind) {
        int kind = contentKind == ContentKind.FILLED ? KIND_FILLED : KIND_BLOCKS;
        return new BlobMeta(
                hash,
                info.handle(),
                info.sequence(),
                info.sizeBytes(),
                info.storedBytes(),
                info.contentHash(),
                Optional.ofNullable(info.attributes().contentType()),
                Optional.ofNullable(info.attributes().contentEncoding()),
                info.modifiedEpochSeconds(),
                info.expiresEpochMillis(),
                kind,
                pieces(info.sizeBytes(), kind),
                false);
    }

    static BlobInfo info(BlobMeta meta) {
        return new BlobInfo(
                meta.handle(),
                meta.sizeBytes(),
                meta.storedBytes(),
                meta.sequence(),
                meta.contentHash(),
                new BlobAttributes(
                        meta.contentType().orElse(null), meta.contentEncoding().orElse(null)),
                meta.modifiedEpochSeconds(),
                meta.expiresEpochMillis());
    }

    static void putHeader(byte[] piece, int offset, int encoded, long hash) {
        ObjectLayout.putInt(piece, offset, encoded);
        ObjectLayout.putLong(piece, offset + HASH, hash);
    }

    static int encoded(byte[] piece, int offset) {
        return ObjectLayout.intAt(piece, offset);
    }

    static long hash(byte[] piece, int offset) {
        return ObjectLayout.longAt(piece, offset + HASH);
    }

    /// What comes behind the header of a block's record.
    static int payloadBytes(int encoded) {
        return BlockRecords.isFilled(encoded) ? Long.BYTES : BlockCompressor.storedLength(encoded);
    }

    /// Where the `nth` record of a piece begins, -1 when it would not lie in the first `length`
    /// bytes: then the piece is damaged.
    static int find(byte[] piece, int length, int nth) {
        int at = 0;
        for (int i = 0; ; i++) {
            if (at + BLOCK_HEADER_BYTES > length) {
                return -1;
            }
            int payload = payloadBytes(encoded(piece, at));
            if (payload < 0 || payload > length - at - BLOCK_HEADER_BYTES) {
                return -1;
            }
            if (i == nth) {
                return at;
            }
            at += BLOCK_HEADER_BYTES + payload;
        }
    }
}
