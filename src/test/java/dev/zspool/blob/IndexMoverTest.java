package dev.zspool.blob;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.page.DefragmentationResult;
import dev.zspool.page.Frames;
import dev.zspool.page.MoveOutcome;
import dev.zspool.page.Pace;
import dev.zspool.page.PageArena;
import dev.zspool.testkit.Engines;
import dev.zspool.testkit.OpSequence;
import dev.zspool.testkit.Racers;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Segments of an index that are moved: every answer, a model, and movers racing everyone else.
class IndexMoverTest {
    private static final int KEYS = 3_000;

    @RegisterExtension final Engines engines = new Engines();

    private final PageArena arena = engines.heapArena(4 * BlobRigs.MIB);

    /// An index, what is in it, and which of its frames the test has isolated.
    private final class Twin {
        private final BlobIndex index = new BlobIndex(arena);
        private final IndexMover mover = index.mover;
        private final long[] hashes;
        private final FakeRoots roots;
        private final Map<Integer, Long> model = new HashMap<>();
        private final Set<Integer> isolated = new HashSet<>();
        private long nextHandle = 1;

        Twin(SplittableRandom random, int handles) {
            hashes = random.longs(KEYS).toArray();
            roots = new FakeRoots(handles);
        }

        void put(int key) {
            long handle = nextHandle++;
            roots.set(handle, key);
            long before = index.put(hashes[key], handle, roots.probe(key));
            assertEquals(model.getOrDefault(key, BlobIndex.NONE), before, "key " + key);
            model.put(key, handle);
            roots.free(before);
        }

        void remove(int key) {
            long before = index.remove(hashes[key], roots.probe(key));
            Long expected = model.remove(key);
            assertEquals(expected == null ? BlobIndex.NONE : expected, before, "key " + key);
            roots.free(before);
        }

        boolean isSegment(int frame) {
            return Arrays.stream(index.directory().frames()).anyMatch(other -> other == frame);
        }

        int segment(int nth) {
            int[] frames = index.directory().frames();
            return frames[nth % frames.length];
        }

        /// A segment that was split or merged takes its isolation with it.
        void forgetGone() {
            isolated.removeIf(
                    frame -> !IndexDescriptor.isIsolated(arena.descriptors().getOpaque(frame)));
        }

        void checkAll() {
            assertEquals(List.of(), index.check());
            assertEquals(model.size(), index.entries());
            assertEquals(index.frames(), arena.stats().ownedFrames(), "frames of the arena");
            for (int key = 0; key < hashes.length; key++) {
                assertEquals(
                        model.getOrDefault(key, BlobIndex.NONE),
                        index.find(hashes[key], roots.probe(key)),
                        "key " + key);
            }
        }
    }

    @Test
    @DisplayName("a segment is isolated once, migrated once, put back once")
    void steps() {
        Twin twin = new Twin(new SplittableRandom(1), KEYS + 2);
        for (int key = 0; key < KEYS; key++) {
            twin.put(key);
        }
        int frame = twin.segment(2);
        assertEquals(MoveOutcome.NOT_ISOLATED, twin.mover.putBack(frame));
        assertEquals(MoveOutcome.NOT_ISOLATED, IndexMoves.migrate(arena, twin.index, frame));
        assertEquals(MoveOutcome.ISOLATED, twin.mover.isolate(frame));
        assertEquals(MoveOutcome.BUSY, twin.mover.isolate(frame));
        twin.checkAll();
        assertEquals(MoveOutcome.PUT_BACK, twin.mover.putBack(frame));
        assertEquals(MoveOutcome.NOT_ISOLATED, twin.mover.putBack(frame));
        assertEquals(MoveOutcome.ISOLATED, twin.mover.isolate(frame));
        assertEquals(MoveOutcome.MIGRATED, IndexMoves.migrate(arena, twin.index, frame));
        assertTrue(!twin.isSegment(frame) && !arena.isOwned(frame));
        assertEquals(MoveOutcome.GONE, IndexMoves.migrate(arena, twin.index, frame));
        assertEquals(MoveOutcome.GONE, twin.mover.putBack(frame));
        twin.checkAll();
        twin.index.close();
    }

    @Test
    @DisplayName("what is no segment of this index: free, acquired, another's, out of range")
    void gone() {
        Twin twin = new Twin(new SplittableRandom(2), KEYS + 2);
        BlobIndex other = new BlobIndex(arena);
        int[] strange = new int[2];
        assertTrue(arena.acquire(strange, 1));
        int target = IndexMoves.acquireTarget(arena, twin.index);
        // Somebody else's word with this magic.
        arena.descriptors().setOpaque(strange[0], IndexDescriptor.of(0, 0));
        int[] frames = {
            -1,
            Integer.MIN_VALUE,
            arena.totalFrames(),
            Integer.MAX_VALUE,
            arena.totalFrames() - 1,
            strange[0],
            target,
            other.directory().frames()[0]
        };
        for (int frame : frames) {
            assertEquals(MoveOutcome.GONE, twin.mover.isolate(frame), "frame " + frame);
            assertEquals(MoveOutcome.GONE, twin.mover.putBack(frame), "frame " + frame);
            assertEquals(
                    MoveOutcome.GONE,
                    IndexMoves.migrate(arena, twin.index, frame),
                    "frame " + frame);
        }
        arena.release(strange, 1);
        arena.targets().release(new int[] {target});
        other.close();
        twin.index.close();
    }

    @Test
    @DisplayName("an isolated segment that is split or merged is gone")
    void goneMeanwhile() {
        Twin twin = new Twin(new SplittableRandom(3), KEYS + 2);
        int whole = twin.segment(0);
        assertEquals(MoveOutcome.ISOLATED, twin.mover.isolate(whole));
        int key = 0;
        while (twin.index.frames() == 1) {
            twin.put(key++);
        }
        assertEquals(MoveOutcome.GONE, IndexMoves.migrate(arena, twin.index, whole));
        assertEquals(MoveOutcome.GONE, twin.mover.putBack(whole));
        int half = twin.segment(1);
        assertEquals(MoveOutcome.ISOLATED, twin.mover.isolate(half));
        while (twin.index.frames() == 2) {
            twin.remove(--key);
        }
        assertEquals(MoveOutcome.GONE, twin.mover.putBack(half));
        twin.checkAll();
        twin.index.close();
    }

    @Test
    @DisplayName("nothing of a closed index can be moved")
    void closed() {
        Twin twin = new Twin(new SplittableRandom(4), KEYS + 2);
        int frame = twin.segment(0);
        assertEquals(MoveOutcome.ISOLATED, twin.mover.isolate(frame));
        twin.index.close();
        BlobIndex next = new BlobIndex(arena);
        assertEquals(frame, next.directory().frames()[0], "the same frame, another index");
        assertEquals(MoveOutcome.GONE, twin.mover.isolate(frame));
        assertEquals(MoveOutcome.GONE, twin.mover.putBack(frame));
        next.close();
    }

    @Test
    @DisplayName("random writes, isolations, migrations and puts back against a model")
    void model() {
        OpSequence.forEachSeed("IndexMoverTest#model", 3, 15_000, this::runModel);
    }

    private void runModel(OpSequence sequence) {
        Twin twin = new Twin(sequence.split(), 20_000);
        int migrated = 0;
        while (sequence.hasMore()) {
            boolean isRising = twin.nextHandle / 3_000 % 2 == 0;
            int key = sequence.below(KEYS);
            if (sequence.chance(10)) {
                int frame = twin.segment(sequence.below(100));
                sequence.note("isolate " + frame);
                MoveOutcome expected =
                        twin.isolated.add(frame) ? MoveOutcome.ISOLATED : MoveOutcome.BUSY;
                assertEquals(expected, twin.mover.isolate(frame));
            } else if (sequence.chance(10)) {
                int frame = twin.segment(sequence.below(100));
                sequence.note("migrate " + frame);
                MoveOutcome expected =
                        twin.isolated.remove(frame)
                                ? MoveOutcome.MIGRATED
                                : MoveOutcome.NOT_ISOLATED;
                assertEquals(expected, IndexMoves.migrate(arena, twin.index, frame));
                migrated += expected == MoveOutcome.MIGRATED ? 1 : 0;
            } else if (sequence.chance(3)) {
                int frame = twin.segment(sequence.below(100));
                sequence.note("put back " + frame);
                MoveOutcome expected =
                        twin.isolated.remove(frame)
                                ? MoveOutcome.PUT_BACK
                                : MoveOutcome.NOT_ISOLATED;
                assertEquals(expected, twin.mover.putBack(frame));
            } else if (sequence.chance(isRising ? 90 : 15)) {
                sequence.note("put " + key);
                twin.put(key);
            } else {
                sequence.note("remove " + key);
                twin.remove(key);
            }
            twin.forgetGone();
            assertEquals(List.of(), twin.index.check());
            if (sequence.below(500) == 0) {
                twin.checkAll();
            }
        }
        twin.checkAll();
        assertTrue(migrated > 50, "migrated " + migrated);
        twin.index.close();
    }

    @Test
    @DisplayName("readers and a writer go on while segments are migrated: nothing is lost")
    void race() throws InterruptedException {
        Twin twin = new Twin(new SplittableRandom(6), 200_000);
        for (int key = 0; key < KEYS / 2; key++) {
            twin.put(key);
        }
        AtomicBoolean done = new AtomicBoolean();
        AtomicInteger migrated = new AtomicInteger();
        Racers racers = new Racers();
        racers.add(() -> {
            try {
                SplittableRandom random = new SplittableRandom(7);
                for (int i = 0; i < 60_000; i++) {
                    int key = KEYS / 2 + random.nextInt(KEYS / 2);
                    if (random.nextInt(10) < (i / 5_000 % 2 == 0 ? 8 : 2)) {
                        twin.put(key);
                    } else {
                        twin.remove(key);
                    }
                }
            } finally {
                done.set(true);
            }
        });
        for (int reader = 0; reader < 2; reader++) {
            SplittableRandom random = new SplittableRandom(8 + reader);
            racers.add(() -> {
                while (!done.get()) {
                    int key = random.nextInt(KEYS / 2);
                    long found = twin.index.find(twin.hashes[key], twin.roots.probe(key));
                    assertEquals(key + 1, found, "it was there all the time");
                }
            });
        }
        racers.add(() -> {
            SplittableRandom random = new SplittableRandom(10);
            do {
                int frame = twin.segment(random.nextInt(100));
                if (twin.mover.isolate(frame) == MoveOutcome.ISOLATED
                        && IndexMoves.migrate(arena, twin.index, frame) == MoveOutcome.MIGRATED) {
                    migrated.incrementAndGet();
                }
            } while (!done.get() || migrated.get() == 0);
        });
        racers.run();
        twin.checkAll();
        twin.index.close();
    }

    @Test
    @DisplayName("an index is closed while the arena is defragmented")
    void closedMeanwhile() throws InterruptedException {
        int[] filler = new int[Frames.PAGEBLOCK_FRAMES - 3];
        AtomicBoolean done = new AtomicBoolean();
        Racers racers = new Racers();
        racers.add(() -> {
            try {
                for (int round = 0; round < 300; round++) {
                    assertTrue(arena.acquire(filler, filler.length));
                    Twin twin = new Twin(new SplittableRandom(round), KEYS + 2);
                    for (int key = 0; key < 1_500; key++) {
                        twin.put(key);
                    }
                    arena.release(filler, filler.length);
                    assertEquals(List.of(), twin.index.check());
                    twin.index.close();
                }
            } finally {
                done.set(true);
            }
        });
        racers.add(() -> {
            while (!done.get()) {
                DefragmentationResult result = arena.defragmenter().run(Pace.FULL_SPEED);
                assertEquals(DefragmentationResult.Outcome.DONE, result.outcome());
            }
        });
        racers.run();
        assertEquals(0, arena.stats().ownedFrames());
    }
}
