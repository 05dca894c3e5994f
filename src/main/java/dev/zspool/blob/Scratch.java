package dev.zspool.blob;

import dev.zspool.codec.BlockCompressor;
import dev.zspool.zsmalloc.ZsPool;

/// Working memory of one thread, used within one call and never across one that waits.
final class Scratch {
    private static final ThreadLocal<Scratch> OF_THREAD = ThreadLocal.withInitial(Scratch::new);

    /// Room of a root that is being built before its length is known to be right.
    private static final int ROOT_SLACK_BYTES = 2 * BlobAttributes.MAX_BYTES + 1024;

    /// An object that was copied out, to find a root.
    final byte[] root = new byte[ZsPool.MAX_OBJECT_BYTES];

    /// An object that was copied out, or is being built.
    final byte[] object = new byte[ZsPool.MAX_OBJECT_BYTES];

    /// A root that is being built.
    final byte[] newRoot = new byte[ZsPool.MAX_OBJECT_BYTES + ROOT_SLACK_BYTES];

    /// What is stored of one block.
    final byte[] stored = new byte[BlockCompressor.SCRATCH_BYTES];

    private Scratch() {}

    static Scratch get() {
        return OF_THREAD.get();
    }
}
