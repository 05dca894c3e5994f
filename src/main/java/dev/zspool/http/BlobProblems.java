package dev.zspool.http;

import dev.zspool.blob.PutResult;

/// The outcomes of the blob API that are problems to a caller.
final class BlobProblems {

    private BlobProblems() {}

    static ProblemException noPool() {
        return new ProblemException(ProblemCode.POOL_NOT_FOUND, "There is no pool of this name.");
    }

    static ProblemException missing() {
        return new ProblemException(
                ProblemCode.BLOB_NOT_FOUND, "There is no blob under this handle.");
    }

    static ProblemException corrupted() {
        return new ProblemException(
                ProblemCode.CORRUPTED, "The content does not match its checksum.");
    }

    static ProblemException changing() {
        return new ProblemException(
                ProblemCode.BLOB_CHANGING, "It was replaced each time while it was being read.");
    }

    static ProblemException tooLarge(long limitBytes) {
        return new ProblemException(
                ProblemCode.BLOB_TOO_LARGE, "A blob has at most " + limitBytes + " bytes.");
    }

    static ProblemException preconditionFailed() {
        return new ProblemException(
                ProblemCode.PRECONDITION_FAILED,
                "The conditions of the request (If-Match, If-None-Match, If-Unmodified-Since) do not"
                        + " hold for what is under the handle; that was left as it is.");
    }

    static ProblemException poolFull(long limitBytes) {
        return new ProblemException(
                ProblemCode.POOL_FULL,
                "The pool holds at most "
                        + limitBytes
                        + " bytes; what was under the handle is still there.");
    }

    static ProblemException diskFull() {
        return new ProblemException(
                ProblemCode.DISK_FULL,
                "The disk of the data directory has no room; what was under the handle is still"
                        + " there. Reading and deleting go on.");
    }

    static ProblemException diskFailed() {
        return new ProblemException(
                ProblemCode.DISK_FAILED,
                "The disk of the data directory failed: nothing is stored or deleted until it is"
                        + " healed. What is in memory can be read.");
    }

    /// What is asked for is not in memory, or not all of it.
    static ProblemException unreadable() {
        return new ProblemException(
                ProblemCode.DISK_FAILED,
                "Not everything that this asks for is in memory, and the disk of the data directory"
                        + " cannot be read now.");
    }

    static PutResult.Stored requireStored(PutResult result) {
        return switch (result) {
            case PutResult.Stored stored -> stored;
            case PutResult.TooLarge tooLarge -> throw tooLarge(tooLarge.limitBytes());
            case PutResult.PoolFull full -> throw poolFull(full.limitBytes());
            case PutResult.PoolGone _ -> throw noPool();
            case PutResult.PreconditionFailed _ -> throw preconditionFailed();
            case PutResult.DiskFull _ -> throw diskFull();
            case PutResult.DiskFailed _ -> throw diskFailed();
            case PutResult.OutOfMemory _ ->
                    throw new ProblemException(
                            ProblemCode.OUT_OF_MEMORY,
                            "Memory is short; what was under the handle is still there.");
        };
    }
}
