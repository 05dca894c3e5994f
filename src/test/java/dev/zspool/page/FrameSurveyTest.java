package dev.zspool.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.testkit.Engines;
import dev.zspool.testkit.HeapPages;
import dev.zspool.testkit.OpSequence;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Counts of cells are those of the frames one by one, and cost what they may.
@DisplayName("FrameSurvey")
final class FrameSurveyTest {
    private static final int BLOCKS = 8;
    private static final int TOTAL = BLOCKS * Frames.PAGEBLOCK_FRAMES;

    @RegisterExtension final Engines engines = new Engines();

    private static void assertAsFrames(PageArena arena, int first, int frames, int perCell) {
        FrameSurvey survey = FrameSurvey.of(arena, first, frames, perCell);
        assertEquals(Math.ceilDiv(frames, perCell), survey.cells());
        int next = first;
        for (int cell = 0; cell < survey.cells(); cell++) {
            int owned = 0;
            int warm = 0;
            int end = Math.min(first + frames, next + perCell);
            assertEquals(end - next, survey.frames(cell));
            for (; next < end; next++) {
                FrameState state = arena.stateOf(next);
                owned += state == FrameState.OWNED ? 1 : 0;
                warm += state == FrameState.WARM ? 1 : 0;
            }
            String what = first + "+" + frames + "/" + perCell + ": " + cell;
            assertEquals(owned, survey.owned(cell), what);
            assertEquals(warm, survey.warm(cell), what);
        }
        assertEquals(first + frames, next);
    }

    private static void assertAllCells(PageArena arena, OpSequence sequence) {
        for (int perCell = 1; perCell <= TOTAL; perCell <<= 1) {
            assertAsFrames(arena, 0, TOTAL, perCell);
            int first = sequence.below(TOTAL) & -perCell;
            assertAsFrames(arena, first, 1 + sequence.below(TOTAL - first), perCell);
        }
    }

    @Test
    @DisplayName("cells of any size are as their frames, also while a run is on its way back")
    void asFrames() {
        OpSequence.forEachSeed("FrameSurveyTest#asFrames", 20, 1, this::asFrames);
    }

    private void asFrames(OpSequence sequence) {
        PageArena arena =
                engines.arena(
                        new HeapPages(),
                        new ArenaOptions((long) TOTAL << Frames.FRAME_SHIFT, TOTAL, 0));
        assertEquals(0, FrameSurvey.everUsedFrames(arena));
        int[] taken = new int[1 + sequence.below(TOTAL)];
        assertTrue(arena.acquire(taken, taken.length));
        int used = IntStream.of(taken).max().orElseThrow() >> Frames.PAGEBLOCK_SHIFT;
        assertEquals((used + 1) << Frames.PAGEBLOCK_SHIFT, FrameSurvey.everUsedFrames(arena));
        List<Integer> kept = new ArrayList<>(IntStream.of(taken).boxed().toList());
        Collections.shuffle(kept, new java.util.Random(sequence.below(1000)));
        while (!kept.isEmpty() && sequence.chance(99)) {
            arena.release(new int[] {kept.removeLast()}, 1);
        }
        assertAllCells(arena, sequence);
        arena.giveBack(sequence.below(100));
        assertAllCells(arena, sequence);
        long run = arena.ledger().takeWarmRun(0);
        long other = arena.ledger().takeWarmRun(0);
        assertAllCells(arena, sequence);
        settle(arena, run, true);
        assertAllCells(arena, sequence);
        settle(arena, other, false);
        assertAllCells(arena, sequence);
        arena.release(kept.stream().mapToInt(Integer::intValue).toArray(), kept.size());
        assertAllCells(arena, sequence);
        assertEquals((used + 1) << Frames.PAGEBLOCK_SHIFT, FrameSurvey.everUsedFrames(arena));
    }

    private static void settle(PageArena arena, long run, boolean cold) {
        if (run != FrameRun.NONE) {
            arena.ledger().settle(run, cold);
        }
    }

    @Test
    @DisplayName("whose frames are whose")
    void owners() {
        PageArena arena = engines.heapArena(Engines.SMALL_BYTES);
        MovableToy first = new MovableToy(arena, "first");
        MovableToy second = new MovableToy(arena, "second");
        first.take(5);
        second.take(3);
        int[] ids = new int[10];
        FrameSurvey.owners(arena, 0, ids.length, ids);
        for (int frame = 0; frame < ids.length; frame++) {
            boolean isOwned = arena.stateOf(frame) == FrameState.OWNED;
            assertEquals(isOwned ? arena.ownerOf(frame).id() : 0, ids[frame]);
        }
        assertEquals(2, IntStream.of(ids).filter(id -> id > 0).distinct().count());
        first.frames().forEach(first::release);
        second.frames().forEach(second::release);
    }

    @Test
    @DisplayName("64 GiB cost one look a pageblock")
    void large() {
        PageArena arena = engines.mappedArena(64L << 30);
        int total = arena.totalFrames();
        int[] taken = new int[300_000];
        assertTrue(arena.acquire(taken, taken.length));
        FrameSurvey survey = FrameSurvey.of(arena, 0, total, total / 2048);
        assertEquals(total >> Frames.PAGEBLOCK_SHIFT, survey.readings());
        assertEquals(taken.length, IntStream.range(0, survey.cells()).map(survey::owned).sum());
        arena.release(taken, taken.length);
    }

    @Test
    @DisplayName("cells that cannot be are refused")
    void refused() {
        PageArena arena = engines.heapArena(Engines.SMALL_BYTES);
        int total = arena.totalFrames();
        for (int[] bad :
                new int[][] {
                    {0, total, 3}, {0, total, 0}, {-1, 1, 1}, {1, 2, 2}, {0, 0, 1}, {2, total, 2}
                }) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> FrameSurvey.of(arena, bad[0], bad[1], bad[2]));
        }
    }
}
