package dev.zspool.blob;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.page.Pace;
import dev.zspool.testkit.Racers;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// An eviction over a durable pool while others write, replace, delete and read.
class EvictionRaceTest {
    private static final int BLOBS = 300;
    private static final int WRITERS = 2;
    private static final int OPERATIONS = 400;
    private static final EvictionTarget ALL = EvictionTarget.poolBytes(0);

    @RegisterExtension final DurableStore durable = new DurableStore();

    private static int sizeOf(int nth) {
        return nth % 40 == 0 ? 150_000 : 600 + 7 * nth;
    }

    /// Content that says which version it is.
    private static byte[] content(int nth, int version) {
        byte[] bytes = BlobContent.RANDOM.of(sizeOf(nth), nth * 1_000 + version);
        ObjectLayout.putLong(bytes, 0, version);
        return bytes;
    }

    private static String handle(int nth) {
        return "b" + nth;
    }

    private void fill(Map<Integer, Integer> versions) {
        for (int nth = 0; nth < BLOBS; nth++) {
            durable.put(handle(nth), content(nth, 0));
            versions.put(nth, 0);
        }
    }

    private EvictionResult evict(Pace pace) {
        return durable.pool().keeper().eviction().run(ALL, pace);
    }

    /// Every acknowledged blob is there as it was written last, and what counts adds up.
    private void assertRight(Map<Integer, Integer> versions, int handles) {
        long logicalBytes = 0;
        for (int nth = 0; nth < handles; nth++) {
            Integer version = versions.get(nth);
            if (version == null) {
                assertNull(durable.get(handle(nth)), handle(nth));
            } else {
                assertArrayEquals(content(nth, version), durable.get(handle(nth)), handle(nth));
                logicalBytes += sizeOf(nth);
            }
        }
        durable.journal().awaitIdle();
        BlobPoolStats stats = durable.pool().stats();
        assertEquals(versions.size(), stats.blobs());
        assertEquals(logicalBytes, stats.logicalBytes());
        assertEquals(versions.size() - durable.pool().index.entries(), stats.absentBlobs());
        assertEquals(0, stats.corruptedReads());
        durable.assertSound();
    }

    /// One operation of somebody who knows what he has written.
    private void operate(Random random, Map<Integer, Integer> versions, int nth) {
        int version = versions.getOrDefault(nth, 0) + 1 + random.nextInt(100);
        switch (random.nextInt(5)) {
            case 0, 1 -> {
                durable.put(handle(nth), content(nth, version));
                versions.put(nth, version);
            }
            case 2 -> {
                DeleteOutcome expected =
                        versions.containsKey(nth) ? DeleteOutcome.DELETED : DeleteOutcome.MISSING;
                assertEquals(expected, durable.deleteLater(handle(nth)).join());
                versions.remove(nth);
            }
            default -> {
                Integer present = versions.get(nth);
                byte[] now = durable.get(handle(nth));
                if (present == null) {
                    assertNull(now);
                } else {
                    assertArrayEquals(content(nth, present), now);
                }
            }
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    @DisplayName("forced: something else between any two steps of the run")
    void betweenSteps(long seed) {
        Map<Integer, Integer> versions = new HashMap<>();
        fill(versions);
        Random random = new Random(seed);
        AtomicInteger steps = new AtomicInteger();
        EvictionResult result =
                evict((done, goal) -> {
                    operate(random, versions, random.nextInt(BLOBS));
                    return steps.incrementAndGet() < 300;
                });
        assertTrue(steps.get() > 10 && result.evictedBlobs() > BLOBS / 2, result::toString);
        assertEquals(result.evictedBlobs(), durable.pool().stats().evictedToJournal());
        assertRight(versions, BLOBS);
    }

    @Test
    @DisplayName(
            "forced: a replacement and a deletion wait for the disk meanwhile; a reader goes on")
    void writesUnderWay() {
        Map<Integer, Integer> versions = new HashMap<>();
        fill(versions);
        BlobReader reader =
                assertInstanceOf(OpenResult.Found.class, durable.pool().open(handle(40))).reader();
        durable.faults().hold();
        CompletableFuture<PutResult> replaced = durable.putLater(handle(1), content(1, 7));
        CompletableFuture<PutResult> made = durable.putLater(handle(BLOBS), content(BLOBS, 1));
        CompletableFuture<DeleteOutcome> deleted = durable.deleteLater(handle(2));
        durable.faults().awaitHeld();
        try {
            EvictionResult result = evict(Pace.FULL_SPEED);
            assertEquals(EvictionOutcome.NOTHING_LEFT, result.outcome());
            // Others may share a write slot with those.
            assertTrue(
                    result.evictedBlobs() <= BLOBS - 2 && result.evictedBlobs() > BLOBS / 2,
                    result::toString);
            assertTrue(durable.isInMemory(handle(1)) && durable.isInMemory(handle(2)));
            assertArrayEquals(content(40, 0), BlobRig.content(reader));
        } finally {
            durable.faults().release();
        }
        assertInstanceOf(PutResult.Stored.class, replaced.join());
        assertInstanceOf(PutResult.Stored.class, made.join());
        assertEquals(DeleteOutcome.DELETED, deleted.join());
        versions.put(1, 7);
        versions.put(BLOBS, 1);
        versions.remove(2);
        assertTrue(durable.isInMemory(handle(1)), "the new one");
        assertRight(versions, BLOBS + 1);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {11, 12})
    @DisplayName(
            "at random: one evicts all the time, two write and delete, one reads what is there")
    void threads(long seed) throws InterruptedException {
        Map<Integer, Integer> versions = new HashMap<>();
        fill(versions);
        AtomicInteger writing = new AtomicInteger(WRITERS);
        AtomicLong evicted = new AtomicLong();
        Racers racers = new Racers();
        Map<Integer, Map<Integer, Integer>> parts = new HashMap<>();
        for (int writer = 0; writer < WRITERS; writer++) {
            int own = writer;
            Map<Integer, Integer> mine = new HashMap<>();
            versions.forEach((nth, version) -> {
                if (nth % WRITERS == own) {
                    mine.put(nth, version);
                }
            });
            parts.put(own, mine);
            racers.add(() -> {
                try {
                    Random random = new Random(seed * 10 + own);
                    for (int i = 0; i < OPERATIONS; i++) {
                        operate(random, mine, random.nextInt(BLOBS / WRITERS) * WRITERS + own);
                    }
                } finally {
                    writing.decrementAndGet();
                }
            });
        }
        racers.add(() -> {
            do {
                evicted.addAndGet(evict((done, goal) -> writing.get() > 0).evictedBlobs());
            } while (writing.get() > 0);
        });
        racers.add(() -> {
            Random random = new Random(seed);
            while (writing.get() > 0) {
                read(random.nextInt(BLOBS));
            }
        });
        racers.run();
        assertEquals(evicted.get(), durable.pool().stats().evictedToJournal());
        versions.clear();
        parts.values().forEach(versions::putAll);
        assertRight(versions, BLOBS);
        durable.restart();
        assertRight(versions, BLOBS);
    }

    /// Any version is right, half of one is not.
    private void read(int nth) {
        OpenResult opened = durable.pool().fetch(handle(nth));
        if (!(opened instanceof OpenResult.Found found)) {
            assertInstanceOf(OpenResult.Missing.class, opened);
            return;
        }
        byte[] bytes = new byte[sizeOf(nth)];
        BlobReader reader = found.reader();
        for (int block = 0; block < reader.blocks(); block++) {
            ReadOutcome outcome = BlobRig.read(reader, block, bytes, block * Blocks.BLOCK_BYTES);
            if (outcome == ReadOutcome.REPLACED) {
                return;
            }
            assertEquals(ReadOutcome.OK, outcome, handle(nth));
        }
        assertArrayEquals(content(nth, (int) ObjectLayout.longAt(bytes, 0)), bytes);
    }
}
