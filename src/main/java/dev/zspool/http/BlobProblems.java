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

    /// For an outcome that only a request with a condition can have.
    static IllegalStateException unconditional() {
        return new IllegalStateException("a condition failed, and none was set");
    }

    static PutResult.Stored requireStored(PutResult result) {
        return switch (result) {
            case PutResult.Stored stored -> stored;
            case PutResult.TooLarge tooLarge -> throw tooLarge(tooLarge.limitBytes());
            case PutResult.PoolFull full ->
                    throw new ProblemException(
                            ProblemCode.POOL_FULL,
                            "The pool holds at most "
                                    + full.limitBytes()
                                    + " bytes; what was under the handle is still there.");
            case PutResult.PreconditionFailed _ -> throw unconditional();
            case PutResult.PoolGone _ -> throw noPool();
            case PutResult.OutOfMemory _ ->
                    throw new ProblemException(
                            ProblemCode.OUT_OF_MEMORY,
                            "Memory is short; what was under the handle is still there.");
        };
    }
}
