package dev.zspool.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.testkit.Engines;
import dev.zspool.testkit.FaultyPages;
import dev.zspool.testkit.HeapPages;
import dev.zspool.testkit.OpSequence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Where frames come from and which go back first, against a model that scans everything.
class PlacementTest {
    private static final int BLOCKS = 5;
    private static final int FRAMES = BLOCKS * Frames.PAGEBLOCK_FRAMES;

    private enum State {
        COLD,
        WARM,
        OWNED
    }

    /// The model: a state for each frame, and nothing else.
    private static final class Model {
        final State[] states = new State[FRAMES];

        Model() {
            Arrays.fill(states, State.COLD);
        }

        int count(State state) {
            return (int) Arrays.stream(states).filter(s -> s == state).count();
        }

        int ownedIn(int block) {
            return countIn(block, State.OWNED);
        }

        int countIn(int block, State state) {
            int first = block << Frames.PAGEBLOCK_SHIFT;
            return (int)
                    Arrays.stream(states, first, first + Frames.PAGEBLOCK_FRAMES)
                            .filter(s -> s == state)
                            .count();
        }

        /// The most owned frames in any block that has a frame of this state.
        int densestWith(State state) {
            int best = -1;
            for (int block = 0; block < BLOCKS; block++) {
                if (countIn(block, state) > 0) {
                    best = Math.max(best, ownedIn(block));
                }
            }
            return best;
        }

        /// The blocks with a warm frame that have the fewest owned ones.
        int sparsestWithWarm() {
            int best = Integer.MAX_VALUE;
            for (int block = 0; block < BLOCKS; block++) {
                if (countIn(block, State.WARM) > 0) {
                    best = Math.min(best, ownedIn(block));
                }
            }
            return best;
        }
    }

    @Test
    @DisplayName("each frame comes from the densest pageblock, warm before cold")
    void takesFromTheDensest() {
        OpSequence.forEachSeed("PlacementTest", 2, 120, PlacementTest::takeAndRelease);
    }

    private static void takeAndRelease(OpSequence sequence) {
        try (Engines engines = new Engines()) {
            PageArena arena = engines.heapArena(BLOCKS * Frames.PAGEBLOCK_BYTES);
            FrameOwner owner = new FrameOwner(arena);
            Model model = new Model();
            while (sequence.hasMore()) {
                int room = FRAMES - model.count(State.OWNED);
                int what = sequence.below(10);
                if (what < 5 && room > 0) {
                    int count = 1 + sequence.below(Math.min(room, 200));
                    sequence.note("take " + count);
                    takeOneByOne(owner, model, count);
                } else if (what < 9) {
                    sequence.note("release some");
                    releaseSome(sequence, owner, model);
                } else {
                    sequence.note("give back all");
                    giveBackAll(arena, model);
                }
                checkStats(arena, model);
            }
            owner.releaseAll();
        }
    }

    private static void takeOneByOne(FrameOwner owner, Model model, int count) {
        for (int i = 0; i < count; i++) {
            State wanted = model.count(State.WARM) > 0 ? State.WARM : State.COLD;
            int densest = model.densestWith(wanted);
            int frame = owner.take(1)[0];
            assertEquals(wanted, model.states[frame]);
            assertEquals(densest, model.ownedIn(Frames.blockOf(frame)));
            model.states[frame] = State.OWNED;
        }
    }

    private static void releaseSome(OpSequence sequence, FrameOwner owner, Model model) {
        int percent = sequence.below(101);
        for (int frame : List.copyOf(owner.owned())) {
            if (sequence.chance(percent)) {
                owner.release(frame);
                model.states[frame] = State.WARM;
            }
        }
    }

    private static void giveBackAll(PageArena arena, Model model) {
        assertEquals(model.count(State.WARM), arena.giveBack(0));
        Arrays.setAll(
                model.states,
                frame -> model.states[frame] == State.WARM ? State.COLD : model.states[frame]);
    }

    private static void checkStats(PageArena arena, Model model) {
        ArenaStats stats = arena.stats();
        assertEquals(model.count(State.OWNED), stats.ownedFrames());
        assertEquals(model.count(State.WARM), stats.warmFrames());
        int backed = 0;
        for (int block = 0; block < BLOCKS; block++) {
            backed += model.countIn(block, State.COLD) < Frames.PAGEBLOCK_FRAMES ? 1 : 0;
        }
        assertEquals(backed, stats.backedPageblocks());
        assertTrue(arena.check().isEmpty(), () -> arena.check().toString());
    }

    @Test
    @DisplayName("the sparsest pageblock is given back first")
    void givesBackTheSparsestFirst() {
        try (Engines engines = new Engines()) {
            FaultyPages counting = new FaultyPages(new HeapPages());
            PageArena arena =
                    engines.arena(
                            counting, new ArenaOptions(BLOCKS * Frames.PAGEBLOCK_BYTES, FRAMES, 0));
            FrameOwner owner = new FrameOwner(arena);
            owner.take(FRAMES);
            Model model = new Model();
            Arrays.fill(model.states, State.OWNED);
            List<Integer> frames = new ArrayList<>(owner.owned());
            // Block b keeps 100 b + 7 of its frames, all at its end.
            for (int frame : frames) {
                int block = Frames.blockOf(frame);
                if ((frame & Frames.PAGEBLOCK_FRAMES - 1)
                        < Frames.PAGEBLOCK_FRAMES - (100 * block + 7)) {
                    owner.release(frame);
                    model.states[frame] = State.WARM;
                }
            }
            for (int left = model.count(State.WARM); left > 0; left = model.count(State.WARM)) {
                int sparsest = model.sparsestWithWarm();
                // One run: the bound is met at once.
                long given = arena.giveBack(left - 1);
                int block = (sparsest - 7) / 100;
                assertEquals(model.countIn(block, State.WARM), given);
                for (int i = 0; i < given; i++) {
                    model.states[(block << Frames.PAGEBLOCK_SHIFT) + i] = State.COLD;
                }
                checkStats(arena, model);
            }
            assertEquals(BLOCKS, counting.giveBackCalls());
            owner.releaseAll();
        }
    }
}
