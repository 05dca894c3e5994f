package dev.zspool.blob;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.page.ArenaOptions;
import dev.zspool.page.Frames;
import dev.zspool.page.MoveOutcome;
import dev.zspool.page.PageArena;
import dev.zspool.testkit.Engines;
import dev.zspool.testkit.WaitingThread;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Something else happens between any two steps of one walk over an index: every place is tried,
/// none is left to chance.
class IndexWalkTest {
    private static final int KEYS = 600;
    private static final int FEW = 60;
    private static final int FRAMES = 2 * Frames.PAGEBLOCK_FRAMES;
    private static final int NOBODY = -1;

    @RegisterExtension final Engines engines = new Engines();

    private final StrikingPages pages = new StrikingPages();
    private final PageArena arena =
            engines.arena(
                    pages, new ArenaOptions(FRAMES * (long) Frames.FRAME_BYTES, FRAMES, FRAMES));
    private final long[] hashes = new SplittableRandom(9).longs(KEYS).toArray();
    private final FakeRoots roots = new FakeRoots(3 * KEYS);
    private BlobIndex index = new BlobIndex(arena);

    @AfterEach
    void close() {
        assertEquals(List.of(), index.check());
        index.close();
    }

    private static long handle(int key, int nth) {
        return 1 + 2L * key + nth;
    }

    private void put(int key, int nth) {
        long handle = handle(key, nth);
        roots.set(handle, key);
        long before = index.put(hashes[key], handle, roots.probe(key));
        roots.free(Math.max(before, 0));
    }

    private void remove(int key) {
        roots.free(index.remove(hashes[key], roots.probe(key)));
    }

    private void putAll(int to) {
        for (int key = 0; key < to; key++) {
            put(key, 0);
        }
    }

    /// Adds keys until there are so many frames.
    private void grow(int frames) {
        for (int key = FEW; index.frames() < frames; key++) {
            put(key, 0);
        }
    }

    /// Removes keys until there are so few frames.
    private void shrink(int frames) {
        for (int key = FEW; index.frames() > frames; key++) {
            remove(key);
        }
    }

    /// Whoever gets the frames that were released writes other things into them.
    private void scrub(long word) {
        int[] free = new int[20];
        assertTrue(arena.acquire(free, free.length));
        for (int frame : free) {
            for (int i = 0; i < Frames.FRAME_BYTES / Long.BYTES; i++) {
                arena.words().setOpaque(Frames.address(frame) / Long.BYTES + i, word);
            }
        }
        arena.release(free, free.length);
    }

    private void migrate() {
        for (int frame : index.directory().frames()) {
            assertEquals(MoveOutcome.ISOLATED, index.mover.isolate(frame));
            int target = IndexMoves.acquireTarget(arena, index);
            assertEquals(MoveOutcome.MIGRATED, index.mover.migrate(frame, target));
        }
    }

    /// One walk: notes what the parts had that counted, and does something before a chosen root.
    private final class Walker implements IndexWalk.Visitor {
        private final List<Integer> walked = new ArrayList<>();
        private final List<Integer> part = new ArrayList<>();
        private final int mostOfPart;
        private final int struckVisit;
        private final Runnable strike;
        private int visits;
        private int begins;
        private int tag;

        Walker(int mostOfPart, int struckVisit, Runnable strike) {
            this.mostOfPart = mostOfPart;
            this.struckVisit = struckVisit;
            this.strike = strike;
        }

        Walker(int mostOfPart) {
            this(mostOfPart, NOBODY, () -> {});
        }

        @Override
        public void begin() {
            begins++;
            part.clear();
        }

        @Override
        public boolean visit(int entryTag, long rootHandle) {
            if (part.size() >= mostOfPart && entryTag != tag) {
                return false;
            }
            if (visits++ == struckVisit) {
                strike.run();
            }
            tag = entryTag;
            boolean isHandle = rootHandle < 3 * KEYS;
            part.add(isHandle ? roots.keyOf(rootHandle) : NOBODY);
            return true;
        }

        void walk() {
            IndexWalk walk = new IndexWalk(index);
            long from = 0;
            do {
                long behind = walk.readPart(from, this);
                assertTrue(
                        behind == IndexWalk.END || Long.compareUnsigned(behind, from) > 0,
                        "it goes on");
                walked.addAll(part);
                from = behind;
            } while (from != IndexWalk.END);
        }

        /// @param lasting so many keys, from the first on, were there all the time
        void assertRight(int lasting) {
            Set<Integer> once = new HashSet<>();
            long last = -1;
            for (int key : walked) {
                assertNotEquals(NOBODY, key, "a root that is freed");
                assertTrue(once.add(key), "once only: " + key);
                long now = hashes[key] >>> Integer.SIZE;
                assertTrue(now >= last, "in order");
                last = now;
            }
            for (int key = 0; key < lasting; key++) {
                assertTrue(once.contains(key), "it was there all the time: " + key);
            }
        }
    }

    private void strikeEverywhere(Runnable prepare, Runnable strike, int lasting) {
        for (int mostOfPart : new int[] {7, KEYS}) {
            strikeEveryRoot(prepare, strike, lasting, mostOfPart);
        }
        int loads = 1;
        for (int load = 0; load < loads; load++) {
            begin(prepare);
            Walker walker = new Walker(KEYS);
            loads = Math.max(loads, pages.during(walker::walk, load, strike, load, () -> {}));
            walker.assertRight(lasting);
        }
        assertTrue(loads > IndexSegment.CAPACITY, "loads of one walk: " + loads);
    }

    private void strikeEveryRoot(Runnable prepare, Runnable strike, int lasting, int mostOfPart) {
        int visits = 1;
        for (int visit = 0; visit < visits; visit++) {
            begin(prepare);
            Walker walker = new Walker(mostOfPart, visit, strike);
            walker.walk();
            walker.assertRight(lasting);
            visits = Math.max(visits, Math.min(walker.visits, KEYS));
        }
        assertTrue(visits >= lasting);
    }

    private void begin(Runnable prepare) {
        index.close();
        index = new BlobIndex(arena);
        prepare.run();
    }

    @Test
    @DisplayName("a segment is split, and its frame used for something else")
    void split() {
        for (long garbage : new long[] {0, -1, IndexSegment.entry(4711, 1)}) {
            strikeEverywhere(
                    () -> putAll(FEW),
                    () -> {
                        grow(2);
                        scrub(garbage);
                    },
                    FEW);
        }
    }

    @Test
    @DisplayName("segments are merged, and their frames used for something else")
    void merge() {
        strikeEverywhere(
                () -> putAll(KEYS),
                () -> {
                    shrink(1);
                    scrub(0);
                },
                FEW);
    }

    @Test
    @DisplayName("segments are migrated, and their frames used for something else")
    void migrated() {
        for (int keys : new int[] {FEW, KEYS}) {
            strikeEverywhere(
                    () -> putAll(keys),
                    () -> {
                        migrate();
                        scrub(-1);
                    },
                    keys);
        }
    }

    @Test
    @DisplayName("all blobs are replaced, and their roots freed")
    void replaced() {
        strikeEverywhere(
                () -> putAll(FEW),
                () -> {
                    for (int key = 0; key < FEW; key++) {
                        put(key, 1);
                    }
                },
                FEW);
    }

    @Test
    @DisplayName("all others are deleted, and new ones come")
    void exchanged() {
        strikeEverywhere(
                () -> putAll(2 * FEW),
                () -> {
                    for (int key = FEW; key < 2 * FEW; key++) {
                        remove(key);
                        put(key + FEW, 0);
                    }
                },
                FEW);
    }

    /// Replaces a blob in each of the first passes over a part.
    private final class Disturber implements IndexWalk.Visitor {
        private final Walker inner = new Walker(KEYS);
        private final int disturbed;
        private final Runnable quietPass;

        Disturber(int disturbed, Runnable quietPass) {
            this.disturbed = disturbed;
            this.quietPass = quietPass;
        }

        @Override
        public void begin() {
            inner.begin();
            if (inner.begins > disturbed) {
                quietPass.run();
            }
        }

        @Override
        public boolean visit(int tag, long rootHandle) {
            boolean wanted = inner.visit(tag, rootHandle);
            if (inner.begins <= disturbed) {
                // Its entry is the same one afterwards.
                put(inner.begins, 1);
                put(inner.begins, 0);
            }
            return wanted;
        }
    }

    @Test
    @DisplayName("a part that is disturbed is read again, without the lock up to eight times")
    void retries() {
        for (int disturbed = 0; disturbed < IndexWalk.OPTIMISTIC_TRIES; disturbed++) {
            begin(() -> putAll(FEW));
            Disturber visitor = new Disturber(disturbed, () -> {});
            assertEquals(IndexWalk.END, new IndexWalk(index).readPart(0, visitor));
            assertEquals(disturbed + 1, visitor.inner.begins);
            visitor.inner.walked.addAll(visitor.inner.part);
            visitor.inner.assertRight(FEW);
        }
    }

    @Test
    @DisplayName("then the lock is taken, so that writers wait and the walk goes on")
    void locked() throws InterruptedException {
        putAll(FEW);
        List<WaitingThread> writers = new ArrayList<>();
        Disturber visitor =
                new Disturber(
                        IndexWalk.OPTIMISTIC_TRIES,
                        () -> writers.add(WaitingThread.start(() -> remove(0))));
        assertEquals(IndexWalk.END, new IndexWalk(index).readPart(0, visitor));
        assertEquals(1, writers.size());
        writers.getFirst().join();
        assertEquals(IndexWalk.OPTIMISTIC_TRIES + 1, visitor.inner.begins);
        visitor.inner.walked.addAll(visitor.inner.part);
        visitor.inner.assertRight(FEW);
        assertEquals(FEW - 1, index.entries());
    }

    @Test
    @DisplayName("a walk may begin anywhere")
    void anywhere() {
        putAll(KEYS);
        long[] sorted = Arrays.stream(hashes).map(hash -> hash ^ Long.MIN_VALUE).sorted().toArray();
        for (int nth = 0; nth < KEYS; nth++) {
            Walker walker = new Walker(1);
            long from = sorted[nth] ^ Long.MIN_VALUE;
            new IndexWalk(index).readPart(from, walker);
            assertEquals(from, hashes[walker.part.getFirst()]);
        }
        Walker walker = new Walker(KEYS);
        assertEquals(IndexWalk.END, new IndexWalk(index).readPart(-1L, walker));
        assertTrue(walker.part.isEmpty());
    }
}
