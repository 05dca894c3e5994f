package dev.zspool.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.page.DefragmentationResult.Outcome;
import dev.zspool.testkit.Engines;
import dev.zspool.testkit.HeapPages;
import dev.zspool.testkit.OpSequence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Makes pageblocks free of the pages of owners that it knows nothing of.
class DefragmenterTest {
    private static final int BLOCK = Frames.PAGEBLOCK_FRAMES;

    @RegisterExtension final Engines engines = new Engines();

    private RecordingPages source = new RecordingPages(new HeapPages());

    private PageArena arena(int blocks) {
        source = new RecordingPages(new HeapPages());
        return engines.arena(
                source,
                new ArenaOptions(blocks * Frames.PAGEBLOCK_BYTES, (long) blocks * BLOCK, 0));
    }

    /// Gives a toy so many frames in each block of an arena that is empty.
    private static void layOut(PageArena arena, MovableToy toy, int... owned) {
        toy.take(owned.length * BLOCK);
        for (int frame : toy.frames()) {
            if (frame % BLOCK >= owned[Frames.blockOf(frame)]) {
                toy.release(frame);
            }
        }
        assertEquals(owned.length * BLOCK, arena.totalFrames());
    }

    private static int[] owned(PageArena arena) {
        short[] counts = arena.defragmenter().ownedInBlocks();
        return IntStream.range(0, counts.length).map(block -> counts[block]).toArray();
    }

    private static long usedBlocks(PageArena arena) {
        return Arrays.stream(owned(arena)).filter(count -> count > 0).count();
    }

    private static DefragmentationResult run(PageArena arena) {
        DefragmentationResult result = arena.defragmenter().run(Pace.FULL_SPEED);
        assertEquals(Outcome.DONE, result.outcome());
        assertEquals(List.of(), arena.check());
        return result;
    }

    /// Blocks in the order in which their pages were asked for, each change once.
    private static List<Integer> blocksAsked(List<Integer> frames) {
        List<Integer> blocks = new ArrayList<>();
        for (int frame : frames) {
            if (blocks.isEmpty() || blocks.getLast() != Frames.blockOf(frame)) {
                blocks.add(Frames.blockOf(frame));
            }
        }
        return blocks;
    }

    @Test
    @DisplayName("random layouts of two owners: the fewest blocks, by the fewest moves, all intact")
    void randomLayouts() {
        OpSequence.forEachSeed("DefragmenterTest#randomLayouts", 40, 1, this::randomLayout);
    }

    private void randomLayout(OpSequence sequence) {
        PageArena arena = arena(8);
        MovableToy first = new MovableToy(arena, "first");
        MovableToy second = new MovableToy(arena, "second");
        for (int part = 0; part < 32; part++) {
            (sequence.chance(50) ? first : second).take(BLOCK / 4);
        }
        for (int block = 0; block < 8; block++) {
            int percent = sequence.below(3) == 0 ? sequence.below(20) : sequence.below(101);
            for (MovableToy toy : List.of(first, second)) {
                for (int frame : toy.frames()) {
                    if (Frames.blockOf(frame) == block && !sequence.chance(percent)) {
                        toy.release(frame);
                    }
                }
            }
        }
        int[] before = owned(arena);
        long used = usedBlocks(arena);
        int pages = first.pages() + second.pages();
        long needed = Math.ceilDiv(pages, BLOCK);
        long fewestMoves = Arrays.stream(before).sorted().limit(8 - needed).sum();

        assertEquals(used - needed, arena.stats().sparePageblocks());
        DefragmentationResult result = run(arena);
        assertEquals(needed, usedBlocks(arena));
        assertEquals(needed, arena.stats().backedPageblocks());
        assertEquals(0, arena.stats().sparePageblocks());
        assertEquals(used - needed, result.freedPageblocks());
        assertEquals(fewestMoves, result.migratedPages());
        assertEquals(0, result.failedPages());
        assertEquals(pages, first.pages() + second.pages());
        assertEquals(first.pages(), first.owner().ownedFrames());
        assertEquals(second.pages(), second.owner().ownedFrames());
        first.assertIntact();
        second.assertIntact();
        assertEquals(new DefragmentationResult(Outcome.DONE, 0, 0, 0, 0), run(arena));
        first.leave();
        second.leave();
        engines.close();
    }

    @Test
    @DisplayName("a block with a page that nobody can move is left alone, and takes others in")
    void unmovable() {
        PageArena arena = arena(5);
        int[] pinned = new int[1];
        assertTrue(arena.acquire(pinned, 1));
        MovableToy toy = new MovableToy(arena, "toy");
        toy.take(5 * BLOCK - 1);
        int[] keep = {20, 100, 120, 200, 30};
        for (int frame : toy.frames()) {
            if (frame % BLOCK >= keep[Frames.blockOf(frame)]) {
                toy.release(frame);
            }
        }
        DefragmentationResult result = run(arena);
        // The last one is emptied into the one that cannot be.
        assertEquals(List.of(4, 1, 2, 3), blocksAsked(toy.asked()));
        assertEquals(4, result.freedPageblocks());
        assertEquals(0, result.failedPages());
        assertEquals(0, Frames.blockOf(pinned[0]));
        assertEquals(470, owned(arena)[0]);
        assertEquals(1, usedBlocks(arena));
        toy.leave();
        arena.release(pinned, 1);
    }

    @Test
    @DisplayName("only such blocks: nothing is asked, nothing is moved")
    void onlyUnmovable() {
        PageArena arena = arena(3);
        FrameOwner owner = new FrameOwner(arena);
        for (int frame : owner.take(3 * BLOCK)) {
            if (frame % BLOCK >= 10) {
                owner.release(frame);
            }
        }
        assertEquals(
                3 * BLOCK - 30,
                arena.stats().warmFrames(),
                "the stock is no matter of defragmentation where blocks are in use");
        assertEquals(new DefragmentationResult(Outcome.DONE, 0, 0, 0, 0), run(arena));
        owner.releaseAll();
    }

    @Test
    @DisplayName("a page that stays busy: its block is given up after a few tries, others go on")
    void persistentlyBusy() {
        for (boolean atIsolation : new boolean[] {true, false}) {
            PageArena arena = arena(4);
            MovableToy toy = new MovableToy(arena, "toy");
            layOut(arena, toy, 50, 60, 70, 300);
            if (atIsolation) {
                toy.answerIsolate(7, MoveOutcome.BUSY);
            } else {
                toy.answerMigrate(7, MoveOutcome.BUSY);
            }
            DefragmentationResult result = run(arena);
            assertEquals(List.of(0, 1, 2, 3), blocksAsked(toy.asked()).subList(0, 4));
            assertEquals(4, new HashSet<>(blocksAsked(toy.asked())).size());
            assertEquals(4, blocksAsked(toy.asked()).size(), "no block is tried twice");
            long tries = toy.asked().stream().filter(frame -> frame == 7).count();
            assertTrue(tries > 1 && tries <= 3, "tries " + tries);
            assertEquals(tries, result.failedPages());
            assertEquals(3, result.freedPageblocks());
            // All pages are in the only block that could not be made free.
            assertEquals(480, owned(arena)[0]);
            toy.assertIntact();
            toy.leave();
        }
    }

    @Test
    @DisplayName("a page that is busy once is moved by the next try")
    void busyOnce() {
        PageArena arena = arena(2);
        MovableToy toy = new MovableToy(arena, "toy");
        layOut(arena, toy, 50, 60);
        toy.answerIsolate(7, MoveOutcome.BUSY);
        AtomicInteger questions = new AtomicInteger();
        DefragmentationResult result =
                arena.defragmenter()
                        .run((done, goal) -> {
                            questions.incrementAndGet();
                            toy.answerTruly();
                            return true;
                        });
        assertEquals(new DefragmentationResult(Outcome.DONE, 1, 50, 1, BLOCK), result);
        assertEquals(1, questions.get(), "after 32 pages");
        toy.leave();
    }

    @Test
    @DisplayName("EMPTY and GONE are no failures: what stays is given up, what goes is gone")
    void emptyAndGone() {
        PageArena arena = arena(3);
        MovableToy toy = new MovableToy(arena, "toy");
        layOut(arena, toy, 40, 50, 60);
        toy.answerIsolate(3, MoveOutcome.GONE);
        toy.answerMigrate(BLOCK + 4, MoveOutcome.EMPTY);
        DefragmentationResult result = run(arena);
        assertEquals(0, result.failedPages());
        assertEquals(2, result.freedPageblocks());
        assertEquals(149, toy.pages(), "the one without content went");
        assertEquals(149, owned(arena)[0]);
        toy.answerTruly();
        toy.answerIsolate(3, MoveOutcome.EMPTY);
        assertEquals(0, run(arena).failedPages());
        toy.leave();
    }

    @Test
    @DisplayName("cancelled at any slice: what was moved stays moved, nothing is kept back")
    void cancel() {
        for (int slices = 0; slices < 20; slices++) {
            PageArena arena = arena(4);
            MovableToy toy = new MovableToy(arena, "toy");
            layOut(arena, toy, 100, 90, 80, 300);
            int most = slices;
            AtomicInteger asked = new AtomicInteger();
            DefragmentationResult result =
                    arena.defragmenter()
                            .run((done, goal) -> {
                                assertEquals(2, goal);
                                assertTrue(done <= 2);
                                return asked.getAndIncrement() < most;
                            });
            // 170 pages are moved, so there are 5 questions.
            boolean cancelled = slices < 5;
            assertEquals(cancelled ? Outcome.CANCELLED : Outcome.DONE, result.outcome());
            assertEquals(cancelled ? 32 * (slices + 1) : 170, result.migratedPages());
            assertEquals(List.of(), arena.check());
            toy.assertIntact();
            toy.take(4 * BLOCK - 570);
            toy.assertIntact();
            toy.leave();
        }
    }

    @Test
    @DisplayName("a second caller is told so at once, and the one that runs is not disturbed")
    void secondCaller() {
        PageArena arena = arena(2);
        MovableToy toy = new MovableToy(arena, "toy");
        layOut(arena, toy, 100, 100);
        List<DefragmentationResult> second = new ArrayList<>();
        toy.onceBeforeMigration(() -> {
            assertTrue(arena.defragmenter().isRunning());
            second.add(arena.defragmenter().run(Pace.FULL_SPEED));
        });
        assertEquals(1, run(arena).freedPageblocks());
        assertEquals(List.of(new DefragmentationResult(Outcome.BUSY, 0, 0, 0, 0)), second);
        assertTrue(!arena.defragmenter().isRunning());
        toy.leave();
    }

    @Test
    @DisplayName("a pace that throws ends the pass, and nothing is kept back")
    void paceThrows() {
        PageArena arena = arena(2);
        MovableToy toy = new MovableToy(arena, "toy");
        layOut(arena, toy, 100, 100);
        try {
            arena.defragmenter()
                    .run((done, goal) -> {
                        throw new IllegalStateException("test");
                    });
        } catch (IllegalStateException expected) {
            assertEquals("test", expected.getMessage());
        }
        assertTrue(!arena.defragmenter().isRunning());
        toy.take(2 * BLOCK - 200);
        toy.assertIntact();
        toy.leave();
    }

    @Test
    @DisplayName("whoever needs the frames of the block that is being emptied gets them")
    void allocationEndsDraining() {
        for (int wanted : new int[] {1, 411, 412, 500, 823}) {
            PageArena arena = arena(2);
            MovableToy toy = new MovableToy(arena, "toy");
            layOut(arena, toy, 100, 100);
            FrameOwner other = new FrameOwner(arena);
            List<Integer> got = new ArrayList<>();
            // The frame that the page moves to is taken already.
            toy.onceBeforeMigration(() -> Arrays.stream(other.take(wanted)).forEach(got::add));
            DefragmentationResult result = run(arena);
            boolean needed = wanted > 411;
            assertEquals(wanted == 1 ? 100 : 1, result.migratedPages());
            assertEquals(wanted == 1 ? 1 : 0, result.freedPageblocks(), "wanted " + wanted);
            boolean isKeptOut = got.stream().allMatch(frame -> Frames.blockOf(frame) == 0);
            assertEquals(!needed, isKeptOut, "not a frame of the draining block without need");
            toy.assertIntact();
            other.releaseAll();
            toy.leave();
        }
    }

    @Test
    @DisplayName("an arena at its budget can be defragmented; nobody else gets a frame meanwhile")
    void atTheBudget() {
        PageArena arena = arena(4);
        MovableToy toy = new MovableToy(arena, "toy");
        layOut(arena, toy, 100, 90, 80, 300);
        long left = arena.stats().limitPages() - 570;
        assertTrue(arena.budget().chargeTablePages(left));
        int[] one = new int[1];
        toy.onceBeforeMigration(() -> assertTrue(!arena.acquire(one, 1), "beyond the budget"));
        run(arena);
        assertEquals(2, usedBlocks(arena));
        assertTrue(!arena.acquire(one, 1));
        arena.budget().dischargeTablePages(left);
        toy.leave();
    }

    @Test
    @DisplayName("the second frame of a page that moves takes nobody's share of the budget")
    void besideTheBudget() {
        PageArena arena = arena(4);
        MovableToy toy = new MovableToy(arena, "toy");
        FrameOwner other = new FrameOwner(arena);
        layOut(arena, toy, 100, 90, 80, 300);
        long left = arena.stats().limitPages() - 570 - 1;
        assertTrue(arena.budget().chargeTablePages(left));
        int[] one = new int[1];
        toy.onceBeforeMigration(() -> {
            assertEquals(1, other.take(1).length, "the last page of the budget");
            assertTrue(!arena.acquire(one, 1), "beyond the budget");
        });
        run(arena);
        assertEquals(2, usedBlocks(arena));
        assertTrue(!arena.acquire(one, 1));
        other.releaseAll();
        assertTrue(arena.acquire(one, 1));
        arena.release(one, 1);
        arena.budget().dischargeTablePages(left);
        toy.leave();
    }

    @Test
    @DisplayName("the system refuses: the frames stay warm, and the next pass gives them back")
    void giveBackRefused() {
        PageArena arena = arena(3);
        MovableToy toy = new MovableToy(arena, "toy");
        layOut(arena, toy, 40, 50, 60);
        source.refuseGiveBacks(true);
        DefragmentationResult result = run(arena);
        assertEquals(new DefragmentationResult(Outcome.DONE, 0, 90, 0, 0), result);
        assertEquals(1, usedBlocks(arena));
        assertEquals(3, arena.stats().backedPageblocks());
        assertEquals(3 * BLOCK - 150, arena.stats().warmFrames());
        assertEquals(0, arena.stats().inTransitFrames());
        assertTrue(arena.stats().giveBackFailures() >= 2);
        toy.assertIntact();
        source.refuseGiveBacks(false);
        result = run(arena);
        assertEquals(2 * BLOCK, result.givenBackPages());
        assertEquals(1, arena.stats().backedPageblocks());
        toy.leave();
    }

    @Test
    @DisplayName("a block that becomes free is given back by one call")
    void oneCall() {
        PageArena arena = arena(3);
        MovableToy toy = new MovableToy(arena, "toy");
        layOut(arena, toy, 40, 50, 60);
        run(arena);
        assertEquals(
                List.of(
                        new RecordingPages.Call(RecordingPages.Kind.GIVE_BACK, 0, BLOCK),
                        new RecordingPages.Call(RecordingPages.Kind.GIVE_BACK, BLOCK, BLOCK)),
                source.takeCalls());
        assertEquals(Set.of(2), new HashSet<>(blocksOf(toy)));
        toy.leave();
    }

    private static List<Integer> blocksOf(MovableToy toy) {
        return toy.frames().stream().map(frame -> Frames.blockOf(frame)).toList();
    }

    @Test
    @DisplayName("a pace that throws when the block is just empty leaves nothing on its way")
    void paceThrowsAtEmptyBlock() {
        PageArena arena = arena(2);
        MovableToy toy = new MovableToy(arena, "toy");
        layOut(arena, toy, Defragmenter.SLICE_PAGES, 400);
        assertThrows(
                IllegalStateException.class,
                () ->
                        arena.defragmenter()
                                .run((done, goal) -> {
                                    throw new IllegalStateException("listener");
                                }));
        assertEquals(0, arena.stats().inTransitFrames());
        assertEquals(List.of(), arena.check());
        // Would wait for ever for a run that nobody settles.
        toy.take(2 * BLOCK - 432);
        toy.leave();
    }

    @Test
    @DisplayName("an owner that throws instead of moving keeps no target and no isolation")
    void ownerThrows() {
        PageArena arena = arena(2);
        MovableToy toy = new MovableToy(arena, "toy");
        layOut(arena, toy, 10, 400);
        toy.onceBeforeMigration(() -> {
            throw new IllegalStateException("owner");
        });
        Defragmenter defragmenter = arena.defragmenter();
        assertThrows(IllegalStateException.class, () -> defragmenter.run(Pace.FULL_SPEED));
        toy.assertIntact();
        assertEquals(410, toy.owner().ownedFrames());
        assertEquals(1, run(arena).freedPageblocks());
        toy.leave();
    }
}
