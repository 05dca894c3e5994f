package dev.zspool.blob;

import dev.zspool.codec.BlockCompressor;
import dev.zspool.zsmalloc.ZsPool;

/// The chunks and branches behind a root: writing, reading and freeing them.
///
/// Thread-safe, without a lock or state.
final class BlobObjects {
    private static final int BLOCK_SHIFT = 5;

    private final ZsPool pool;
    private final ChunkPlan plan;
    private final ObjectAllocator allocator;

    BlobObjects(ZsPool pool) {
        this.pool = pool;
        this.plan = new ChunkPlan(pool.sizeClasses().hugeThresholdBytes());
        this.allocator = new ObjectAllocator(pool);
    }

    /// Where objects of blobs are stored.
    ObjectAllocator allocator() {
        return allocator;
    }

    ChunkPlan plan() {
        return plan;
    }

    private static int chunkPosition(int block, int chunk) {
        return block << BLOCK_SHIFT | chunk;
    }

    /// Stores what is stored of a block, and puts the chunks' handles into its record.
    ///
    /// @param source the stored bytes, from index 0
    /// @return a handle above 0, or the pool's error value; then nothing is left of it
    long storeChunks(
            long sequence, int block, byte[] source, int encoded, byte[] records, int record) {
        byte[] object = Scratch.get().object;
        int storedBytes = BlockCompressor.storedLength(encoded);
        int chunks = BlockRecords.chunks(encoded, plan);
        int done = 0;
        for (int chunk = 0; chunk < chunks; chunk++) {
            int length = plan.chunkBytes(storedBytes, chunk);
            ObjectLayout.putChunkHeader(
                    object, ObjectLayout.TYPE_CHUNK, sequence, chunkPosition(block, chunk));
            System.arraycopy(source, done, object, ObjectLayout.CHUNK_HEADER_BYTES, length);
            long handle = ZsPool.OUT_OF_MEMORY;
            try {
                handle = allocator.allocate(object, 0, ObjectLayout.CHUNK_HEADER_BYTES + length);
            } finally {
                if (handle < 0) {
                    // Also behind a heap that is full while room is made.
                    freeChunks(records, record, chunk);
                }
            }
            if (handle < 0) {
                return handle;
            }
            BlockRecords.putChunkHandle(records, record, chunk, handle);
            done += length;
        }
        return 1;
    }

    /// Puts the stored bytes of a block together from its chunks.
    ///
    /// @return false when a chunk is not the one that was expected
    boolean loadChunks(long sequence, int block, byte[] records, int record, byte[] into) {
        byte[] object = Scratch.get().object;
        int encoded = BlockRecords.encoded(records, record);
        int storedBytes = BlockCompressor.storedLength(encoded);
        int chunks = BlockRecords.chunks(encoded, plan);
        int done = 0;
        for (int chunk = 0; chunk < chunks; chunk++) {
            int length = plan.chunkBytes(storedBytes, chunk);
            long handle = BlockRecords.chunkHandle(records, record, chunk);
            int copied = pool.read(handle, object, 0);
            if (copied < ObjectLayout.CHUNK_HEADER_BYTES + length
                    || !ObjectLayout.isExpected(
                            object,
                            ObjectLayout.TYPE_CHUNK,
                            sequence,
                            chunkPosition(block, chunk))) {
                return false;
            }
            System.arraycopy(object, ObjectLayout.CHUNK_HEADER_BYTES, into, done, length);
            done += length;
        }
        return true;
    }

    /// Stores records as a branch.
    ///
    /// @return its handle, or the pool's error value
    long storeBranch(long sequence, int branch, byte[] records, int length) {
        byte[] object = Scratch.get().object;
        System.arraycopy(records, 0, object, ObjectLayout.BRANCH_HEADER_BYTES, length);
        ObjectLayout.putBranchHeader(object, sequence, branch, length);
        return allocator.allocate(object, 0, ObjectLayout.BRANCH_HEADER_BYTES + length);
    }

    /// Copies a branch out.
    ///
    /// @return where its records end; -1 when it is not the one that was expected, or damaged
    int loadBranch(long sequence, int branch, long handle, byte[] into) {
        return ObjectLayout.branchEnd(into, pool.read(handle, into, 0), sequence, branch);
    }

    /// Counts the objects behind a root.
    ///
    /// @return how many; -1 when one is not there, or is not the root's
    int countContent(RootView root) {
        int blocks = Blocks.count(root.sizeBytes());
        return switch (root.kind()) {
            case INLINE, FILLED -> 0;
            case DIRECT ->
                    countRecords(
                            root.sequence(),
                            0,
                            root.bytes(),
                            root.kindOffset(),
                            root.headerEnd(),
                            blocks);
            case BRANCHED -> countBranches(root, blocks);
        };
    }

    private int countBranches(RootView root, int blocks) {
        byte[] records = new byte[ZsPool.MAX_OBJECT_BYTES];
        int branches = (root.headerEnd() - root.kindOffset()) / Integer.BYTES;
        int objects = 0;
        for (int branch = 0; branch < branches; branch++) {
            int offset = root.kindOffset() + branch * Integer.BYTES;
            long handle = ObjectLayout.handleAt(root.bytes(), offset);
            int end = loadBranch(root.sequence(), branch, handle, records);
            int first = branch * BlockRecords.BLOCKS_PER_BRANCH;
            int behind =
                    end < 0
                            ? -1
                            : countRecords(
                                    root.sequence(),
                                    first,
                                    records,
                                    ObjectLayout.BRANCH_HEADER_BYTES,
                                    end,
                                    blocks - first);
            if (behind < 0) {
                return -1;
            }
            objects += 1 + behind;
        }
        return objects;
    }

    private int countRecords(
            long sequence, int firstBlock, byte[] records, int offset, int limit, int blocksLeft) {
        int count = Math.min(BlockRecords.BLOCKS_PER_BRANCH, blocksLeft);
        byte[] stored = Scratch.get().stored;
        int objects = 0;
        for (int i = 0; i < count; i++) {
            int record = BlockRecords.find(records, offset, limit, i, plan);
            if (record < 0) {
                return -1;
            }
            if (!BlockRecords.isFilled(BlockRecords.encoded(records, record))
                    && !loadChunks(sequence, firstBlock + i, records, record, stored)) {
                return -1;
            }
            objects += BlockRecords.chunks(BlockRecords.encoded(records, record), plan);
        }
        return objects;
    }

    /// Frees everything behind a root that nothing leads to any more; not the root itself.
    void freeContent(RootView root) {
        int blocks = Blocks.count(root.sizeBytes());
        switch (root.kind()) {
            case INLINE, FILLED -> {}
            case DIRECT -> freeRecords(root.bytes(), root.kindOffset(), root.headerEnd(), blocks);
            case BRANCHED -> {
                int branches = (root.headerEnd() - root.kindOffset()) / Integer.BYTES;
                for (int branch = 0; branch < branches; branch++) {
                    long handle =
                            ObjectLayout.handleAt(
                                    root.bytes(), root.kindOffset() + branch * Integer.BYTES);
                    freeBranch(root.sequence(), branch, handle, blocks);
                }
            }
        }
    }

    /// Frees a branch and the chunks of its records. What a damaged one leads to cannot be known:
    /// it stays until the pool is closed.
    ///
    /// @param blocks how many blocks the whole blob has
    void freeBranch(long sequence, int branch, long handle, int blocks) {
        byte[] object = new byte[ZsPool.MAX_OBJECT_BYTES];
        int length = loadBranch(sequence, branch, handle, object);
        if (length > 0) {
            int first = branch * BlockRecords.BLOCKS_PER_BRANCH;
            int records = Math.min(BlockRecords.BLOCKS_PER_BRANCH, blocks - first);
            freeRecords(object, ObjectLayout.BRANCH_HEADER_BYTES, length, records);
        }
        pool.free(handle);
    }

    /// Frees the chunks of a number of records.
    void freeRecords(byte[] records, int offset, int limit, int count) {
        for (int i = 0; i < count; i++) {
            int record = BlockRecords.find(records, offset, limit, i, plan);
            if (record < 0) {
                return;
            }
            int chunks = BlockRecords.chunks(BlockRecords.encoded(records, record), plan);
            freeChunks(records, record, chunks);
        }
    }

    private void freeChunks(byte[] records, int record, int chunks) {
        for (int chunk = 0; chunk < chunks; chunk++) {
            pool.free(BlockRecords.chunkHandle(records, record, chunk));
        }
    }
}
