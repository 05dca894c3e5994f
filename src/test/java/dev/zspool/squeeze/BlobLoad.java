package dev.zspool.squeeze;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// Writers that store blobs as fast as they can, as many bytes as they are allowed, and readers
/// that verify what was acknowledged until the end.
final class BlobLoad implements AutoCloseable {
    private static final int WRITERS = 6;
    private static final int READERS = 2;

    /// One write in so many is followed by a deletion.
    private static final int WRITES_PER_DELETION = 8;

    private final Allowance allowance = new Allowance();
    private final List<BlobClient> pools;
    private final Verdict verdict;
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean isOver;

    /// @param pools each gets its share of writers and readers
    BlobLoad(List<BlobClient> pools, long seed, Verdict verdict) {
        this.pools = List.copyOf(pools);
        this.verdict = verdict;
        for (int i = 0; i < WRITERS + READERS; i++) {
            BlobClient pool = pools.get(i % pools.size());
            SplittableRandom random = new SplittableRandom(seed ^ i);
            threads.add(
                    i < WRITERS
                            ? new Thread(() -> write(pool, random), "writer-" + i)
                            : new Thread(() -> read(pool, random), "reader-" + i));
        }
    }

    void start() {
        threads.forEach(Thread::start);
    }

    Allowance allowance() {
        return allowance;
    }

    private void write(BlobClient pool, SplittableRandom random) {
        int key = allowance.begin();
        while (key >= 0) {
            try {
                byte[] content = pool.content(key);
                allowance.sends(content.length);
                boolean isStored = pool.put(key, content);
                if (!isStored || random.nextInt(WRITES_PER_DELETION) == 0) {
                    deleteAny(pool, random);
                }
            } catch (IOException failed) {
                fail("a write", failed);
            } finally {
                allowance.end();
            }
            key = allowance.begin();
        }
    }

    private static void deleteAny(BlobClient pool, SplittableRandom random) throws IOException {
        int old = pool.stored().take(random);
        if (old >= 0) {
            pool.delete(old);
        }
    }

    private void read(BlobClient pool, SplittableRandom random) {
        while (!isOver) {
            try {
                int key = pool.stored().any(random, pool.kind().readAmong());
                if (key < 0) {
                    Thread.onSpinWait();
                } else {
                    pool.verify(key);
                }
            } catch (IOException failed) {
                fail("a read", failed);
            }
        }
    }

    /// Nobody goes on with a service that is gone.
    private void fail(String what, IOException failed) {
        verdict.isWrong(what + " failed: " + failed);
        isOver = true;
        allowance.stop();
    }

    /// Ends the load.
    void stop() throws InterruptedException {
        isOver = true;
        allowance.stop();
        for (Thread thread : threads) {
            thread.join();
        }
    }

    /// Reads all that was acknowledged.
    void verifyAll() throws IOException {
        for (BlobClient pool : pools) {
            for (int key : pool.stored().all()) {
                pool.verify(key);
            }
        }
    }

    @Override
    public void close() {
        isOver = true;
        allowance.stop();
    }
}
