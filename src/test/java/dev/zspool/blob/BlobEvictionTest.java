package dev.zspool.blob;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.page.PageArena;
import dev.zspool.testkit.Contents;
import dev.zspool.testkit.Racers;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A pool that is a cache: it makes room by itself, never takes more than its limit, and keeps what
/// is read.
class BlobEvictionTest {
    private static final long LIMIT = 2 * BlobRigs.MIB;

    @RegisterExtension final BlobRigs rigs = new BlobRigs();

    private static BlobPoolOptions cache(long limitBytes) {
        return new BlobPoolOptions(
                "cache",
                8,
                limitBytes,
                64 * BlobRigs.MIB,
                BlobInfo.NEVER_EXPIRES,
                Durability.NONE,
                FullPolicy.EVICT);
    }

    private BlobRig cacheRig(Executor workers) {
        return rigs.small(cache(LIMIT), workers);
    }

    private static void assertStored(PutResult result) {
        assertInstanceOf(PutResult.Stored.class, result);
    }

    @ParameterizedTest
    @ValueSource(ints = {60, 800, 3_000, 10_000, 100_000})
    @DisplayName(
            "whatever the sizes: every write finds room, within the limit, and the last is there")
    void alwaysRoom(int size) {
        BlobRig rig = cacheRig(BlobRigs.INLINE);
        int writes = (int) (4 * LIMIT / (size + 200));
        for (int i = 0; i < writes; i++) {
            byte[] content = BlobContent.RANDOM.of(size, i);
            assertStored(rig.put("h" + i, content));
            rig.assertHolds("h" + i, content);
        }
        BlobPoolStats stats = rig.pool().stats();
        assertTrue(stats.peakPoolBytes() <= LIMIT, stats::toString);
        assertTrue(stats.evictedBlobs() > writes / 4, stats::toString);
        assertEquals(writes, stats.blobs() + stats.evictedBlobs());
        assertTrue(stats.storedBytes() > LIMIT / 3, stats::toString);
    }

    @Test
    @DisplayName("sizes that change: slots of other classes become pages")
    void sizesChange() {
        BlobRig rig = cacheRig(BlobRigs.INLINE);
        int nth = 0;
        for (int size : new int[] {100, 3_000, 500, 40_000, 1_500, 200}) {
            for (long stored = 0; stored < 2 * LIMIT; stored += size + 100) {
                assertStored(rig.put("h" + nth, BlobContent.RANDOM.of(size, nth)));
                nth++;
            }
        }
        assertTrue(rig.pool().stats().peakPoolBytes() <= LIMIT);
    }

    @Test
    @DisplayName("what is read stays, what nobody reads goes")
    void secondChance() {
        BlobRig rig = cacheRig(BlobRigs.INLINE);
        for (int i = 0; i < 100; i++) {
            rig.store("hot" + i, BlobContent.RANDOM.of(1_000, i));
        }
        int kept = 0;
        for (int i = 0; i < 8_000; i++) {
            assertStored(rig.put("cold" + i, BlobContent.RANDOM.of(1_000, i)));
            rig.pool().open("hot" + i % 100);
        }
        for (int i = 0; i < 100; i++) {
            kept += rig.get("hot" + i) == null ? 0 : 1;
        }
        assertTrue(kept >= 95, kept + " of 100 kept");
    }

    @Test
    @DisplayName(
            "one blob takes a quarter of the pool at most, and a larger one not all the others")
    void oneLargeBlob() {
        BlobRig rig = cacheRig(BlobRigs.INLINE);
        for (int i = 0; i < 300; i++) {
            rig.store("h" + i, BlobContent.RANDOM.of(4_000, i));
        }
        assertStored(rig.put("large", BlobContent.RANDOM.of((int) LIMIT / 4 - 1_000, 1)));
        PutResult result = rig.put("larger", BlobContent.RANDOM.of((int) LIMIT, 1));
        assertInstanceOf(PutResult.PoolFull.class, result);
        assertTrue(rig.pool().stats().blobs() > 100, rig.pool().stats()::toString);
        assertStored(rig.put("text", BlobContent.ONE_WORD.of(8 << 20, 1)));
    }

    @Test
    @DisplayName("a reserve is kept in the background; a pool that refuses evicts nothing")
    void reserve() {
        BlobRig rig = cacheRig(BlobRigs.INLINE);
        for (int i = 0; i < 3_000; i++) {
            rig.store("h" + i, BlobContent.RANDOM.of(1_000, i));
        }
        rig.pool().keeper().keepReserve(100_000);
        long used = rig.pool().stats().poolBytes();
        assertTrue(used <= LIMIT - LIMIT / 32, used + " used");
        assertTrue(used > LIMIT / 2, used + " used");
        BlobRig strict = rigs.small(BlobRigs.limitPages(64), BlobRigs.INLINE);
        int stored = 0;
        while (strict.put("h" + stored, BlobContent.RANDOM.of(1_000, stored))
                instanceof PutResult.Stored) {
            stored++;
        }
        assertEquals(0, strict.pool().keeper().keepReserve(100));
        assertEquals(stored, strict.pool().stats().blobs());
        assertEquals(0, strict.pool().stats().evictedBlobs());
    }

    @Test
    @DisplayName("a cache that is full takes nothing from another pool")
    void neighbours() {
        PageArena arena = rigs.arena(8 * BlobRigs.MIB);
        BlobRig cache = rigs.in(arena, cache(LIMIT));
        BlobRig other = rigs.in(arena, BlobRigs.options());
        for (int i = 0; i < 500; i++) {
            other.store("o" + i, BlobContent.RANDOM.of(1_000, i));
        }
        for (int i = 0; i < 6_000; i++) {
            assertStored(cache.put("c" + i, BlobContent.RANDOM.of(1_000, i)));
        }
        for (int i = 0; i < 500; i++) {
            assertNotNull(other.get("o" + i));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    @DisplayName(
            "writers, readers, deletions and the reserve at once: nothing breaks, nothing leaks")
    void race(long seed) throws InterruptedException {
        BlobRig rig = rigs.large(cache(LIMIT), rigs.workers(2));
        Racers racers = new Racers();
        for (int thread = 0; thread < 3; thread++) {
            long mine = seed * 31 + thread;
            racers.add(() -> churn(rig, new SplittableRandom(mine)));
        }
        racers.add(() -> {
            for (int i = 0; i < 3_000; i++) {
                rig.pool().keeper().keepReserve(64);
                rig.pool().keeper().giveBackTablePages();
            }
        });
        racers.run();
        BlobPoolStats stats = rig.pool().stats();
        assertTrue(stats.peakPoolBytes() <= LIMIT, "seed " + seed + " " + stats);
        assertTrue(stats.evictedBlobs() > 0, "seed " + seed + " " + stats);
        rig.assertSound();
    }

    private static void churn(BlobRig rig, SplittableRandom random) {
        for (int step = 0; step < 6_000; step++) {
            int nth = random.nextInt(3_000);
            String handle = "h" + nth;
            int size = nth % 100 == 0 ? 70_000 : 200 + nth;
            if (random.nextInt(3) == 0) {
                byte[] found = rig.get(handle);
                if (found != null) {
                    assertArrayEquals(Contents.of(nth, size), found);
                }
            } else if (random.nextInt(20) == 0) {
                rig.pool().delete(handle, WriteCondition.ALWAYS, outcome -> {});
            } else {
                rig.put(handle, Contents.of(nth, size));
            }
        }
    }
}
