package dev.zspool.http;

/// The outcomes of making and destroying pools that are problems to a caller.
final class PoolProblems {

    private PoolProblems() {}

    static ProblemException otherChainSize() {
        return new ProblemException(
                ProblemCode.CHAIN_SIZE_FIXED,
                "The pool is there with another chain size; destroy it to make it anew.");
    }

    static ProblemException otherDurability() {
        return new ProblemException(
                ProblemCode.DURABILITY_FIXED,
                "Whether a pool's blobs are in memory only cannot change; destroy it to make it anew."
                        + " Between async and sync it may change.");
    }

    static ProblemException tooMany(int limit) {
        return new ProblemException(
                ProblemCode.TOO_MANY_POOLS,
                "There may be " + limit + " pools; see zspool.pool.max-pools.");
    }

    static ProblemException noMemory() {
        return new ProblemException(
                ProblemCode.OUT_OF_MEMORY, "Memory is short; the pool was not made.");
    }

    static ProblemException diskFull() {
        return new ProblemException(
                ProblemCode.DISK_FULL,
                "The disk of the data directory has no room; the pool is as it was.");
    }

    static ProblemException notDurable() {
        return new ProblemException(
                ProblemCode.NOT_DURABLE,
                "The pool's blobs are in memory only: see its durability.");
    }

    static ProblemException snapshotExists() {
        return new ProblemException(
                ProblemCode.SNAPSHOT_EXISTS,
                "There is a snapshot of this name; it was left as it is.");
    }

    static ProblemException snapshotDiskFull() {
        return new ProblemException(
                ProblemCode.DISK_FULL,
                "The disk of the data directory has no room; no snapshot was written.");
    }

    static ProblemException snapshotDiskFailed() {
        return new ProblemException(
                ProblemCode.DISK_FAILED,
                "The disk of the data directory failed; no snapshot was written.");
    }

    static ProblemException notEmpty() {
        return new ProblemException(
                ProblemCode.POOL_NOT_EMPTY,
                "The pool has blobs; with ?force=true they go with it.");
    }
}
