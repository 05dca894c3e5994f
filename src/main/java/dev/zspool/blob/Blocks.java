package dev.zspool.blob;

import dev.zspool.codec.BlockCompressor;

/// Content is cut into blocks of 64 KiB, the last one shorter. Empty content has none.
final class Blocks {
    static final int BLOCK_BYTES = BlockCompressor.MAX_BLOCK_BYTES;

    private Blocks() {}

    static int count(long sizeBytes) {
        return Math.toIntExact((sizeBytes + BLOCK_BYTES - 1) / BLOCK_BYTES);
    }

    /// How long one block is in bytes.
    static int length(long sizeBytes, int block) {
        return (int) Math.min(BLOCK_BYTES, sizeBytes - (long) block * BLOCK_BYTES);
    }
}
