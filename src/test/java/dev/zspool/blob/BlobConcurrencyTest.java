package dev.zspool.blob;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.page.Pace;
import dev.zspool.testkit.Contents;
import dev.zspool.testkit.OpSequence;
import dev.zspool.testkit.Racers;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Many threads on few handles. Content says whose it is, so that every read verifies itself.
class BlobConcurrencyTest {
    private static final int BLOCK = Blocks.BLOCK_BYTES;
    private static final int HANDLES = 10;
    private static final int THREADS = 6;
    private static final int OPERATIONS = 2_500;
    private static final int HANDLE_SHIFT = 40;

    /// How often a read starts anew because the blob was replaced under it.
    private static final int MOST_REOPENS = 10_000;

    @RegisterExtension final BlobRigs rigs = new BlobRigs();

    @Test
    @DisplayName("Z1 concurrent-put-same-key-no-leak")
    void concurrentPutSameKeyNoLeak() throws InterruptedException {
        BlobRig rig = rigs.small(BlobRigs.options(), rigs.workers(2));
        int threads = 8;
        int rounds = 400;
        AtomicLong created = new AtomicLong();
        AtomicLong deleted = new AtomicLong();
        Racers racers = new Racers();
        for (int thread = 0; thread < threads; thread++) {
            int me = thread;
            racers.add(() -> {
                for (int round = 0; round < rounds; round++) {
                    int size = (me * 7 + round) % 5 * 4_000 + (round % 50 == 0 ? 2 * BLOCK : 9);
                    PutResult result = rig.put("h", Contents.of(me, size));
                    if (((PutResult.Stored) result).created()) {
                        created.incrementAndGet();
                    }
                    if (round % 40 == 39) {
                        Semaphore done = new Semaphore(0);
                        rig.pool()
                                .delete(
                                        "h",
                                        WriteCondition.ALWAYS,
                                        outcome -> {
                                            deleted.addAndGet(
                                                    outcome == DeleteOutcome.DELETED ? 1 : 0);
                                            done.release();
                                        });
                        assertTrue(done.tryAcquire(30, TimeUnit.SECONDS));
                    }
                }
            });
        }
        racers.run();
        rig.assertSound();
        assertEquals(created.get() - deleted.get(), rig.pool().stats().blobs());
        rig.store("h", new byte[9_000]);
        assertEquals(1, rig.liveObjects());
        rig.delete("h");
        rig.assertEmpty();
    }

    /// Content of a handle, in a version that no other write has.
    private static byte[] content(int handle, long version, int length) {
        return Contents.of((long) handle << HANDLE_SHIFT | version, length);
    }

    private static int length(SplittableRandom random) {
        return switch (random.nextInt(20)) {
            case 0 -> Contents.SELF_DESCRIBING_BYTES + random.nextInt(4 * BLOCK);
            case 1, 2, 3, 4 -> Contents.SELF_DESCRIBING_BYTES + random.nextInt(12_000);
            default -> Contents.SELF_DESCRIBING_BYTES + random.nextInt(1_500);
        };
    }

    /// Reads a handle whatever happens to it meanwhile, and verifies what comes.
    private static boolean read(BlobRig rig, int handle) {
        for (int attempt = 0; attempt < MOST_REOPENS; attempt++) {
            OpenResult opened = rig.pool().open("h" + handle);
            if (opened instanceof OpenResult.Missing) {
                return false;
            }
            BlobReader reader = assertInstanceOf(OpenResult.Found.class, opened).reader();
            byte[] bytes = readWhole(reader);
            if (bytes.length > 0) {
                assertTrue(Contents.isWhole(bytes, bytes.length), "mixed or torn");
                assertEquals(handle, Contents.idOf(bytes) >>> HANDLE_SHIFT, "another blob's");
                return true;
            }
        }
        throw new AssertionError("replaced " + MOST_REOPENS + " times");
    }

    /// Empty when the blob was replaced meanwhile.
    private static byte[] readWhole(BlobReader reader) {
        byte[] bytes = new byte[(int) reader.info().sizeBytes()];
        for (int block = 0; block < reader.blocks(); block++) {
            ReadOutcome outcome = reader.readBlock(block, bytes, block * BLOCK);
            if (outcome == ReadOutcome.REPLACED) {
                return new byte[0];
            }
            assertEquals(ReadOutcome.OK, outcome);
        }
        return bytes;
    }

    @Test
    @DisplayName("put, get, delete, abort and compact from 6 threads: every byte is verified")
    void model() {
        OpSequence.forEachSeed("BlobConcurrencyTest", 1, 1, this::runModel);
    }

    private void runModel(OpSequence sequence) throws InterruptedException {
        BlobRig rig = rigs.largeBodies(8 * BLOCK, rigs.workers(2));
        AtomicLong versions = new AtomicLong();
        AtomicInteger reads = new AtomicInteger();
        // A handle that is never deleted must never be missing.
        for (int handle = 0; handle < HANDLES; handle++) {
            rig.store("h" + handle, content(handle, 0, 100));
        }
        Racers racers = new Racers();
        for (int thread = 0; thread < THREADS; thread++) {
            SplittableRandom random = sequence.split();
            racers.add(() -> {
                for (int i = 0; i < OPERATIONS; i++) {
                    operate(rig, random, versions, reads);
                }
            });
        }
        racers.run();
        assertTrue(reads.get() > THREADS * OPERATIONS / 10, reads::toString);
        awaitBodies(rig);
        rig.assertSound();
        assertEquals(0, rig.pool().stats().corruptedReads());
        for (int handle = 0; handle < HANDLES; handle++) {
            read(rig, handle);
            rig.delete("h" + handle);
        }
        rig.assertEmpty();
    }

    private static void operate(
            BlobRig rig, SplittableRandom random, AtomicLong versions, AtomicInteger reads) {
        int handle = random.nextInt(HANDLES);
        int choice = random.nextInt(100);
        if (choice < 45) {
            byte[] content = content(handle, versions.incrementAndGet(), length(random));
            long declared = random.nextBoolean() ? content.length : BlobRig.NOT_DECLARED;
            BlobRig.stored(rig.put("h" + handle, content, declared));
        } else if (choice < 85) {
            boolean found = read(rig, handle);
            assertTrue(found || handle >= HANDLES / 2, "it was never deleted");
            reads.addAndGet(found ? 1 : 0);
        } else if (choice < 93) {
            int other = HANDLES / 2 + handle % (HANDLES / 2);
            Semaphore done = new Semaphore(0);
            rig.pool().delete("h" + other, WriteCondition.ALWAYS, outcome -> done.release());
            assertTrue(done.tryAcquire() || tryAcquire(done));
        } else if (choice < 98) {
            byte[] content = content(handle, versions.incrementAndGet(), length(random));
            TestUpload upload =
                    new TestUpload(rig.pool().beginWrite("h" + handle, BlobAttributes.NONE, -1));
            upload.begin();
            upload.send(content, 0, random.nextInt(content.length), 20_000);
            upload.abort();
        } else {
            rig.pool().compact(Pace.FULL_SPEED);
        }
    }

    private static boolean tryAcquire(Semaphore semaphore) {
        try {
            return semaphore.tryAcquire(30, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    /// An aborted body ends when its worker is done with it.
    private static void awaitBodies(BlobRig rig) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (rig.pool().host().bodyBytes() > 0 && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        assertEquals(0, rig.pool().host().bodyBytes());
    }

    @Test
    @DisplayName("one hot handle, replaced all the time: readers never miss it")
    void hotHandle() throws InterruptedException {
        BlobRig rig = rigs.small();
        rig.store("h", Contents.of(0, 100));
        int writes = 3_000;
        AtomicInteger running = new AtomicInteger(2);
        AtomicLong reads = new AtomicLong();
        Racers racers = new Racers();
        for (int writer = 0; writer < 2; writer++) {
            racers.add(() -> {
                try {
                    for (int i = 1; i <= writes; i++) {
                        rig.store("h", Contents.of(i, 40 + i % 60));
                    }
                } finally {
                    running.decrementAndGet();
                }
            });
        }
        for (int reader = 0; reader < 3; reader++) {
            racers.add(() -> {
                while (running.get() > 0) {
                    byte[] bytes = rig.get("h");
                    assertNotNull(bytes, "missing");
                    assertTrue(Contents.isWhole(bytes, bytes.length));
                    reads.incrementAndGet();
                }
            });
        }
        racers.run();
        assertTrue(reads.get() > 100);
        assertEquals(1, rig.liveObjects());
    }

    @Test
    @DisplayName("writes of one handle over many workers: as many answers as writes, in slot order")
    void answers() throws InterruptedException {
        Executor workers = rigs.workers(4);
        BlobRig rig = rigs.small(BlobRigs.options(), workers);
        int writes = 90;
        AtomicInteger answers = new AtomicInteger();
        Semaphore all = new Semaphore(0);
        byte[] content = BlobContent.TEXT.of(BLOCK + 1, 1);
        List<BlobWrite> open = new ArrayList<>();
        for (int i = 0; i < writes; i++) {
            BlobWrite write = rig.pool().beginWrite("h", BlobAttributes.NONE, content.length);
            TestUpload upload = new TestUpload(write);
            upload.begin();
            upload.send(content, 0, content.length, BLOCK);
            open.add(write);
        }
        for (BlobWrite write : open) {
            write.commit(answer -> {
                BlobRig.stored(answer);
                answers.incrementAndGet();
                all.release();
            });
        }
        assertTrue(all.tryAcquire(writes, 30, TimeUnit.SECONDS));
        assertEquals(writes, answers.get());
        rig.assertHolds("h", content);
        rig.delete("h");
        rig.assertEmpty();
    }
}
