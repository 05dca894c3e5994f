package dev.zspool.blob;

import dev.zspool.zsmalloc.ZsPool;

/// Finds the records of a chunked blob's blocks, in its root or in its branches.
///
/// Keeps the branch that it read last. Not thread-safe.
final class RootBlocks {
    /// What looking for a record came to.
    enum Found {
        YES,
        /// An object on the way is not the one that was expected.
        GONE,
        /// The records are damaged.
        DAMAGED
    }

    private final BlobParts parts;
    private final RootView root;
    private byte[] branchBytes = new byte[0];
    private int branchLength;
    private int loadedBranch = -1;
    private byte[] records = new byte[0];
    private int record;

    /// @param root DIRECT or BRANCHED, of a copy that nobody changes
    RootBlocks(BlobParts parts, RootView root) {
        this.parts = parts;
        this.root = root;
    }

    Found find(int block) {
        if (root.kind() == RootKind.DIRECT) {
            return findIn(root.bytes(), root.kindOffset(), root.headerEnd(), block);
        }
        int branch = block / BlockRecords.BLOCKS_PER_BRANCH;
        if (branch != loadedBranch && !isLoaded(branch)) {
            return Found.GONE;
        }
        int nth = block % BlockRecords.BLOCKS_PER_BRANCH;
        return findIn(branchBytes, ObjectLayout.BRANCH_HEADER_BYTES, branchLength, nth);
    }

    private boolean isLoaded(int branch) {
        loadedBranch = -1;
        branchBytes = branchBytes.length == 0 ? new byte[ZsPool.MAX_OBJECT_BYTES] : branchBytes;
        int offset = root.kindOffset() + branch * Integer.BYTES;
        if (offset + Integer.BYTES > root.headerEnd()) {
            return false;
        }
        long handle = ObjectLayout.handleAt(root.bytes(), offset);
        branchLength = parts.objects().loadBranch(root.sequence(), branch, handle, branchBytes);
        loadedBranch = branchLength < 0 ? -1 : branch;
        return branchLength >= 0;
    }

    private Found findIn(byte[] bytes, int offset, int limit, int nth) {
        records = bytes;
        record = BlockRecords.find(bytes, offset, limit, nth, parts.objects().plan());
        return record < 0 ? Found.DAMAGED : Found.YES;
    }

    /// Where the record is that was found last.
    byte[] records() {
        return records;
    }

    /// See {@link #records}.
    int record() {
        return record;
    }
}
