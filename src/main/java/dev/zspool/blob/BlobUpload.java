package dev.zspool.blob;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.zspool.zsmalloc.ZsPool;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One write, from its first byte to its answer.
///
/// A body of at most one block is collected in an array of its own size and encoded by the thread
/// that commits it. A longer one goes in blocks of 64 KiB to the workers, one after the other:
/// while one is encoded, another waits and a third is filled, and the source is paused. So three
/// blocks is all that it ever takes, however long it is.
///
/// **Concurrency.** The source's thread fills `current`; one worker at a time owns `sink`; what
/// passes between them is guarded by `lock`, a leaf. Callbacks run outside it. The write ends once:
/// whoever finds, under the lock, that the source is at its end and no worker owns the sink claims
/// the end, and nobody else does.
final class BlobUpload implements BlobWrite {
    private static final int BUFFERS = 3;

    private final BlobPool pool;
    private final ContentSink sink;
    private final RootDraft draft;
    private final BodyBudget.Claim claim;
    private final long declaredBytes;
    private final boolean isSmall;
    private final ReentrantLock lock = new ReentrantLock();

    /// The block that is being filled; of the source's thread.
    private byte[] current;

    private int filledBytes;
    private long totalBytes;
    private boolean isTooLarge;

    @GuardedBy("lock")
    private final Queue<Block> full = new ArrayDeque<>();

    @GuardedBy("lock")
    private final Queue<byte[]> spare = new ArrayDeque<>();

    @GuardedBy("lock")
    private boolean isWorking;

    @GuardedBy("lock")
    private boolean isPaused;

    /// The source is at its end: it committed or aborted, and is not resumed any more.
    @GuardedBy("lock")
    private boolean isClosed;

    @GuardedBy("lock")
    private boolean isAborted;

    /// Somebody has claimed the end.
    @GuardedBy("lock")
    private boolean isEnded;

    /// The pool's error value once a block could not be stored.
    @GuardedBy("lock")
    private long failure;

    @GuardedBy("lock")
    private @Nullable Consumer<PutResult> answer;

    @GuardedBy("lock")
    private Runnable resume = () -> {};

    @SuppressWarnings("ArrayRecordComponent")
    private record Block(byte[] bytes, int length) {}

    BlobUpload(BlobPool pool, ContentSink sink, RootDraft draft, long declaredBytes) {
        this.pool = pool;
        this.sink = sink;
        this.draft = draft;
        this.declaredBytes = declaredBytes;
        this.isTooLarge = declaredBytes > pool.options().maxBlobBytes();
        this.isSmall = declaredBytes >= 0 && declaredBytes <= Blocks.BLOCK_BYTES;
        this.current = new byte[0];
        int bufferBytes = isSmall ? (int) declaredBytes : BUFFERS * Blocks.BLOCK_BYTES;
        this.claim = new BodyBudget.Claim(isTooLarge ? 0 : bufferBytes, this::onRoom);
    }

    @Override
    public AppendOutcome begin(Runnable whenReady) {
        lock.lock();
        try {
            if (isTooLarge || isClosed) {
                return AppendOutcome.REFUSED;
            }
            if (pool.host().bodies().refuses()) {
                failure = ZsPool.OUT_OF_MEMORY;
                return AppendOutcome.REFUSED;
            }
            resume = whenReady;
            isPaused = true;
        } finally {
            lock.unlock();
        }
        if (!pool.host().bodies().request(claim)) {
            return AppendOutcome.PAUSE;
        }
        lock.lock();
        try {
            isPaused = false;
        } finally {
            lock.unlock();
        }
        return AppendOutcome.READY;
    }

    private void onRoom() {
        resumeIfPaused();
    }

    private void resumeIfPaused() {
        Runnable callback;
        lock.lock();
        try {
            if (!isPaused || isClosed) {
                return;
            }
            isPaused = false;
            callback = resume;
        } finally {
            lock.unlock();
        }
        callback.run();
    }

    @Override
    public AppendOutcome append(byte[] source, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, source.length);
        if (isTooLarge || totalBytes + length > pool.options().maxBlobBytes()) {
            isTooLarge = true;
            return AppendOutcome.REFUSED;
        }
        if (declaredBytes >= 0 && totalBytes + length > declaredBytes) {
            throw new IllegalArgumentException(
                    "more than the declared " + declaredBytes + " bytes: " + (totalBytes + length));
        }
        totalBytes += length;
        AppendOutcome outcome = AppendOutcome.READY;
        int taken = 0;
        while (taken < length) {
            if (filledBytes == current.length) {
                outcome = nextBuffer();
            }
            int step = Math.min(length - taken, current.length - filledBytes);
            System.arraycopy(source, offset + taken, current, filledBytes, step);
            filledBytes += step;
            taken += step;
        }
        return outcome;
    }

    /// Hands the full block over, if there is one, and takes an empty one.
    private AppendOutcome nextBuffer() {
        if (isSmall) {
            current = new byte[(int) claim.bytes()];
            return AppendOutcome.READY;
        }
        AppendOutcome outcome = filledBytes == 0 ? AppendOutcome.READY : handOver();
        byte[] next;
        lock.lock();
        try {
            next = spare.poll();
        } finally {
            lock.unlock();
        }
        current = next == null ? new byte[Blocks.BLOCK_BYTES] : next;
        filledBytes = 0;
        return outcome;
    }

    private AppendOutcome handOver() {
        boolean startWorker;
        AppendOutcome outcome;
        lock.lock();
        try {
            if (failure != 0) {
                return AppendOutcome.REFUSED;
            }
            full.add(new Block(current, filledBytes));
            startWorker = !isWorking;
            isWorking = true;
            isPaused = full.size() > 1 || !startWorker;
            outcome = isPaused ? AppendOutcome.PAUSE : AppendOutcome.READY;
        } finally {
            lock.unlock();
        }
        return startWorker && !start() ? AppendOutcome.REFUSED : outcome;
    }

    private boolean start() {
        try {
            pool.host().workers().execute(this::drain);
            return true;
        } catch (RejectedExecutionException noWorker) {
            giveUpWork();
            return false;
        }
    }

    /// The worker is gone, or never came: the write fails as if there was no memory for it.
    private void giveUpWork() {
        boolean end;
        lock.lock();
        try {
            failure = ZsPool.OUT_OF_MEMORY;
            full.clear();
            isWorking = false;
            end = claimEndLocked();
        } finally {
            lock.unlock();
        }
        if (end) {
            end();
        }
    }

    /// A worker's task: stores blocks until there are none.
    private void drain() {
        boolean isDone = false;
        try {
            while (storeNext()) {
                resumeIfPaused();
            }
            isDone = true;
        } finally {
            if (!isDone) {
                giveUpWork();
                // A source that waits for this worker must learn that nobody takes its bytes.
                resumeIfPaused();
            }
        }
    }

    /// @return false when there was no block: then this worker does not own the sink any more
    private boolean storeNext() {
        Block block;
        boolean store;
        boolean end;
        lock.lock();
        try {
            block = full.poll();
            store = !isAborted && failure == 0;
            isWorking = block != null;
            end = claimEndLocked();
        } finally {
            lock.unlock();
        }
        if (block == null) {
            if (end) {
                end();
            }
            return false;
        }
        long[] result = {1};
        if (store) {
            // Whoever makes room for it may find somebody's write, whose turn comes behind this.
            TaskChain.during(() -> result[0] = sink.storeBlock(block.bytes(), block.length()));
        }
        lock.lock();
        try {
            failure = result[0] < 0 ? result[0] : failure;
            spare.add(block.bytes());
        } finally {
            lock.unlock();
        }
        return true;
    }

    /// @return true for the one caller that has to end the write
    @GuardedBy("lock")
    private boolean claimEndLocked() {
        boolean claimed = !isEnded && !isWorking && (answer != null || isAborted);
        isEnded |= claimed;
        return claimed;
    }

    @Override
    public void commit(Consumer<PutResult> whenDone) {
        lock.lock();
        try {
            if (totalBytes < declaredBytes && !isTooLarge && failure == 0) {
                throw new IllegalStateException(
                        "less than the declared " + declaredBytes + " bytes: " + totalBytes);
            }
            isClosed = true;
        } finally {
            lock.unlock();
        }
        boolean isLong = !isSmall && totalBytes > Blocks.BLOCK_BYTES;
        if (isLong && filledBytes > 0 && !isTooLarge) {
            handOver();
            filledBytes = 0;
        }
        boolean end;
        lock.lock();
        try {
            answer = whenDone;
            end = claimEndLocked();
        } finally {
            lock.unlock();
        }
        if (end) {
            end();
        }
    }

    @Override
    public void abort() {
        boolean end;
        lock.lock();
        try {
            if (isClosed) {
                return;
            }
            isClosed = true;
            isAborted = true;
            end = claimEndLocked();
        } finally {
            lock.unlock();
        }
        if (end) {
            end();
        }
    }

    /// Ends the write as its source wants it. Called once, when no worker owns the sink.
    private void end() {
        Consumer<PutResult> whenDone;
        long failed;
        lock.lock();
        try {
            whenDone = answer;
            failed = failure;
        } finally {
            lock.unlock();
        }
        if (whenDone == null) {
            clear(() -> {});
        } else {
            TaskChain.during(() -> finish(whenDone, failed));
        }
    }

    private void finish(Consumer<PutResult> whenDone, long failed) {
        if (isTooLarge) {
            clear(() -> whenDone.accept(new PutResult.TooLarge(pool.options().maxBlobBytes())));
            return;
        }
        long stored = ZsPool.OUT_OF_MEMORY;
        try {
            stored = failed == 0 ? storeRoot() : failed;
        } finally {
            // Also behind a heap that is full: the source wants an answer, the others its buffers.
            if (stored < 0) {
                PutResult refused = refusal(stored);
                clear(() -> whenDone.accept(refused));
            }
        }
        if (stored > 0) {
            long root = stored;
            releaseBuffers(() -> pool.publish(root, draft, whenDone));
        }
    }

    private long storeRoot() {
        return totalBytes <= Blocks.BLOCK_BYTES
                ? sink.storeWhole(current, filledBytes, draft)
                : sink.storeRoot(draft);
    }

    private PutResult refusal(long error) {
        if (error == ContentSink.POOL_GONE) {
            return new PutResult.PoolGone();
        }
        return error == ZsPool.LIMIT_REACHED
                ? new PutResult.PoolFull(pool.options().limitBytes())
                : new PutResult.OutOfMemory();
    }

    /// Leaves nothing behind.
    private void clear(Runnable then) {
        sink.discard();
        releaseBuffers(then);
    }

    /// Lets go of the buffers and of what they were counted as. That lets other writes in, whose
    /// callbacks run here: one that throws must not take this write's end.
    private void releaseBuffers(Runnable then) {
        current = new byte[0];
        lock.lock();
        try {
            full.clear();
            spare.clear();
        } finally {
            lock.unlock();
        }
        try {
            pool.host().bodies().release(claim);
        } finally {
            then.run();
        }
    }

    /// For tests: the blocks that wait to be stored or filled.
    int keptBuffers() {
        lock.lock();
        try {
            return full.size() + spare.size();
        } finally {
            lock.unlock();
        }
    }
}
