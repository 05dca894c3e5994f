package dev.zspool.blob;

import dev.zspool.codec.BlockCodec;
import dev.zspool.codec.BlockCompressor;

/// The records of blocks, in a root or in a branch, one after the other.
///
/// ```
///  byte 0                       4                 12
///      +------------------------+-----------------+------------------------------------------+
///      | codec, stored length   | XXH64 of block  | FILLED: the word (8)                     |
///      |  (BlockCompressor)     |                 | else: handles of its chunks (4 each)     |
///      +------------------------+-----------------+------------------------------------------+
/// ```
///
/// The hash is of the block's content, not of what is stored, so that it covers the decompressor
/// too.
final class BlockRecords {
    /// Blocks of one branch, and the most that a root has records of. 32 records have at most 2,560
    /// bytes.
    static final int BLOCKS_PER_BRANCH = 32;

    /// The longest record: 17 chunks of a block that does not compress, or 18 where the rest is cut
    /// in two.
    static final int MAX_RECORD_BYTES = 12 + 4 * 18;

    private static final int HASH = 4;
    private static final int HANDLES = 12;

    private BlockRecords() {}

    static int encoded(byte[] records, int offset) {
        return ObjectLayout.intAt(records, offset);
    }

    static long hash(byte[] records, int offset) {
        return ObjectLayout.longAt(records, offset + HASH);
    }

    static long fillWord(byte[] records, int offset) {
        return ObjectLayout.longAt(records, offset + HANDLES);
    }

    static long chunkHandle(byte[] records, int offset, int chunk) {
        return ObjectLayout.handleAt(records, offset + HANDLES + 4 * chunk);
    }

    static void put(byte[] records, int offset, int encoded, long hash) {
        ObjectLayout.putInt(records, offset, encoded);
        ObjectLayout.putLong(records, offset + HASH, hash);
    }

    static void putFillWord(byte[] records, int offset, long word) {
        ObjectLayout.putLong(records, offset + HANDLES, word);
    }

    static void putChunkHandle(byte[] records, int offset, int chunk, long handle) {
        ObjectLayout.putInt(records, offset + HANDLES + 4 * chunk, (int) handle);
    }

    /// How long the record at an offset is.
    static int length(byte[] records, int offset, ChunkPlan plan) {
        return HANDLES + tailBytes(encoded(records, offset), plan);
    }

    private static int tailBytes(int encoded, ChunkPlan plan) {
        return isFilled(encoded) ? Long.BYTES : 4 * chunks(encoded, plan);
    }

    /// How many chunks a record leads to.
    static int chunks(int encoded, ChunkPlan plan) {
        return isFilled(encoded) ? 0 : plan.chunks(BlockCompressor.storedLength(encoded));
    }

    static boolean isFilled(int encoded) {
        return encoded >>> 24 == BlockCodec.FILLED.id();
    }

    /// Where the `nth` record begins, -1 when it would not lie in `[offset, limit)`: then the
    /// records are damaged.
    static int find(byte[] records, int offset, int limit, int nth, ChunkPlan plan) {
        int at = offset;
        for (int i = 0; i <= nth; i++) {
            if (at + HANDLES > limit || at + length(records, at, plan) > limit) {
                return -1;
            }
            if (i < nth) {
                at += length(records, at, plan);
            }
        }
        return at;
    }
}
