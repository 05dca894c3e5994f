package dev.zspool.blob;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.page.Pace;
import dev.zspool.testkit.Racers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Eviction by page: what it frees, what it says it would free, how it ends.
class PageEvictionTest {
    private static final long SEED = 20_261_123L;
    private static final long LIMIT = 32 * BlobRigs.MIB;
    private static final int RECORDS = 8_000;

    @RegisterExtension final BlobRigs rigs = new BlobRigs();

    private BlobRig rig() {
        return rigs.in(rigs.mappedArena(64 * BlobRigs.MIB), BlobRigs.cache(LIMIT));
    }

    private static BlobEviction eviction(BlobRig rig) {
        return rig.pool().keeper().eviction();
    }

    private static long poolBytes(BlobRig rig) {
        return rig.pool().stats().poolBytes();
    }

    private static int sizeOf(int record) {
        return record % 50 == 0 ? 100 << 10 : record % 10 == 0 ? 4096 : 586 + record * 31 % 401;
    }

    private static byte[] contentOf(int record) {
        return BlobContent.TEXT.of(sizeOf(record), record);
    }

    /// Records of mixed sizes, of which 60 % were deleted at random; the others by their age.
    private static List<Integer> fillAndThin(BlobRig rig, SplittableRandom random) {
        List<Integer> left = new ArrayList<>();
        for (int i = 0; i < RECORDS; i++) {
            rig.store("r" + i, contentOf(i));
        }
        for (int i = 0; i < RECORDS; i++) {
            if (random.nextInt(10) < 6) {
                rig.delete("r" + i);
            } else {
                left.add(i);
            }
        }
        return left;
    }

    /// Time passes, and then some are read: a few often, most never.
    private static void use(BlobRig rig, List<Integer> records, SplittableRandom random) {
        rig.pool().usage.age();
        rig.pool().usage.age();
        for (int read = 0; read < records.size() / 2; read++) {
            // About Zipf's law, over a random order of the records.
            long rank = (long) Math.pow(records.size(), random.nextDouble()) - 1;
            int place = Math.toIntExact(rank * 7919 % records.size());
            rig.pool().open("r" + records.get(place));
        }
    }

    private static boolean isUsed(BlobRig rig, int record) {
        BlobPool pool = rig.pool();
        BlobName name = pool.names.of("r" + record);
        long root = pool.published.findHandle(name, pool.published.probe(name));
        return root != BlobIndex.NONE && pool.usage.generation(root) != UsageBits.IDLE;
    }

    private static long storedBytes(BlobRig rig) {
        return rig.pool().stats().storedBytes();
    }

    /// The oldest first that were not read, as many bytes.
    private static void evictOldest(BlobRig rig, List<Integer> records, long bytes) {
        long until = storedBytes(rig) - bytes;
        for (int record : records) {
            if (storedBytes(rig) > until && !isUsed(rig, record)) {
                rig.delete("r" + record);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisplayName(
            "by page frees twice the pages of oldest first, for the same bytes; also compacted")
    void twiceTheOldest(boolean isCompacted, TestReporter reporter) {
        BlobRig byPage = rig();
        BlobRig byAge = rig();
        List<Integer> records = fillAndThin(byPage, new SplittableRandom(SEED));
        assertEquals(records, fillAndThin(byAge, new SplittableRandom(SEED)));
        if (isCompacted) {
            byPage.pool().compact(Pace.FULL_SPEED);
            byAge.pool().compact(Pace.FULL_SPEED);
        }
        use(byPage, records, new SplittableRandom(SEED));
        use(byAge, records, new SplittableRandom(SEED));
        long before = poolBytes(byPage);
        EvictionResult result =
                eviction(byPage).run(EvictionTarget.releaseBytes(before / 10), Pace.FULL_SPEED);
        assertEquals(EvictionOutcome.TARGET_REACHED, result.outcome());
        evictOldest(byAge, records, result.storedBytes());
        long pages = (before - poolBytes(byPage)) / 4096;
        long agePages = (before - poolBytes(byAge)) / 4096;
        byPage.pool().compact(Pace.FULL_SPEED);
        byAge.pool().compact(Pace.FULL_SPEED);
        String text =
                String.format(
                        Locale.ROOT,
                        "compacted before: %s; %d KiB of %d evicted; pages freed of %d: by page"
                                + " %d, oldest first %d; after a compaction %d and %d",
                        isCompacted,
                        result.storedBytes() >> 10,
                        (storedBytes(byPage) + result.storedBytes()) >> 10,
                        before / 4096,
                        pages,
                        agePages,
                        (before - poolBytes(byPage)) / 4096,
                        (before - poolBytes(byAge)) / 4096);
        reporter.publishEntry("eviction", text);
        assertTrue(pages >= 2 * agePages || isCompacted, text);
        assertTrue(pages >= agePages, text);
    }

    @Test
    @DisplayName("the dry run changes nothing, and says about what the run does")
    void dryRun() {
        BlobRig rig = rig();
        SplittableRandom random = new SplittableRandom(SEED);
        use(rig, fillAndThin(rig, random), random);
        BlobPoolStats before = rig.pool().stats();
        EvictionTarget target = EvictionTarget.releaseBytes(BlobRigs.MIB);
        EvictionResult preview = eviction(rig).preview(target);
        assertEquals(before, rig.pool().stats());
        assertEquals(preview, eviction(rig).preview(target));
        EvictionResult run = eviction(rig).run(target, Pace.FULL_SPEED);
        assertEquals(EvictionOutcome.TARGET_REACHED, preview.outcome());
        assertEquals(EvictionOutcome.TARGET_REACHED, run.outcome());
        long difference = Math.abs(preview.storedBytes() - run.storedBytes());
        assertTrue(difference < run.storedBytes() / 5, preview + " " + run);
        assertTrue(Math.abs(preview.freedPages() - run.freedPages()) <= 16, preview + " " + run);
        EvictionResult all = eviction(rig).preview(EvictionTarget.poolBytes(0));
        assertEquals(rig.pool().stats().blobs(), all.evictedBlobs());
        assertEquals(rig.pool().stats().logicalBytes(), all.logicalBytes());
    }

    @Test
    @DisplayName("a target of nothing lets all go, those that are in use last")
    void everything() {
        BlobRig rig = rig();
        SplittableRandom random = new SplittableRandom(SEED);
        List<Integer> records = fillAndThin(rig, random);
        use(rig, records, random);
        int used = 0;
        for (int record : records) {
            used += isUsed(rig, record) ? 1 : 0;
        }
        // Until only those are left that are in use.
        AtomicInteger steps = new AtomicInteger();
        long idle = (long) records.size() - used;
        EvictionResult first =
                eviction(rig)
                        .run(
                                EvictionTarget.poolBytes(0),
                                (done, goal) -> {
                                    steps.incrementAndGet();
                                    return rig.pool().stats().evictedBlobs() < idle;
                                });
        assertEquals(EvictionOutcome.STOPPED, first.outcome());
        assertEquals(idle, first.evictedBlobs());
        assertTrue(steps.get() > 10, "steps " + steps);
        for (int record : records) {
            boolean isUsed = isUsed(rig, record);
            assertEquals(isUsed, rig.get("r" + record) != null);
        }
        EvictionResult rest = eviction(rig).run(EvictionTarget.poolBytes(0), Pace.FULL_SPEED);
        assertEquals(EvictionOutcome.TARGET_REACHED, rest.outcome());
        assertEquals(used, rest.evictedBlobs());
        assertEquals(0, poolBytes(rig));
        EvictionResult none = eviction(rig).run(EvictionTarget.releaseBytes(1), Pace.FULL_SPEED);
        assertEquals(new EvictionResult(EvictionOutcome.NOTHING_LEFT, 0, 0, 0, 0), none);
    }

    @Test
    @DisplayName("the reserve of a large pool is kept by whole pages, up to the high watermark")
    void reserve() {
        BlobRig rig =
                rigs.in(rigs.mappedArena(64 * BlobRigs.MIB), BlobRigs.cache(8 * BlobRigs.MIB));
        for (int i = 0; i < 9_000; i++) {
            rig.store("r" + i, BlobContent.RANDOM.of(800, i));
        }
        PoolWatermarks marks = PoolWatermarks.of(8 * BlobRigs.MIB);
        for (int i = 9_000; rig.pool().keeper().hasFreeRoom() || i < 12_000; i++) {
            rig.store("r" + i, BlobContent.RANDOM.of(800, i));
        }
        rig.pool().keeper().keepReserve(100_000);
        long free = 8 * BlobRigs.MIB - poolBytes(rig);
        assertTrue(free >= marks.highBytes(), "free " + free);
        assertTrue(free < 2 * marks.highBytes(), "free " + free);
        assertEquals(0, rig.pool().keeper().keepReserve(100_000));
    }

    /// Reads a blob of a cache, which may be deleted meanwhile; false when there is none.
    private static boolean isReadOrGone(BlobRig rig, String handle, int sizeBytes) {
        if (!(rig.pool().open(handle) instanceof OpenResult.Found found)) {
            return false;
        }
        BlobReader reader = found.reader();
        assertEquals(sizeBytes, reader.info().sizeBytes());
        byte[] bytes = new byte[sizeBytes];
        for (int block = 0; block < reader.blocks(); block++) {
            ReadOutcome outcome = reader.readBlock(block, bytes, block * Blocks.BLOCK_BYTES);
            if (outcome == ReadOutcome.REPLACED) {
                return true;
            }
            assertEquals(ReadOutcome.OK, outcome);
        }
        return true;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    @DisplayName("two evictions, writers, readers and compaction at once: nothing breaks")
    void race(long seed) throws InterruptedException {
        BlobRig rig = rig();
        AtomicInteger writers = new AtomicInteger(2);
        Racers racers = new Racers();
        for (int thread = 0; thread < 2; thread++) {
            SplittableRandom random = new SplittableRandom(seed * 31 + thread);
            racers.add(() -> {
                try {
                    for (int i = 0; i < 3_000; i++) {
                        int record = random.nextInt(1_000);
                        int size = sizeOf(record);
                        if (!isReadOrGone(rig, "r" + record, size)) {
                            rig.put("r" + record, contentOf(record));
                        }
                    }
                } finally {
                    writers.decrementAndGet();
                }
            });
            racers.add(() -> {
                while (writers.get() > 0) {
                    eviction(rig).run(EvictionTarget.poolBytes(BlobRigs.MIB / 4), Pace.FULL_SPEED);
                    rig.pool().compact(Pace.FULL_SPEED);
                    eviction(rig).preview(EvictionTarget.poolBytes(0));
                }
            });
        }
        racers.run();
        rig.assertSound();
        assertFalse(rig.pool().stats().evictedBlobs() == 0);
    }
}
