package dev.zspool.blob;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.os.NativeMemory;
import dev.zspool.page.ArenaStats;
import dev.zspool.page.DefragmentationResult;
import dev.zspool.page.Frames;
import dev.zspool.page.Pace;
import dev.zspool.page.PageArena;
import dev.zspool.testkit.Contents;
import dev.zspool.testkit.OpSequence;
import dev.zspool.testkit.Racers;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What remains of the memory when most blobs are deleted: whole pageblocks go back to the system.
class BlobDefragmentationTest {
    private static final int BLOBS = 4_000;
    private static final int WRITERS = 2;
    private static final int KEY_SHIFT = 32;

    /// What the memory of deleted blobs may still hold on to.
    private static final long SLACK_PAGEBLOCKS = 2;

    @RegisterExtension final BlobRigs rigs = new BlobRigs();

    private static int length(SplittableRandom random) {
        return switch (random.nextInt(40)) {
            case 0 -> 100_000 + random.nextInt(80_000);
            case 1, 2, 3, 4, 5, 6, 7, 8, 9 ->
                    Contents.SELF_DESCRIBING_BYTES + random.nextInt(14_000);
            default -> 1_024;
        };
    }

    /// Blobs of one writer, and the version of each that should be there; 0 for none.
    private static final class Blobs {
        private final BlobRig rig;
        private final SplittableRandom random;
        private final int first;
        private final long[] versions;
        private final int[] lengths;
        private long nextVersion = 1;

        Blobs(BlobRig rig, SplittableRandom random, int first, int count) {
            this.rig = rig;
            this.random = random;
            this.first = first;
            this.versions = new long[count];
            this.lengths = new int[count];
        }

        private String handle(int nth) {
            return "b" + (first + nth);
        }

        private byte[] content(int nth) {
            long id = (long) (first + nth) << KEY_SHIFT | versions[nth];
            return Contents.of(id, lengths[nth]);
        }

        void put(int nth) {
            versions[nth] = nextVersion++;
            lengths[nth] = length(random);
            rig.store(handle(nth), content(nth));
        }

        void delete(int nth) {
            // Another thread may hold the write slot, and answers then.
            CompletableFuture<DeleteOutcome> answer = new CompletableFuture<>();
            rig.pool().delete(handle(nth), WriteCondition.ALWAYS, answer::complete);
            assertEquals(DeleteOutcome.DELETED, answer.orTimeout(30, TimeUnit.SECONDS).join());
            versions[nth] = 0;
        }

        void fill() {
            for (int nth = 0; nth < versions.length; nth++) {
                if (versions[nth] == 0) {
                    put(nth);
                }
            }
        }

        void deletePercent(int percent) {
            for (int nth = 0; nth < versions.length; nth++) {
                if (versions[nth] != 0 && random.nextInt(100) < percent) {
                    delete(nth);
                }
            }
        }

        void assertAllThere() {
            for (int nth = 0; nth < versions.length; nth++) {
                if (versions[nth] != 0) {
                    rig.assertHolds(handle(nth), content(nth));
                } else {
                    assertEquals(null, rig.get(handle(nth)));
                }
            }
        }
    }

    private static DefragmentationResult defragment(BlobRig rig) {
        return rig.arena().defragmenter().run(Pace.FULL_SPEED);
    }

    /// Few pageblocks are in memory, by the arena's counters and by the kernel's.
    private static void assertCompact(BlobRig rig) {
        PageArena arena = rig.arena();
        ArenaStats stats = arena.stats();
        long most = Math.ceilDiv(stats.ownedFrames(), Frames.PAGEBLOCK_FRAMES) + SLACK_PAGEBLOCKS;
        assertTrue(stats.backedPageblocks() <= most, () -> "at most " + most + ": " + stats);
        assertEquals(0, stats.sparePageblocks(), stats::toString);
        long resident = 0;
        for (int block = 0; block < stats.totalFrames() / Frames.PAGEBLOCK_FRAMES; block++) {
            long address = Frames.address(block << Frames.PAGEBLOCK_SHIFT);
            resident +=
                    NativeMemory.residentPages(
                                            arena.memory().asSlice(address, Frames.PAGEBLOCK_BYTES))
                                    > 0
                            ? 1
                            : 0;
        }
        long residentBlocks = resident;
        assertTrue(resident <= most, () -> residentBlocks + " are resident, at most " + most);
        assertTrue(
                NativeMemory.residentPages(arena.memory())
                        <= stats.ownedFrames() + stats.warmFrames(),
                stats::toString);
    }

    @Test
    @DisplayName("60 % deleted, compacted, defragmented: the fewest pageblocks, and two")
    void deletedCompactedDefragmented() {
        OpSequence.forEachSeed(
                "BlobDefragmentationTest#deletedCompactedDefragmented", 3, 1, this::run);
    }

    private void run(OpSequence sequence) {
        BlobRig rig = rigs.large(BlobRigs.options(), BlobRigs.INLINE);
        Blobs blobs = new Blobs(rig, sequence.split(), 0, BLOBS);
        for (int round = 0; round < 3; round++) {
            blobs.fill();
            long full = rig.arena().stats().backedPageblocks();
            blobs.deletePercent(60);
            rig.pool().compact(Pace.FULL_SPEED);
            DefragmentationResult result = defragment(rig);
            assertEquals(DefragmentationResult.Outcome.DONE, result.outcome());
            assertCompact(rig);
            assertEquals(0, result.failedPages(), "nobody is in the way");
            assertTrue(rig.arena().stats().backedPageblocks() * 3 < full * 2);
            blobs.assertAllThere();
            rig.assertSound();
            assertEquals(0, defragment(rig).migratedPages(), "there is nothing left to do");
        }
    }

    @Test
    @DisplayName("without compaction, and without a blob left")
    void extremes() {
        BlobRig rig = rigs.large(BlobRigs.options(), BlobRigs.INLINE);
        Blobs blobs = new Blobs(rig, new SplittableRandom(9), 0, BLOBS);
        blobs.fill();
        blobs.deletePercent(60);
        defragment(rig);
        assertCompact(rig);
        blobs.assertAllThere();
        blobs.deletePercent(100);
        rig.pool().compact(Pace.FULL_SPEED);
        defragment(rig);
        assertCompact(rig);
        assertEquals(1, rig.arena().stats().ownedFrames(), "the index");
        assertEquals(1, rig.arena().stats().backedPageblocks());
    }

    /// Reads a blob whatever happens to it meanwhile, and verifies what comes.
    ///
    /// @return whether it was there
    private static boolean read(BlobRig rig, int key) {
        while (true) {
            if (rig.pool().open("b" + key) instanceof OpenResult.Missing) {
                return false;
            }
            OpenResult opened = rig.pool().open("b" + key);
            if (opened instanceof OpenResult.Missing) {
                continue;
            }
            BlobReader reader = assertInstanceOf(OpenResult.Found.class, opened).reader();
            byte[] bytes = new byte[(int) reader.info().sizeBytes()];
            ReadOutcome outcome = ReadOutcome.OK;
            for (int block = 0; block < reader.blocks() && outcome == ReadOutcome.OK; block++) {
                outcome = reader.readBlock(block, bytes, block * Blocks.BLOCK_BYTES);
            }
            if (outcome == ReadOutcome.OK) {
                assertTrue(Contents.isWhole(bytes, bytes.length), "mixed or torn");
                assertEquals(key, Contents.idOf(bytes) >>> KEY_SHIFT, "another blob's");
                return true;
            }
            assertEquals(ReadOutcome.REPLACED, outcome);
        }
    }

    @Test
    @DisplayName("readers and writers go on meanwhile; when they stop, one more pass is enough")
    void traffic() {
        OpSequence.forEachSeed("BlobDefragmentationTest#traffic", 3, 1, this::runTraffic);
    }

    private void runTraffic(OpSequence sequence) throws InterruptedException {
        BlobRig rig = rigs.large(BlobRigs.options(), BlobRigs.INLINE);
        Blobs[] blobs = new Blobs[WRITERS + 1];
        for (int writer = 0; writer <= WRITERS; writer++) {
            blobs[writer] = new Blobs(rig, sequence.split(), writer * BLOBS, BLOBS / 4);
            blobs[writer].fill();
        }
        // What no writer touches is always there.
        Blobs still = blobs[WRITERS];
        still.deletePercent(60);
        AtomicInteger running = new AtomicInteger(WRITERS);
        AtomicBoolean passed = new AtomicBoolean();
        AtomicLong migrated = new AtomicLong();
        Racers racers = new Racers();
        for (int writer = 0; writer < WRITERS; writer++) {
            Blobs mine = blobs[writer];
            racers.add(() -> {
                try {
                    for (int round = 0; round < 4 || !passed.get(); round++) {
                        mine.deletePercent(60);
                        mine.fill();
                    }
                } finally {
                    running.decrementAndGet();
                }
            });
        }
        SplittableRandom random = sequence.split();
        racers.add(() -> {
            while (running.get() > 0) {
                int nth = random.nextInt(BLOBS / 4);
                boolean found = read(rig, still.first + nth);
                assertEquals(still.versions[nth] != 0, found, "nobody touched it");
                read(rig, blobs[nth % WRITERS].first + nth);
            }
        });
        racers.add(() -> {
            while (running.get() > 0) {
                rig.pool().compact(Pace.FULL_SPEED);
                migrated.addAndGet(defragment(rig).migratedPages());
                passed.set(migrated.get() > 0);
            }
        });
        racers.run();
        assertTrue(migrated.get() > 0);
        for (Blobs all : blobs) {
            all.deletePercent(60);
        }
        rig.pool().compact(Pace.FULL_SPEED);
        defragment(rig);
        assertCompact(rig);
        for (Blobs all : blobs) {
            all.assertAllThere();
        }
        assertEquals(0, rig.pool().stats().corruptedReads());
        rig.assertSound();
    }
}
