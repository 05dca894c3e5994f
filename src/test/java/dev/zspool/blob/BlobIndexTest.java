package dev.zspool.blob;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.page.ArenaOptions;
import dev.zspool.page.PageArena;
import dev.zspool.testkit.Engines;
import dev.zspool.testkit.HeapPages;
import dev.zspool.testkit.OpSequence;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The index against a model, alone and with chosen hashes.
class BlobIndexTest {
    private static final int KEYS = 4_000;

    @RegisterExtension final Engines engines = new Engines();

    /// Hashes of every kind: random ones, ones that share 12, 20 or 23 bits, and groups of up to 8
    /// that share the whole tag.
    private static long[] hashes(SplittableRandom random, int count) {
        long[] hashes = new long[count];
        for (int key = 0; key < count; key++) {
            long noise = random.nextLong();
            hashes[key] =
                    switch (key % 8) {
                        case 0 -> 0xABC0_0000_0000_0000L | noise >>> 12;
                        case 1 -> key > 400 ? noise : 0x1234_5000_0000_0000L | noise >>> 20;
                        case 2 -> key > 200 ? noise : 0x7777_7600_0000_0000L | noise >>> 23;
                        case 3 -> (key / 64 * 0x0410_4105L) << 32 | noise >>> 32;
                        default -> noise;
                    };
        }
        return hashes;
    }

    /// An index, what it should hold, and handles for its roots.
    private static final class Twin {
        private final PageArena arena;
        private final BlobIndex index;
        private final long[] hashes;
        private final FakeRoots roots;
        private final Map<Integer, Long> model = new HashMap<>();
        private long nextHandle = 1;
        private int mostFrames;

        Twin(PageArena arena, long[] hashes, int handles) {
            this.arena = arena;
            this.index = new BlobIndex(arena);
            this.hashes = hashes;
            this.roots = new FakeRoots(handles);
        }

        /// False when the index could not grow.
        boolean put(int key) {
            long handle = nextHandle++;
            roots.set(handle, key);
            long before = index.put(hashes[key], handle, roots.probe(key));
            if (before == BlobIndex.OUT_OF_MEMORY) {
                assertTrue(!model.containsKey(key), "a replacement needs no memory");
                roots.free(handle);
                return false;
            }
            assertEquals(model.getOrDefault(key, BlobIndex.NONE), before, "key " + key);
            model.put(key, handle);
            roots.free(before);
            mostFrames = Math.max(mostFrames, index.frames());
            return true;
        }

        void remove(int key) {
            long before = index.remove(hashes[key], roots.probe(key));
            Long expected = model.remove(key);
            assertEquals(expected == null ? BlobIndex.NONE : expected, before, "key " + key);
            roots.free(before);
        }

        void find(int key) {
            long found = index.find(hashes[key], roots.probe(key));
            assertEquals(model.getOrDefault(key, BlobIndex.NONE), found, "key " + key);
        }

        void checkAll() {
            assertEquals(List.of(), index.check());
            assertEquals(model.size(), index.entries());
            assertEquals(index.frames(), arena.stats().ownedFrames(), "frames of the arena");
            for (int key = 0; key < hashes.length; key++) {
                find(key);
            }
        }
    }

    @Test
    @DisplayName("100,000 random operations, full and empty in turn, adversarial hashes")
    void model() {
        OpSequence.forEachSeed("BlobIndexTest", 2, 100_000, this::runModel);
    }

    private void runModel(OpSequence sequence) {
        PageArena arena = engines.heapArena(4 * BlobRigs.MIB);
        Twin twin = new Twin(arena, hashes(sequence.split(), KEYS), 100_002);
        while (sequence.hasMore()) {
            // Waves: up to nearly all keys, down to nearly none.
            boolean isRising = twin.nextHandle / 8_000 % 2 == 0;
            int key = sequence.below(KEYS);
            if (sequence.chance(10)) {
                sequence.note("find " + key);
                twin.find(key);
            } else if (sequence.chance(isRising ? 90 : 15)) {
                sequence.note("put " + key);
                assertTrue(twin.put(key));
            } else {
                sequence.note("remove " + key);
                twin.remove(key);
            }
            if (sequence.below(2_000) == 0) {
                twin.checkAll();
            }
        }
        twin.checkAll();
        assertTrue(twin.mostFrames > 15, () -> "it grew to " + twin.mostFrames + " frames");
        for (int key = 0; key < KEYS; key++) {
            twin.remove(key);
        }
        twin.checkAll();
        assertEquals(1, twin.index.frames(), "an empty index has one frame");
        assertEquals(0, twin.index.directory().depth());
        twin.index.close();
        assertEquals(0, arena.stats().ownedFrames());
    }

    @Test
    @DisplayName("removed in any order, it shrinks to one frame")
    void shrinks() {
        for (int order = 0; order < 4; order++) {
            PageArena arena = engines.heapArena(4 * BlobRigs.MIB);
            Twin twin = new Twin(arena, hashes(new SplittableRandom(order), KEYS), KEYS + 2);
            List<Integer> keys = new ArrayList<>();
            for (int key = 0; key < KEYS; key++) {
                twin.put(key);
                keys.add(key);
            }
            long[] hashes = twin.hashes;
            switch (order) {
                case 0 -> keys.sort((a, b) -> Long.compareUnsigned(hashes[a], hashes[b]));
                case 1 -> keys.sort((a, b) -> Long.compareUnsigned(hashes[b], hashes[a]));
                case 2 -> keys.sort((a, b) -> Integer.compare((int) hashes[a], (int) hashes[b]));
                default -> {}
            }
            keys.forEach(twin::remove);
            assertEquals(List.of(), twin.index.check());
            assertEquals(1, twin.index.frames());
            twin.index.close();
        }
    }

    @Test
    @DisplayName("more equal tags than a neighbourhood holds: refused, without a huge directory")
    void equalTags() {
        PageArena arena = engines.heapArena(4 * BlobRigs.MIB);
        long[] hashes = new long[40];
        for (int key = 0; key < hashes.length; key++) {
            hashes[key] = 0x5555_AAAA_0000_0000L | key;
        }
        Twin twin = new Twin(arena, hashes, 100);
        for (int key = 0; key < hashes.length; key++) {
            assertEquals(key < IndexSegment.PLACES, twin.put(key), "key " + key);
        }
        twin.checkAll();
        assertTrue(twin.index.directory().size() <= 1 << 16);
        for (int key = 0; key < hashes.length; key++) {
            twin.remove(key);
        }
        assertEquals(1, twin.index.frames());
        assertEquals(1, twin.index.directory().size());
        twin.index.close();
    }

    @Test
    @DisplayName("close gives every frame back, however many there are")
    void close() {
        PageArena arena = engines.heapArena(4 * BlobRigs.MIB);
        Twin twin = new Twin(arena, hashes(new SplittableRandom(5), KEYS), KEYS + 2);
        for (int key = 0; key < KEYS; key++) {
            twin.put(key);
        }
        assertTrue(arena.stats().ownedFrames() > 10);
        twin.index.close();
        assertEquals(0, arena.stats().ownedFrames());
    }

    @Test
    @DisplayName("random hashes: the mean load is what the overhead is computed with")
    void load() {
        PageArena arena = engines.heapArena(8 * BlobRigs.MIB);
        SplittableRandom random = new SplittableRandom(3);
        long[] hashes = random.longs(100_000).toArray();
        Twin twin = new Twin(arena, hashes, hashes.length + 2);
        double bytes = 0;
        int samples = 0;
        for (int key = 0; key < hashes.length; key++) {
            twin.put(key);
            if (key > 50_000 && key % 1_000 == 0) {
                bytes += 4096.0 * twin.index.frames() / twin.index.entries();
                samples++;
            }
        }
        double mean = bytes / samples;
        assertTrue(mean < 16, () -> mean + " bytes an entry");
        assertEquals(List.of(), twin.index.check());
        twin.index.close();
    }

    @Test
    @DisplayName("no frame to grow: refused, nothing is changed; what needs no frame works")
    void noMemory() {
        for (int pages = 1; pages <= 12; pages++) {
            PageArena arena =
                    engines.arena(new HeapPages(), new ArenaOptions(4 * BlobRigs.MIB, pages, 64));
            Twin twin = new Twin(arena, hashes(new SplittableRandom(pages), KEYS), 3 * KEYS);
            int refused = 0;
            for (int key = 0; key < KEYS; key++) {
                refused += twin.put(key) ? 0 : 1;
            }
            assertTrue(refused > 0);
            twin.checkAll();
            for (int key = 0; key < KEYS; key++) {
                if (twin.model.containsKey(key)) {
                    assertTrue(twin.put(key), "a replacement needs no memory");
                }
            }
            twin.checkAll();
            for (int key = 0; key < KEYS; key += 2) {
                twin.remove(key);
            }
            twin.checkAll();
            for (int key = 1; key < KEYS; key += 2) {
                twin.remove(key);
            }
            assertEquals(List.of(), twin.index.check());
            twin.index.close();
            assertEquals(0, arena.stats().ownedFrames());
        }
    }

    @Test
    @DisplayName("not even one frame: no index, and nothing is left of the try")
    void noFirstFrame() {
        PageArena arena = engines.arena(new HeapPages(), new ArenaOptions(2 * BlobRigs.MIB, 1, 64));
        assertTrue(arena.acquire(new int[1], 1));
        assertThrows(IllegalStateException.class, () -> new BlobIndex(arena));
        arena.release(new int[] {0}, 1);
    }
}
