package dev.zspool.blob;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.page.ArenaOptions;
import dev.zspool.page.Frames;
import dev.zspool.page.MoveOutcome;
import dev.zspool.page.PageArena;
import dev.zspool.testkit.Engines;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A writer strikes between any two loads of one reader: every place is tried, none is left to
/// chance.
class BlobIndexScheduleTest {
    private static final int KEYS = 900;
    private static final int FEW = 150;

    /// Has the tag of the present key and comes before it in their bucket.
    private static final int TWIN = 17;

    private static final int PRESENT = 18;

    private static final int ABSENT = 19;
    private static final int FRAMES = 2 * Frames.PAGEBLOCK_FRAMES;

    @RegisterExtension final Engines engines = new Engines();

    private final StrikingPages pages = new StrikingPages();
    private final PageArena arena =
            engines.arena(
                    pages, new ArenaOptions(FRAMES * (long) Frames.FRAME_BYTES, FRAMES, FRAMES));
    private final long[] hashes = new SplittableRandom(9).longs(KEYS).toArray();
    private final FakeRoots roots = new FakeRoots(3 * KEYS);
    private BlobIndex index = new BlobIndex(arena);

    BlobIndexScheduleTest() {
        hashes[TWIN] = hashes[PRESENT] ^ 1;
        hashes[ABSENT] = hashes[PRESENT] ^ 2;
    }

    @AfterEach
    void close() {
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

    private void putAll(int from, int to) {
        for (int key = from; key < to; key++) {
            if (key != ABSENT) {
                put(key, 0);
            }
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

    /// Moves every segment to another frame.
    private void migrate() {
        for (int frame : index.directory().frames()) {
            assertEquals(MoveOutcome.ISOLATED, index.mover.isolate(frame));
            int target = IndexMoves.acquireTarget(arena, index);
            assertEquals(MoveOutcome.MIGRATED, index.mover.migrate(frame, target));
        }
    }

    private void find(int key) {
        long found = index.find(hashes[key], roots.probe(key));
        if (key == ABSENT) {
            assertEquals(BlobIndex.NONE, found);
        } else {
            assertEquals(key, (int) (found - 1) / 2, "it was there all the time");
        }
    }

    /// One writer's step before every load of a look.
    private void strikeEverywhere(Runnable prepare, Runnable strike) {
        for (int key : new int[] {PRESENT, ABSENT}) {
            int loads = 1;
            for (int load = 0; load < loads; load++) {
                loads = Math.max(loads, look(prepare, key, load, strike, load, () -> {}));
            }
            assertTrue(loads > 2 && loads < 200, "loads of one look: " + loads);
        }
    }

    /// Two steps, before every two loads of a look.
    private void strikeTwiceEverywhere(Runnable prepare, Runnable strike, Runnable again) {
        for (int key : new int[] {PRESENT, ABSENT}) {
            int loads = 1;
            for (int first = 0; first < loads; first++) {
                for (int second = first; second <= loads; second++) {
                    loads = Math.max(loads, look(prepare, key, first, strike, second, again));
                }
            }
            assertTrue(loads > 2 && loads < 200, "loads of one look: " + loads);
        }
    }

    private int look(
            Runnable prepare, int key, int first, Runnable strike, int second, Runnable again) {
        index.close();
        index = new BlobIndex(arena);
        prepare.run();
        int loads = pages.during(() -> find(key), first, strike, second, again);
        assertEquals(List.of(), index.check());
        find(key);
        return loads;
    }

    @Test
    @DisplayName("a segment is split, and its frame used for something else")
    void split() {
        long tagged = IndexSegment.entry((int) (hashes[PRESENT] >>> 32), 1);
        for (long garbage : new long[] {0, -1, tagged}) {
            for (int frames = 2; frames <= 3; frames++) {
                int most = frames;
                strikeEverywhere(
                        () -> putAll(TWIN, FEW),
                        () -> {
                            grow(most);
                            scrub(garbage);
                        });
            }
        }
    }

    @Test
    @DisplayName("two segments are merged, and their frames used for something else")
    void merge() {
        for (int frames = 1; frames <= 2; frames++) {
            int fewest = frames;
            strikeEverywhere(
                    () -> putAll(TWIN, KEYS),
                    () -> {
                        shrink(fewest);
                        scrub(0);
                    });
        }
    }

    @Test
    @DisplayName("a segment is migrated, and its frame used for something else")
    void migrated() {
        long tagged = IndexSegment.entry((int) (hashes[PRESENT] >>> 32), 1);
        for (long garbage : new long[] {0, -1, tagged}) {
            for (int keys : new int[] {FEW, KEYS}) {
                strikeEverywhere(
                        () -> putAll(TWIN, keys),
                        () -> {
                            migrate();
                            scrub(garbage);
                        });
            }
        }
    }

    @Test
    @DisplayName("a segment is migrated away and back, and its frame was something else in between")
    void migratedBack() {
        long tagged = IndexSegment.entry((int) (hashes[PRESENT] >>> 32), handle(PRESENT, 1));
        for (long garbage : new long[] {0, tagged}) {
            strikeTwiceEverywhere(
                    () -> {
                        put(TWIN, 0);
                        put(PRESENT, 0);
                    },
                    () -> {
                        migrate();
                        scrub(garbage);
                    },
                    () -> {
                        migrate();
                        assertEquals(1, index.frames());
                    });
        }
    }

    @Test
    @DisplayName("the handle of the root gets another life, and then its old one again")
    void rebirth() {
        strikeTwiceEverywhere(() -> put(PRESENT, 0), () -> put(PRESENT, 1), () -> put(PRESENT, 0));
    }

    @Test
    @DisplayName("an entry with the same tag comes and goes")
    void twin() {
        strikeTwiceEverywhere(
                () -> {
                    put(TWIN, 0);
                    put(PRESENT, 0);
                },
                () -> remove(TWIN),
                () -> put(TWIN, 1));
    }
}
