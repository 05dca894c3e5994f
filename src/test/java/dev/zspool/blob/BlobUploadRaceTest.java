package dev.zspool.blob;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.zspool.testkit.Racers;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The source ends a write at the very moment at which its worker runs out of blocks.
class BlobUploadRaceTest {
    /// Two threads that spin are slow where processors are scarce, so the build does few. With
    /// `-Dzspool.test.races=5000` it finds within seconds what it was written for.
    private static final int ROUNDS = Integer.getInteger("zspool.test.races", 100);

    @RegisterExtension final BlobRigs rigs = new BlobRigs();

    /// Two blocks, each quick to store in one chunk.
    private static byte[] twoBlocks() {
        byte[] content = new byte[2 * Blocks.BLOCK_BYTES];
        content[1] = 1;
        content[Blocks.BLOCK_BYTES + 1] = 1;
        return content;
    }

    /// One thread that spins for tasks, and lets who hands one over wait about as long as it takes.
    private static final class LateReturn implements Executor {
        private final AtomicReference<@Nullable Runnable> next = new AtomicReference<>();
        private final AtomicInteger handedOver = new AtomicInteger();
        private final AtomicInteger done = new AtomicInteger();
        private final SplittableRandom random = new SplittableRandom(1);
        private volatile long nanos = 1_000;
        private volatile boolean isOver;

        void run() {
            while (!isOver) {
                Runnable task = next.getAndSet(null);
                if (task == null) {
                    Thread.onSpinWait();
                } else {
                    long start = System.nanoTime();
                    task.run();
                    nanos = Math.clamp(System.nanoTime() - start, 1_000L, 20_000L);
                    done.incrementAndGet();
                }
            }
        }

        @Override
        public void execute(Runnable task) {
            handedOver.incrementAndGet();
            next.set(task);
            while (next.get() != null) {
                Thread.onSpinWait();
            }
            long until = System.nanoTime() + random.nextLong(2 * nanos);
            while (System.nanoTime() < until) {
                Thread.onSpinWait();
            }
        }

        void finish() {
            while (done.get() < handedOver.get()) {
                Thread.onSpinWait();
            }
            isOver = true;
        }
    }

    @Test
    @DisplayName("commit meets the end of the worker: one answer, one root")
    void commitMeetsEndOfWork() throws InterruptedException {
        LateReturn worker = new LateReturn();
        BlobRig rig = rigs.small(BlobRigs.options(), worker);
        byte[] content = twoBlocks();
        List<TestUpload> uploads = new ArrayList<>();
        new Racers()
                .add(worker::run)
                .add(() -> {
                    try {
                        for (int round = 0; round < ROUNDS; round++) {
                            TestUpload upload = send(rig, content);
                            uploads.add(upload);
                            BlobRig.stored(upload.commit());
                        }
                    } finally {
                        worker.finish();
                    }
                })
                .run();
        uploads.forEach(upload -> assertEquals(1, upload.answers()));
        rig.assertHolds("h", content);
        rig.delete("h");
        rig.assertEmpty();
    }

    @Test
    @DisplayName("abort meets the end of the worker: everything is freed, once")
    void abortMeetsEndOfWork() throws InterruptedException {
        LateReturn worker = new LateReturn();
        BlobRig rig = rigs.small(BlobRigs.options(), worker);
        byte[] content = twoBlocks();
        new Racers()
                .add(worker::run)
                .add(() -> {
                    try {
                        for (int round = 0; round < ROUNDS; round++) {
                            send(rig, content).abort();
                        }
                    } finally {
                        worker.finish();
                    }
                })
                .run();
        rig.assertEmpty();
    }

    private static TestUpload send(BlobRig rig, byte[] content) {
        BlobWrite write = rig.pool().beginWrite("h", BlobAttributes.NONE, BlobRig.NOT_DECLARED);
        TestUpload upload = new TestUpload(write);
        upload.begin();
        upload.send(content, 0, content.length, Blocks.BLOCK_BYTES);
        return upload;
    }
}
