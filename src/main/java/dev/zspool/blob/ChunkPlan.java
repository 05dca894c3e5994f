package dev.zspool.blob;

import dev.zspool.zsmalloc.ZsPool;

/// How the stored bytes of a block are cut into chunks. A pure function of their number, so that a
/// record needs only the handles.
///
/// A full chunk is an object of exactly one page, which the pool keeps without waste. The rest is
/// one object of its own size, except where that size would take a whole page and leave much of it
/// empty (from the pool's huge threshold on): then it is two.
final class ChunkPlan {
    /// Content of a full chunk in bytes.
    static final int FULL_CHUNK_BYTES = ZsPool.MAX_OBJECT_BYTES - ObjectLayout.CHUNK_HEADER_BYTES;

    /// What a second object costs, about: its headers, its handle's word and record, and the mean
    /// rounding of its class.
    private static final int SPLIT_COST_BYTES = 64;

    private final int hugeThresholdBytes;

    /// @param hugeThresholdBytes from this size on an object takes a whole page
    ChunkPlan(int hugeThresholdBytes) {
        this.hugeThresholdBytes = hugeThresholdBytes;
    }

    /// How many chunks there are.
    int chunks(int storedBytes) {
        int rest = storedBytes % FULL_CHUNK_BYTES;
        int restChunks = rest == 0 ? 0 : isSplit(rest) ? 2 : 1;
        return storedBytes / FULL_CHUNK_BYTES + restChunks;
    }

    /// The content of one chunk in bytes.
    int chunkBytes(int storedBytes, int chunk) {
        int full = storedBytes / FULL_CHUNK_BYTES;
        if (chunk < full) {
            return FULL_CHUNK_BYTES;
        }
        int rest = storedBytes % FULL_CHUNK_BYTES;
        if (!isSplit(rest)) {
            return rest;
        }
        int half = (rest + 1) / 2;
        return chunk == full ? half : rest - half;
    }

    private boolean isSplit(int restBytes) {
        int objectBytes = restBytes + ObjectLayout.CHUNK_HEADER_BYTES;
        return objectBytes >= hugeThresholdBytes
                && objectBytes < ZsPool.MAX_OBJECT_BYTES - SPLIT_COST_BYTES;
    }

    /// Whether an object of this size is better kept in one piece inside its root.
    boolean fitsInline(int rootBytes) {
        return rootBytes < hugeThresholdBytes;
    }
}
