package dev.zspool.blob;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.testkit.Racers;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Readers of the index without a lock, while writers change it under them.
class BlobIndexRaceTest {
    private static final long HASH = 0x1357_9BDF_0246_8ACEL;

    @RegisterExtension final BlobRigs rigs = new BlobRigs();

    private final BlobIndex index = new BlobIndex(rigs.arena(32 * BlobRigs.MIB));

    private static final int WRITERS = 2;
    private static final int READERS = 2;
    private static final int LASTING = 150;
    private static final int NEVER = 150;
    private static final int CHURNED = 3_000;
    private static final int KEYS = LASTING + NEVER + CHURNED;

    /// Handles of one key: so few that each is reborn all the time.
    private static final int HANDLES = 2;

    private static final int WRITES = 200_000;

    @AfterEach
    void closeIndex() {
        assertEquals(List.of(), index.check());
        index.close();
    }

    /// A probe that is given a wrong sight of a root's handle: first the handle was freed, or had
    /// become something else, and before the reader looks at the entry again it is the root of the
    /// same blob anew.
    private final class Rebirth implements BlobIndex.Probe {
        private final long handle;
        private final boolean seenMatch;
        private final boolean seenSound;
        private int times;
        private boolean isSound = true;

        Rebirth(long handle, boolean seenMatch, boolean seenSound, int times) {
            this.handle = handle;
            this.seenMatch = seenMatch;
            this.seenSound = seenSound;
            this.times = times;
        }

        @Override
        public boolean isMatch(long rootHandle) {
            assertEquals(handle, rootHandle);
            isSound = true;
            if (times == 0) {
                return true;
            }
            times--;
            isSound = seenSound;
            index.put(HASH, handle + 1, new Exactly(handle));
            index.put(HASH, handle, new Exactly(handle + 1));
            return seenMatch;
        }

        @Override
        public boolean isSound() {
            return isSound;
        }
    }

    private record Exactly(long handle) implements BlobIndex.Probe {
        @Override
        public boolean isMatch(long rootHandle) {
            return rootHandle == handle;
        }

        @Override
        public boolean isSound() {
            return true;
        }
    }

    @Test
    @DisplayName("a handle that is reborn under a reader's eyes is not taken for a missing blob")
    void rebornWhileItLookedFree() {
        index.put(HASH, 7, new Exactly(7));
        for (int times = 0; times < 6; times++) {
            assertEquals(7, index.find(HASH, new Rebirth(7, false, true, times)), times + " times");
        }
    }

    @Test
    @DisplayName("a handle that is reborn under a reader's eyes is not taken for a damaged blob")
    void rebornWhileItLookedDamaged() {
        index.put(HASH, 7, new Exactly(7));
        for (int times = 0; times < 6; times++) {
            Rebirth probe = new Rebirth(7, true, false, times);
            assertEquals(7, index.find(HASH, probe));
            assertTrue(probe.isSound(), times + " times");
        }
    }

    private static long handle(int key, int nth) {
        return 1 + (long) key * HANDLES + nth;
    }

    /// What one writer owns: every other key, as if it had their write slots.
    private final class Writer {
        private final FakeRoots roots;
        private final long[] hashes;
        private final int remainder;
        private final int[] current = new int[KEYS];
        private final boolean[] isThere = new boolean[KEYS];

        Writer(FakeRoots roots, long[] hashes, int remainder) {
            this.roots = roots;
            this.hashes = hashes;
            this.remainder = remainder;
        }

        void put(int key) {
            int next = (current[key] + 1) % HANDLES;
            long handle = handle(key, next);
            roots.set(handle, key);
            long before = index.put(hashes[key], handle, roots.probe(key));
            assertEquals(isThere[key] ? handle(key, current[key]) : BlobIndex.NONE, before);
            roots.free(before);
            current[key] = next;
            isThere[key] = true;
        }

        void remove(int key) {
            long before = index.remove(hashes[key], roots.probe(key));
            assertEquals(isThere[key] ? handle(key, current[key]) : BlobIndex.NONE, before);
            roots.free(before);
            isThere[key] = false;
        }

        void run(SplittableRandom random) {
            for (int i = 0; i < WRITES; i++) {
                boolean isRising = i / 6_000 % 2 == 0;
                int key = random.nextInt(KEYS / WRITERS) * WRITERS + remainder;
                if (random.nextInt(4) == 0) {
                    put(random.nextInt(LASTING / WRITERS) * WRITERS + remainder);
                } else if (key >= LASTING + NEVER) {
                    if (random.nextInt(10) < (isRising ? 9 : 1)) {
                        put(key);
                    } else {
                        remove(key);
                    }
                }
            }
            for (int key = LASTING + NEVER; key < KEYS; key++) {
                if (key % WRITERS == remainder) {
                    remove(key);
                }
            }
        }
    }

    private void read(FakeRoots roots, long[] hashes, SplittableRandom random) {
        int key = random.nextInt(KEYS);
        long found = index.find(hashes[key], roots.probe(key));
        if (found == BlobIndex.NONE) {
            assertTrue(key >= LASTING, "key " + key + " was there all the time");
        } else {
            assertEquals(key, (found - 1) / HANDLES, "another key's root");
            assertTrue(key < LASTING || key >= LASTING + NEVER, "key " + key + " never was there");
        }
    }

    @Test
    @DisplayName("what is there all the time is always found, what never was never is")
    void readersRaceWriters() throws InterruptedException {
        SplittableRandom random = new SplittableRandom(11);
        long[] hashes = random.longs(KEYS).toArray();
        for (int key = 0; key < KEYS; key += 5) {
            // Some share their tag with the key before them: the one may look like the other.
            hashes[key + 1] = hashes[key] ^ 0xFF;
        }
        FakeRoots roots = new FakeRoots(KEYS * HANDLES + 1);
        Writer[] writers = new Writer[WRITERS];
        for (int i = 0; i < WRITERS; i++) {
            writers[i] = new Writer(roots, hashes, i);
        }
        for (int key = 0; key < LASTING; key++) {
            writers[key % WRITERS].put(key);
        }
        AtomicInteger running = new AtomicInteger(WRITERS);
        AtomicInteger mostFrames = new AtomicInteger();
        Racers racers = new Racers();
        for (Writer writer : writers) {
            SplittableRandom mine = random.split();
            racers.add(() -> {
                try {
                    writer.run(mine);
                } finally {
                    running.decrementAndGet();
                }
            });
        }
        for (int reader = 0; reader < READERS; reader++) {
            SplittableRandom mine = random.split();
            racers.add(() -> {
                while (running.get() > 0) {
                    read(roots, hashes, mine);
                    if (mine.nextInt(1_000) == 0) {
                        mostFrames.accumulateAndGet(index.frames(), Math::max);
                        assertEquals(List.of(), index.check());
                    }
                }
            });
        }
        racers.run();
        assertTrue(mostFrames.get() > 4, () -> "it had at most " + mostFrames + " frames");
        assertEquals(LASTING, index.entries());
        for (int key = 0; key < LASTING; key++) {
            writers[key % WRITERS].remove(key);
        }
        assertEquals(1, index.frames());
    }
}
