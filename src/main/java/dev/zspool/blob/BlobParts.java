package dev.zspool.blob;

import dev.zspool.codec.BlockCompressor;
import dev.zspool.zsmalloc.ZsPool;

/// What reading and writing the blobs of one pool takes.
record BlobParts(
        ZsPool pool, BlobObjects objects, BlockCompressor compressor, AttributeTable attributes) {}
