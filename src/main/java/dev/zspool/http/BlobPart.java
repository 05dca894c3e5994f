package dev.zspool.http;

import dev.zspool.blob.BlobInfo;

/// What of a version goes out: its bytes `[startByte, endByte)`, and the status that says so.
record BlobPart(int status, long startByte, long endByte) {

    static final int WHOLE = 200;
    static final int PARTIAL = 206;
    static final int NOT_MODIFIED = 304;

    static final int BLOCK_BYTES = 64 * 1024;

    static BlobPart whole(BlobInfo info) {
        return new BlobPart(WHOLE, 0, info.sizeBytes());
    }

    static BlobPart range(long startByte, long endByte) {
        return new BlobPart(PARTIAL, startByte, endByte);
    }

    /// Nothing: the client has it.
    static BlobPart notModified() {
        return new BlobPart(NOT_MODIFIED, 0, 0);
    }

    long bytes() {
        return endByte - startByte;
    }

    int firstBlock() {
        return (int) (startByte / BLOCK_BYTES);
    }

    /// The block behind the last one of which anything goes out.
    int endBlock() {
        return (int) ((endByte + BLOCK_BYTES - 1) / BLOCK_BYTES);
    }

    /// Where it begins in one of its blocks.
    int startIn(int block) {
        return (int) Math.max(0, startByte - (long) block * BLOCK_BYTES);
    }

    /// Where it ends in one of its blocks.
    int endIn(int block) {
        return (int) Math.min(BLOCK_BYTES, endByte - (long) block * BLOCK_BYTES);
    }
}
