package dev.zspool.blob;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// A source that keeps to the contract of {@link BlobWrite}: it stops at PAUSE until it is resumed,
/// and at REFUSED for good. It counts what it is told.
final class TestUpload {
    private static final long MOST_SECONDS = 30;

    private final BlobWrite write;
    private final Semaphore resumes = new Semaphore(0);
    private final Semaphore answered = new Semaphore(0);
    private final AtomicInteger answers = new AtomicInteger();
    private final AtomicReference<@Nullable PutResult> result = new AtomicReference<>();

    TestUpload(BlobWrite write) {
        this.write = write;
    }

    /// Sends everything and waits for the answer.
    ///
    /// @param portionBytes how many bytes an append has at most
    static PutResult run(BlobWrite write, byte[] content, int portionBytes) {
        TestUpload upload = new TestUpload(write);
        if (upload.begin()) {
            upload.send(content, 0, content.length, portionBytes);
        }
        return upload.commit();
    }

    /// False when the write refuses.
    boolean begin() {
        return follow(write.begin(resumes::release));
    }

    /// False when the write refuses.
    boolean send(byte[] content, int from, int to, int portionBytes) {
        int step = Math.min(portionBytes, Blocks.BLOCK_BYTES);
        for (int at = from; at < to; ) {
            int length = Math.min(step, to - at);
            // An array of its own, which is wiped at once: the write must have copied it.
            byte[] portion = Arrays.copyOfRange(content, at, at + length);
            AppendOutcome outcome = write.append(portion, 0, length);
            Arrays.fill(portion, (byte) 0x5A);
            if (!follow(outcome)) {
                return false;
            }
            at += length;
        }
        return true;
    }

    boolean follow(AppendOutcome outcome) {
        if (outcome == AppendOutcome.PAUSE) {
            await(resumes, "resume");
        }
        return outcome != AppendOutcome.REFUSED;
    }

    PutResult commit() {
        commitLater();
        return await();
    }

    void commitLater() {
        write.commit(answer -> {
            result.set(answer);
            answers.incrementAndGet();
            answered.release();
        });
    }

    PutResult await() {
        await(answered, "answer");
        PutResult answer = result.get();
        if (answer == null) {
            throw new AssertionError("answered with nothing");
        }
        assertEquals(1, answers.get(), "answers of one write");
        assertEquals(0, resumes.availablePermits(), "resumes that nobody waited for");
        return answer;
    }

    void abort() {
        write.abort();
    }

    int answers() {
        return answers.get();
    }

    private static void await(Semaphore semaphore, String what) {
        try {
            assertTrue(
                    semaphore.tryAcquire(MOST_SECONDS, TimeUnit.SECONDS),
                    "no " + what + " in " + MOST_SECONDS + " s");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for a " + what, interrupted);
        }
    }
}
