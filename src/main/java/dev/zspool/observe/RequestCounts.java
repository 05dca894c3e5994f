package dev.zspool.observe;

import java.util.concurrent.atomic.LongAdder;

/// How many blobs were asked for, stored and deleted, and how many requests were refused or failed,
/// since the start.
///
/// Thread-safe; counting waits for nobody and allocates nothing.
public final class RequestCounts {
    private static final int FIRST_REFUSAL = 400;
    private static final int NOT_FOUND = 404;
    private static final int FIRST_FAILURE = 500;
    private static final int UNAVAILABLE = 503;
    private static final int NO_ROOM = 507;

    private final LongAdder reads = new LongAdder();
    private final LongAdder writes = new LongAdder();
    private final LongAdder deletes = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder failed = new LongAdder();

    /// Somebody asks for blobs, or for what is said of them.
    public void read(int blobs) {
        reads.add(blobs);
    }

    /// Somebody wants to store a blob.
    public void write() {
        writes.increment();
    }

    /// Somebody wants to delete blobs.
    public void delete(int blobs) {
        deletes.add(blobs);
    }

    /// A request was answered with a problem. That something is not there is none.
    ///
    /// @param status of the answer
    public void problem(int status) {
        if (status == UNAVAILABLE || status == NO_ROOM) {
            refused.increment();
        } else if (status >= FIRST_FAILURE) {
            failed.increment();
        } else if (status >= FIRST_REFUSAL && status != NOT_FOUND) {
            refused.increment();
        }
    }

    long reads() {
        return reads.sum();
    }

    long writes() {
        return writes.sum();
    }

    long deletes() {
        return deletes.sum();
    }

    long refused() {
        return refused.sum();
    }

    long failed() {
        return failed.sum();
    }
}
