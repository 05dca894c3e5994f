package dev.zspool.blob;

import dev.zspool.codec.BlockCompressor;
import dev.zspool.page.PageArena;
import dev.zspool.zsmalloc.ZsPool;

/// What reading and writing the blobs of one pool takes.
///
/// @param gate shut when the pool is taken apart
record BlobParts(
        ZsPool pool,
        BlobObjects objects,
        BlockCompressor compressor,
        AttributeTable attributes,
        PoolGate gate) {
    static BlobParts of(ZsPool pool, BlockCompressor compressor) {
        return new BlobParts(
                pool, new BlobObjects(pool), compressor, new AttributeTable(), new PoolGate());
    }

    /// Makes the index; without memory for it there is no pool either.
    BlobIndex newIndex(PageArena arena) {
        try {
            return new BlobIndex(arena);
        } catch (NoFrameException full) {
            pool.close();
            throw full;
        }
    }
}
