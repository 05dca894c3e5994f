package dev.zspool.blob;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.codec.ContentHash;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// One write: pauses, refusals, aborts, and workers that are late, absent or broken.
class BlobUploadTest {
    private static final int BLOCK = Blocks.BLOCK_BYTES;

    @RegisterExtension final BlobRigs rigs = new BlobRigs();

    /// Workers that work when the test says so.
    private static final class LateWorkers implements Executor {
        private final Queue<Runnable> tasks = new ArrayDeque<>();

        @Override
        public void execute(Runnable task) {
            tasks.add(task);
        }

        int waiting() {
            return tasks.size();
        }

        void runAll() {
            for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                task.run();
            }
        }
    }

    private static BlobWrite begin(BlobRig rig, Runnable resume) {
        BlobWrite write = rig.pool().beginWrite("h", BlobAttributes.NONE, BlobRig.NOT_DECLARED);
        assertEquals(AppendOutcome.READY, write.begin(resume));
        return write;
    }

    @Test
    @DisplayName("late workers: three blocks of heap, one pause, one resume, one answer")
    void lateWorkers() {
        LateWorkers workers = new LateWorkers();
        BlobRig rig = rigs.small(BlobRigs.options(), workers);
        byte[] content = BlobContent.RANDOM.of(5 * BLOCK + 1, 1);
        AtomicInteger resumes = new AtomicInteger();
        BlobWrite write = begin(rig, resumes::incrementAndGet);
        assertEquals(3 * BLOCK, rig.pool().host().bodyBytes());
        assertEquals(AppendOutcome.READY, write.append(content, 0, BLOCK));
        assertEquals(AppendOutcome.READY, write.append(content, BLOCK, BLOCK));
        assertEquals(AppendOutcome.PAUSE, write.append(content, 2 * BLOCK, BLOCK));
        assertEquals(1, workers.waiting());
        assertEquals(0, resumes.get());
        workers.runAll();
        assertEquals(1, resumes.get(), "once, however many blocks were stored");
        assertEquals(AppendOutcome.READY, write.append(content, 3 * BLOCK, BLOCK));
        assertEquals(AppendOutcome.PAUSE, write.append(content, 4 * BLOCK, BLOCK + 1));
        workers.runAll();
        assertEquals(2, resumes.get());
        List<PutResult> answers = new ArrayList<>();
        write.commit(answers::add);
        assertEquals(List.of(), answers, "the last block is not stored yet");
        assertEquals(0, rig.pool().stats().blobs());
        workers.runAll();
        assertEquals(1, answers.size());
        assertEquals(2, resumes.get(), "not after commit");
        BlobRig.stored(answers.getFirst());
        rig.assertHolds("h", content);
        assertEquals(0, rig.pool().host().bodyBytes());
        rig.delete("h");
        rig.assertEmpty();
    }

    @Test
    @DisplayName("an aborted write is not resumed, and is cleared when its worker is done")
    void abortWhileWorkersAreLate() {
        LateWorkers workers = new LateWorkers();
        BlobRig rig = rigs.small(BlobRigs.options(), workers);
        byte[] content = BlobContent.RANDOM.of(3 * BLOCK, 1);
        AtomicInteger resumes = new AtomicInteger();
        BlobWrite write = begin(rig, resumes::incrementAndGet);
        assertEquals(AppendOutcome.READY, write.append(content, 0, BLOCK + 1));
        workers.runAll();
        assertTrue(rig.liveObjects() > 0);
        assertEquals(AppendOutcome.READY, write.append(content, BLOCK + 1, BLOCK));
        assertEquals(AppendOutcome.PAUSE, write.append(content, 2 * BLOCK, BLOCK));
        write.abort();
        write.abort();
        assertTrue(rig.pool().host().bodyBytes() > 0, "the worker still has its blocks");
        workers.runAll();
        assertEquals(0, resumes.get());
        rig.assertEmpty();
    }

    @Test
    @DisplayName("aborted at every point: nothing is left, the budget included")
    void abortEverywhere() {
        BlobRig rig = rigs.small();
        byte[] content = BlobContent.MIXED.of(3 * 32 * BLOCK + 100, 1);
        rig.pool().beginWrite("h", BlobAttributes.NONE, 5).abort();
        rig.pool().beginWrite("h", BlobAttributes.NONE, BlobRig.NOT_DECLARED).abort();
        rig.assertEmpty();
        for (int sent : new int[] {0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK, 32 * BLOCK}) {
            for (int more : new int[] {0, 1, 32 * BLOCK, 33 * BLOCK}) {
                TestUpload upload =
                        new TestUpload(
                                rig.pool().beginWrite("h", BlobAttributes.NONE, content.length));
                assertTrue(upload.begin());
                assertTrue(upload.send(content, 0, sent + more, 4_099));
                upload.abort();
                rig.assertEmpty();
                upload.abort();
                rig.assertEmpty();
            }
        }
    }

    @Test
    @DisplayName("a write that was aborted takes nothing any more")
    void afterAbort() {
        BlobRig rig = rigs.small();
        BlobWrite write = rig.pool().beginWrite("h", BlobAttributes.NONE, BLOCK);
        write.abort();
        assertEquals(AppendOutcome.REFUSED, write.begin(() -> {}));
        rig.assertEmpty();
    }

    @Test
    @DisplayName("aborted after commit: the commit counts")
    void abortAfterCommit() {
        LateWorkers workers = new LateWorkers();
        BlobRig rig = rigs.small(BlobRigs.options(), workers);
        byte[] content = BlobContent.TEXT.of(2 * BLOCK, 1);
        BlobWrite write = begin(rig, () -> {});
        assertEquals(AppendOutcome.READY, write.append(content, 0, content.length));
        List<PutResult> answers = new ArrayList<>();
        write.commit(answers::add);
        write.abort();
        workers.runAll();
        assertEquals(1, answers.size());
        rig.assertHolds("h", content);
    }

    @Test
    @DisplayName("the length was declared, and more comes: refused before anything changes")
    void moreThanDeclared() {
        BlobRig rig = rigs.small();
        for (int declared : new int[] {0, 10, BLOCK, BLOCK + 1, 2 * BLOCK}) {
            byte[] content = BlobContent.TEXT.of(declared + 1, 1);
            BlobWrite write = rig.pool().beginWrite("h", BlobAttributes.NONE, declared);
            assertEquals(AppendOutcome.READY, write.begin(() -> {}));
            assertThrows(
                    IllegalArgumentException.class, () -> write.append(content, 0, content.length));
            write.abort();
            rig.assertEmpty();
        }
    }

    @Test
    @DisplayName("the length was declared, and less came: it cannot be committed")
    void lessThanDeclared() {
        BlobRig rig = rigs.small();
        for (int declared : new int[] {1, 10, BLOCK, BLOCK + 1, 3 * BLOCK}) {
            byte[] content = BlobContent.TEXT.of(declared - 1, 1);
            BlobWrite write = rig.pool().beginWrite("h", BlobAttributes.NONE, declared);
            TestUpload upload = new TestUpload(write);
            upload.begin();
            upload.send(content, 0, content.length, BLOCK);
            assertThrows(IllegalStateException.class, () -> write.commit(answer -> {}));
            write.abort();
            rig.assertEmpty();
        }
    }

    @Test
    @DisplayName("too large: declared or not, found out at the first byte too many")
    void tooLarge() {
        int limit = 2 * BLOCK + 10;
        BlobRig rig = rigs.small(BlobRigs.maxBlobBytes(limit), BlobRigs.INLINE);
        byte[] content = BlobContent.RANDOM.of(limit + 1, 1);
        byte[] exact = Arrays.copyOf(content, limit);
        rig.store("h", exact);
        BlobRig.stored(rig.put("h", exact, BlobRig.NOT_DECLARED));
        long objects = rig.liveObjects();

        BlobWrite declared = rig.pool().beginWrite("h", BlobAttributes.NONE, limit + 1);
        assertEquals(AppendOutcome.REFUSED, declared.begin(() -> {}));
        assertEquals(0, rig.pool().host().bodyBytes(), "no room is kept for it");
        assertEquals(AppendOutcome.REFUSED, declared.append(content, 0, 1));
        List<PutResult> answers = new ArrayList<>();
        declared.commit(answers::add);
        assertEquals(List.of(new PutResult.TooLarge(limit)), answers);

        PutResult undeclared = rig.put("h", content, BlobRig.NOT_DECLARED);
        assertEquals(new PutResult.TooLarge(limit), undeclared);
        rig.assertHolds("h", exact);
        assertEquals(objects, rig.liveObjects());
        assertEquals(0, rig.pool().host().bodyBytes());
        rig.delete("h");
        rig.assertEmpty();
    }

    @Test
    @DisplayName("a pool for small blobs only, and one for empty ones only")
    void tinyLimits() {
        BlobRig rig = rigs.small(BlobRigs.maxBlobBytes(100), BlobRigs.INLINE);
        rig.store("h", new byte[100]);
        assertInstanceOf(PutResult.TooLarge.class, rig.put("h", new byte[101]));
        assertInstanceOf(
                PutResult.TooLarge.class, rig.put("h", new byte[101], BlobRig.NOT_DECLARED));
        BlobRig empty = rigs.small(BlobRigs.maxBlobBytes(0), BlobRigs.INLINE);
        empty.store("h", new byte[0]);
        assertInstanceOf(PutResult.TooLarge.class, empty.put("h", new byte[1]));
        assertInstanceOf(
                PutResult.TooLarge.class, empty.put("h", new byte[1], BlobRig.NOT_DECLARED));
    }

    @Test
    @DisplayName("workers that take no task: the write fails, and nothing hangs or leaks")
    void rejectingWorkers() {
        AtomicInteger tasks = new AtomicInteger();
        for (int accepted = 0; accepted < 3; accepted++) {
            int most = accepted;
            tasks.set(0);
            Executor workers =
                    task -> {
                        if (tasks.getAndIncrement() >= most) {
                            throw new RejectedExecutionException("on purpose");
                        }
                        task.run();
                    };
            BlobRig rig = rigs.small(BlobRigs.options(), workers);
            byte[] content = BlobContent.RANDOM.of(3 * BLOCK, 1);
            assertInstanceOf(
                    PutResult.OutOfMemory.class, rig.put("h", content, BlobRig.NOT_DECLARED));
            rig.assertEmpty();
            BlobWrite write = begin(rig, () -> {});
            tasks.set(0);
            while (write.append(content, 0, BLOCK) != AppendOutcome.REFUSED) {
                assertTrue(tasks.get() < 5);
            }
            write.abort();
            rig.assertEmpty();
        }
    }

    @Test
    @DisplayName("a resume callback that throws ends its own write only")
    void throwingResume() {
        LateWorkers workers = new LateWorkers();
        BlobRig rig = rigs.small(BlobRigs.options(), workers);
        AtomicBoolean armed = new AtomicBoolean(true);
        BlobWrite write =
                begin(
                        rig,
                        () -> {
                            if (armed.get()) {
                                throw new IllegalStateException("on purpose");
                            }
                        });
        byte[] content = BlobContent.RANDOM.of(3 * BLOCK, 1);
        assertEquals(AppendOutcome.PAUSE, write.append(content, 0, content.length));
        assertThrows(IllegalStateException.class, workers::runAll);
        armed.set(false);
        List<PutResult> answers = new ArrayList<>();
        write.commit(answers::add);
        workers.runAll();
        assertEquals(List.of(new PutResult.OutOfMemory()), answers);
        rig.assertEmpty();
    }

    @Test
    @DisplayName("a worker that fails while the source waits for it: the source is resumed")
    void workerFailsWhilePaused() {
        LateWorkers workers = new LateWorkers();
        BlobRig rig = rigs.small(BlobRigs.options(), workers);
        byte[] content = BlobContent.RANDOM.of(3 * BLOCK, 1);
        BlobWrite[] write = new BlobWrite[1];
        List<AppendOutcome> outcomes = new ArrayList<>();
        write[0] =
                begin(
                        rig,
                        () -> {
                            outcomes.add(write[0].append(content, 0, BLOCK));
                            if (outcomes.size() == 1) {
                                throw new IllegalStateException("on purpose");
                            }
                        });
        assertEquals(AppendOutcome.PAUSE, write[0].append(content, 0, content.length));
        assertThrows(IllegalStateException.class, workers::runAll);
        assertEquals(List.of(AppendOutcome.PAUSE, AppendOutcome.REFUSED), outcomes);
        write[0].abort();
        rig.assertEmpty();
    }

    private static BlobWrite waitingWriteThatThrows(BlobRig rig) {
        BlobWrite waiting = rig.pool().beginWrite("other", BlobAttributes.NONE, -1);
        AppendOutcome outcome =
                waiting.begin(() -> {
                    throw new IllegalStateException("on purpose");
                });
        assertEquals(AppendOutcome.PAUSE, outcome);
        return waiting;
    }

    @Test
    @DisplayName("a write that is let in and throws takes nobody else's publication")
    void throwingWaiterAndPublication() {
        BlobRig rig = rigs.smallBodies(3L * BLOCK, BlobRigs.INLINE);
        byte[] content = BlobContent.RANDOM.of(2 * BLOCK, 1);
        BlobWrite write = begin(rig, () -> {});
        BlobWrite waiting = waitingWriteThatThrows(rig);
        write.append(content, 0, content.length);
        List<PutResult> answers = new ArrayList<>();
        assertThrows(IllegalStateException.class, () -> write.commit(answers::add));
        assertEquals(1, answers.size(), "answers");
        BlobRig.stored(answers.getFirst());
        rig.assertHolds("h", content);
        waiting.abort();
        rig.delete("h");
        rig.assertEmpty();
    }

    @Test
    @DisplayName("a write that is let in and throws takes nobody else's refusal")
    void throwingWaiterAndRefusal() {
        BlobRig rig = rigs.smallBodies(BlobRigs.maxBlobBytes(BLOCK), 3L * BLOCK, BlobRigs.INLINE);
        BlobWrite write = begin(rig, () -> {});
        BlobWrite waiting = waitingWriteThatThrows(rig);
        assertEquals(AppendOutcome.REFUSED, write.append(new byte[BLOCK + 1], 0, BLOCK + 1));
        List<PutResult> answers = new ArrayList<>();
        assertThrows(IllegalStateException.class, () -> write.commit(answers::add));
        assertEquals(List.of(new PutResult.TooLarge(BLOCK)), answers);
        waiting.abort();
        rig.assertEmpty();
    }

    @Test
    @DisplayName("buffers are let go when they are not counted any more")
    void buffersLetGo() {
        BlobRig rig = rigs.small();
        byte[] content = BlobContent.RANDOM.of(5 * BLOCK, 1);
        BlobUpload write = (BlobUpload) begin(rig, () -> {});
        write.append(content, 0, content.length);
        List<PutResult> answers = new ArrayList<>();
        write.commit(answers::add);
        assertEquals(1, answers.size());
        assertEquals(0, rig.pool().host().bodyBytes());
        assertEquals(0, write.keptBuffers());
    }

    @Test
    @DisplayName("B2, the store half: source-mutates-during-store")
    void sourceMutates() {
        BlobRig rig = rigs.small(BlobRigs.options(), rigs.workers(1));
        for (int size : new int[] {1, 900, 4_000, BLOCK, 5 * BLOCK + 3}) {
            byte[] original = BlobContent.MIXED.of(size, 3);
            byte[] source = original.clone();
            for (int declared : new int[] {-1, size}) {
                BlobWrite write = rig.pool().beginWrite("h", BlobAttributes.NONE, declared);
                TestUpload upload = new TestUpload(write);
                upload.begin();
                // TestUpload wipes each portion as soon as append returns, pauses included.
                upload.send(source, 0, size, 10_007);
                Arrays.fill(source, (byte) 1);
                BlobRig.stored(upload.commit());
                System.arraycopy(original, 0, source, 0, size);
                rig.assertHolds("h", original);
            }
        }
    }

    @Test
    @DisplayName("B2, the store half, while append runs: what is stored is sound, whatever it is")
    void sourceMutatesMeanwhile() throws InterruptedException {
        BlobRig rig = rigs.small(BlobRigs.options(), rigs.workers(1));
        byte[] source = BlobContent.TEXT.of(4 * BLOCK, 3);
        AtomicBoolean isOver = new AtomicBoolean();
        Thread mutator =
                Thread.ofPlatform()
                        .name("mutator")
                        .start(() -> {
                            for (int i = 0; !isOver.get(); i = (i + 4_001) % source.length) {
                                source[i]++;
                            }
                        });
        for (int round = 0; round < 200; round++) {
            BlobWrite write = rig.pool().beginWrite("h", BlobAttributes.NONE, source.length);
            TestUpload upload = new TestUpload(write);
            upload.begin();
            for (int block = 0; block < 4; block++) {
                // Straight from the array that changes.
                AppendOutcome outcome = write.append(source, block * BLOCK, BLOCK);
                upload.follow(outcome);
            }
            BlobInfo info = BlobRig.stored(upload.commit());
            byte[] content = BlobRig.content(rig.reader("h"));
            assertEquals(info.contentHash(), ContentHash.hash(content, 0, content.length));
        }
        isOver.set(true);
        mutator.join();
    }
}
