package dev.zspool.page;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.testkit.Engines;
import dev.zspool.testkit.FaultyPages;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What an arena promises over any {@link PageSource}.
abstract class PageArenaContract {
    static final int BLOCKS = 4;
    static final long SIZE_BYTES = BLOCKS * Frames.PAGEBLOCK_BYTES;
    static final int FRAMES = BLOCKS * Frames.PAGEBLOCK_FRAMES;

    @RegisterExtension final Engines engines = new Engines();

    abstract PageSource newSource();

    final PageArena arena(long limitPages, int warmFrames) {
        return engines.arena(newSource(), new ArenaOptions(SIZE_BYTES, limitPages, warmFrames));
    }

    final PageArena arena() {
        return arena(FRAMES, 0);
    }

    private static void fill(PageArena arena, int frame, int value) {
        arena.memory().asSlice(Frames.address(frame), Frames.FRAME_BYTES).fill((byte) value);
    }

    private static boolean isFilledWith(PageArena arena, int frame, int value) {
        for (int offset = 0; offset < Frames.FRAME_BYTES; offset++) {
            if (arena.memory().get(JAVA_BYTE, Frames.address(frame) + offset) != (byte) value) {
                return false;
            }
        }
        return true;
    }

    @Test
    @DisplayName("a limit that is lowered below what is in use refuses until enough was released")
    void limitIsLowered() {
        PageArena arena = arena();
        int[] frames = new int[8];
        assertTrue(arena.acquire(frames, 8));
        FrameBudget budget = arena.budget();
        long before = budget.limitPages();
        assertEquals(8, budget.usedPages());
        budget.setLimitPages(4);
        assertFalse(arena.acquire(new int[1], 1));
        assertFalse(budget.chargeTablePages(1));
        assertEquals(8, arena.stats().ownedFrames());
        arena.release(Arrays.copyOf(frames, 4), 4);
        assertFalse(arena.acquire(new int[1], 1));
        arena.release(new int[] {frames[4]}, 1);
        int[] one = new int[1];
        assertTrue(arena.acquire(one, 1));
        budget.setLimitPages(before);
        int[] more = new int[4];
        assertTrue(arena.acquire(more, 4));
        assertEquals(before, arena.stats().limitPages());
        arena.release(more, 4);
        arena.release(one, 1);
        arena.release(Arrays.copyOfRange(frames, 5, 8), 3);
        assertThrows(IllegalArgumentException.class, () -> budget.setLimitPages(-1));
        assertEquals(0, budget.usedPages());
    }

    @Test
    @DisplayName("a new arena has its frames free and cold, and uses nothing")
    void fresh() {
        PageArena arena = arena();
        assertEquals(FRAMES, arena.totalFrames());
        assertEquals(SIZE_BYTES, arena.memory().byteSize());
        assertEquals(
                new ArenaStats(FRAMES, FRAMES, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), arena.stats());
        assertFalse(arena.isOwned(0));
        assertFalse(arena.isOwned(-1));
        assertFalse(arena.isOwned(FRAMES));
    }

    @Test
    @DisplayName("cold frames read as zeros, and are distinct memory")
    void coldFramesAreZero() {
        PageArena arena = arena();
        FrameOwner owner = new FrameOwner(arena);
        int[] frames = owner.take(FRAMES);
        assertEquals(FRAMES, Arrays.stream(frames).distinct().count());
        for (int frame : frames) {
            assertTrue(arena.isOwned(frame));
            assertTrue(isFilledWith(arena, frame, 0), () -> "frame " + frame);
            fill(arena, frame, frame);
        }
        for (int frame : frames) {
            assertTrue(isFilledWith(arena, frame, frame), () -> "frame " + frame);
        }
        owner.releaseAll();
    }

    @Test
    @DisplayName("acquire takes all or nothing at the budget, and counts what it refused")
    void allOrNothing() {
        PageArena arena = arena(100, 0);
        FrameOwner owner = new FrameOwner(arena);
        owner.take(90);
        assertFalse(owner.tryTake(11));
        assertEquals(90, arena.stats().ownedFrames());
        assertEquals(11, arena.stats().refusedFrames());
        owner.take(10);
        assertFalse(owner.tryTake(1));
        assertEquals(100, arena.stats().acquiredFrames());
        owner.release(owner.owned().getFirst());
        owner.take(1);
        owner.releaseAll();
    }

    @Test
    @DisplayName("acquire takes all or nothing at the end of the range, where the budget is larger")
    void endOfRange() {
        PageArena arena = arena(2L * FRAMES, 0);
        FrameOwner owner = new FrameOwner(arena);
        owner.take(FRAMES - 5);
        assertFalse(owner.tryTake(6));
        assertEquals(FRAMES - 5, arena.stats().ownedFrames());
        assertEquals(6, arena.stats().refusedFrames());
        assertTrue(arena.check().isEmpty());
        owner.take(5);
        assertFalse(owner.tryTake(1));
        owner.releaseAll();
    }

    @Test
    @DisplayName("pages of tables and frames share one budget")
    void tablesAreCharged() {
        PageArena arena = arena(10, 0);
        FrameOwner owner = new FrameOwner(arena);
        assertTrue(arena.budget().chargeTablePages(6));
        assertFalse(arena.budget().chargeTablePages(5));
        assertFalse(owner.tryTake(5));
        owner.take(4);
        assertFalse(arena.budget().chargeTablePages(1));
        assertEquals(6, arena.stats().tablePages());
        arena.budget().dischargeTablePages(6);
        owner.take(6);
        assertEquals(0, arena.stats().tablePages());
        owner.releaseAll();
    }

    @Test
    @DisplayName("warm frames are handed out before cold ones")
    void warmFirst() {
        PageArena arena = arena();
        FrameOwner owner = new FrameOwner(arena);
        int[] frames = owner.take(300);
        int[] back = {frames[3], frames[70], frames[71], frames[299]};
        owner.release(back);
        assertEquals(4, arena.stats().warmFrames());
        int[] again = owner.take(4);
        Arrays.sort(again);
        Arrays.sort(back);
        assertEquals(Arrays.toString(back), Arrays.toString(again));
        assertEquals(0, arena.stats().warmFrames());
        owner.releaseAll();
    }

    @Test
    @DisplayName("giveBackSurplus leaves at most the bound warm, and nothing is lost")
    void warmBound() {
        PageArena arena = arena(FRAMES, 200);
        FrameOwner owner = new FrameOwner(arena);
        owner.take(1500);
        owner.releaseAll();
        assertEquals(1500, arena.stats().warmFrames());
        long given = arena.giveBackSurplus();
        ArenaStats stats = arena.stats();
        assertTrue(stats.warmFrames() <= 200, stats::toString);
        assertEquals(1500, given + stats.warmFrames());
        assertEquals(given, stats.givenBackFrames());
        assertEquals(0, arena.giveBackSurplus());
        owner.take(FRAMES);
        owner.releaseAll();
    }

    @Test
    @DisplayName("a frame that was given back reads as zeros, a warm one may hold old bytes")
    void zerosAfterGiveBack() {
        PageArena arena = arena();
        FrameOwner owner = new FrameOwner(arena);
        int[] frames = owner.take(600);
        for (int frame : frames) {
            fill(arena, frame, 0x77);
        }
        int kept = frames[100];
        for (int frame : frames) {
            if (frame != kept) {
                owner.release(frame);
            }
        }
        assertEquals(599, arena.giveBack(0));
        for (int frame : frames) {
            assertTrue(isFilledWith(arena, frame, frame == kept ? 0x77 : 0), () -> "" + frame);
        }
        owner.releaseAll();
    }

    @Test
    @DisplayName("a release clears the owner's word of the frame")
    void descriptorsAreCleared() {
        PageArena arena = arena();
        FrameOwner owner = new FrameOwner(arena);
        int[] frames = owner.take(3);
        for (int frame : frames) {
            assertEquals(0, arena.descriptors().getOpaque(frame));
            arena.descriptors().setRelease(frame, 77L + frame);
            assertEquals(77L + frame, arena.descriptors().getAcquire(frame));
        }
        owner.releaseAll();
        for (int frame : frames) {
            assertEquals(0, arena.descriptors().getAcquire(frame));
        }
    }

    @Test
    @DisplayName("a double release is refused and changes nothing")
    void doubleRelease() {
        PageArena arena = arena();
        FrameOwner owner = new FrameOwner(arena);
        int[] frames = owner.take(8);
        owner.release(frames[5]);
        ArenaStats before = arena.stats();
        int[] withFreeOne = {frames[0], frames[1], frames[5]};
        assertThrows(IllegalArgumentException.class, () -> arena.release(withFreeOne, 3));
        assertEquals(before, arena.stats());
        int[] twice = {frames[2], frames[3], frames[2]};
        assertThrows(IllegalArgumentException.class, () -> arena.release(twice, 3));
        assertEquals(before, arena.stats());
        int[] beyond = {frames[2], FRAMES};
        assertThrows(IllegalArgumentException.class, () -> arena.release(beyond, 2));
        int[] negative = {frames[2], -1};
        assertThrows(IllegalArgumentException.class, () -> arena.release(negative, 2));
        assertEquals(before, arena.stats());
        assertTrue(arena.check().isEmpty(), () -> arena.check().toString());
        owner.releaseAll();
    }

    @Test
    @DisplayName("neighbours are given back in one call, whole blocks in one call each")
    void longRuns() {
        FaultyPages counting = new FaultyPages(newSource());
        PageArena arena = engines.arena(counting, new ArenaOptions(SIZE_BYTES, FRAMES, 0));
        FrameOwner owner = new FrameOwner(arena);
        owner.take(FRAMES);
        owner.releaseAll();
        assertEquals(FRAMES, arena.giveBack(0));
        assertEquals(BLOCKS, counting.giveBackCalls());
        assertEquals(BLOCKS, arena.stats().giveBackCalls());
        assertEquals(SIZE_BYTES, counting.giveBackBytes());
    }

    @Test
    @DisplayName("cold frames between warm ones do not split a run, owned ones do")
    void runsBridgeColdFrames() {
        FaultyPages counting = new FaultyPages(newSource());
        PageArena arena = engines.arena(counting, new ArenaOptions(SIZE_BYTES, FRAMES, 0));
        FrameOwner owner = new FrameOwner(arena);
        int[] frames = owner.take(Frames.PAGEBLOCK_FRAMES);
        Arrays.sort(frames);
        owner.release(Arrays.copyOfRange(frames, 20, 30));
        assertEquals(10, arena.giveBack(0));
        assertEquals(1, counting.giveBackCalls());
        // Now 20 to 29 are cold. Warm: 18, 19, 30, 31, and apart from them, 100.
        owner.release(frames[18], frames[19], frames[30], frames[31], frames[100]);
        assertEquals(5, arena.giveBack(0));
        assertEquals(3, counting.giveBackCalls());
        assertEquals((10 + 14 + 1) * (long) Frames.FRAME_BYTES, counting.giveBackBytes());
        owner.releaseAll();
    }

    @Test
    @DisplayName("words give the same memory as the segment, in all access modes")
    void words() {
        PageArena arena = arena();
        Region table = arena.tables().reserve(1);
        assertEquals(Frames.PAGEBLOCK_BYTES, table.memory().byteSize());
        Words words = table.words();
        long last = table.memory().byteSize() / Long.BYTES - 1;
        words.setOpaque(0, 1);
        words.setRelease(last, Long.MIN_VALUE + 5);
        assertEquals(1, table.memory().get(JAVA_LONG, 0));
        assertEquals(Long.MIN_VALUE + 5, table.memory().get(JAVA_LONG, last * Long.BYTES));
        table.memory().set(JAVA_LONG, 8, -9);
        assertEquals(-9, words.getOpaque(1));
        assertEquals(-9, words.getAcquire(1));
    }
}
