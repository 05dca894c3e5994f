package dev.zspool.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.os.NativeMemory;
import dev.zspool.page.RecordingPages.Call;
import dev.zspool.page.RecordingPages.Kind;
import dev.zspool.testkit.Engines;
import dev.zspool.testkit.HeapPages;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Pageblocks that are asked to be huge pages go back to the system as a whole, or not at all.
class HugePageTest {
    private static final int BLOCK = Frames.PAGEBLOCK_FRAMES;
    private static final int BLOCKS = 4;

    @RegisterExtension final Engines engines = new Engines();

    private final RecordingPages source = new RecordingPages(new HeapPages());

    private PageArena arena(PageSource pages, boolean hugePages) {
        return engines.arena(
                pages,
                new ArenaOptions(
                        BLOCKS * Frames.PAGEBLOCK_BYTES, (long) BLOCKS * BLOCK, 0, hugePages));
    }

    /// Two whole blocks, and a part of a third.
    private static MovableToy twoWholeBlocks(PageArena arena) {
        MovableToy toy = new MovableToy(arena, "toy");
        toy.take(2 * BLOCK + 100);
        return toy;
    }

    /// Releases the first frames of a block.
    private static void release(MovableToy toy, int block, int count) {
        for (int frame = block * BLOCK; frame < block * BLOCK + count; frame++) {
            toy.release(frame);
        }
    }

    @Test
    @DisplayName("only blocks that are in use as a whole are asked for, each once")
    void wholeBlocks() {
        PageArena arena = arena(source, true);
        MovableToy toy = twoWholeBlocks(arena);
        assertEquals(2, arena.adviseHugePages());
        assertEquals(
                List.of(
                        new Call(Kind.PREFER_HUGE, 0, BLOCK),
                        new Call(Kind.PREFER_HUGE, BLOCK, BLOCK)),
                source.takeCalls());
        assertEquals(0, arena.adviseHugePages());
        toy.take(BLOCK - 100);
        assertEquals(1, arena.adviseHugePages());
        assertEquals(List.of(new Call(Kind.PREFER_HUGE, 2 * BLOCK, BLOCK)), source.takeCalls());
        assertEquals(List.of(), arena.check());
        toy.leave();
    }

    @Test
    @DisplayName("not asked for unless wanted")
    void notWanted() {
        PageArena arena = arena(source, false);
        MovableToy toy = twoWholeBlocks(arena);
        assertEquals(0, arena.adviseHugePages());
        release(toy, 0, 300);
        assertEquals(300, arena.giveBack(0));
        assertEquals(List.of(new Call(Kind.GIVE_BACK, 0, 300)), source.takeCalls());
        toy.leave();
    }

    @Test
    @DisplayName("single frames of such a block stay warm until defragmentation has emptied it")
    void defragmentedFirst() {
        PageArena arena = arena(source, true);
        MovableToy toy = twoWholeBlocks(arena);
        assertEquals(2, arena.adviseHugePages());
        assertEquals(2, source.takeCalls().size());
        release(toy, 0, 450);
        release(toy, 2, 40);
        // Of the block that is not huge, its frames go.
        assertEquals(40, arena.giveBack(0));
        assertEquals(List.of(new Call(Kind.GIVE_BACK, 2 * BLOCK, 40)), source.takeCalls());
        assertEquals(450, arena.stats().warmFrames());
        assertEquals(0, arena.giveBack(0));
        assertEquals(List.of(), source.takeCalls());
        assertEquals(List.of(), arena.check());

        // The sparse one is emptied into what is left, the huge block of 62 included.
        DefragmentationResult result = arena.defragmenter().run(Pace.FULL_SPEED);
        assertEquals(1, result.freedPageblocks());
        assertEquals(60, result.migratedPages());
        assertEquals(List.of(), arena.check());
        toy.assertIntact();
        for (Call call : source.takeCalls()) {
            assertEquals(2, call.firstFrame() / BLOCK, "of a block that is not huge");
        }
        // Now the huge one is emptied: its pages go where there is room, and it goes as a whole.
        toy.take(200);
        for (int frame : toy.frames()) {
            if (frame / BLOCK == 1 && frame % BLOCK < 350) {
                toy.release(frame);
            }
        }
        source.takeCalls();
        result = arena.defragmenter().run(Pace.FULL_SPEED);
        assertEquals(1, result.freedPageblocks());
        int freed = arena.defragmenter().ownedInBlocks()[0] == 0 ? 0 : BLOCK;
        assertEquals(
                List.of(
                        new Call(Kind.PREFER_SMALL, freed, BLOCK),
                        new Call(Kind.GIVE_BACK, freed, BLOCK)),
                source.takeCalls());
        assertTrue(!arena.ledger().isHuge(freed / BLOCK));
        toy.assertIntact();
        toy.leave();
    }

    @Test
    @DisplayName("a block that became free by itself goes as a whole, and may be huge again")
    void freeByItself() {
        PageArena arena = arena(source, true);
        MovableToy toy = twoWholeBlocks(arena);
        assertEquals(2, arena.adviseHugePages());
        release(toy, 0, BLOCK);
        source.takeCalls();
        assertEquals(BLOCK, arena.giveBack(0));
        assertEquals(
                List.of(new Call(Kind.PREFER_SMALL, 0, BLOCK), new Call(Kind.GIVE_BACK, 0, BLOCK)),
                source.takeCalls());
        toy.take(2 * BLOCK - 100);
        assertEquals(2, arena.adviseHugePages());
        assertEquals(List.of(), arena.check());
        toy.leave();
    }

    @Test
    @DisplayName("the system refuses the block: it is asked for again, and has the same use")
    void refused() {
        PageArena arena = arena(source, true);
        MovableToy toy = twoWholeBlocks(arena);
        assertEquals(2, arena.adviseHugePages());
        release(toy, 0, BLOCK);
        source.refuseGiveBacks(true);
        source.takeCalls();
        assertEquals(0, arena.giveBack(0));
        assertEquals(
                List.of(
                        new Call(Kind.PREFER_SMALL, 0, BLOCK),
                        new Call(Kind.GIVE_BACK, 0, BLOCK),
                        new Call(Kind.PREFER_HUGE, 0, BLOCK)),
                source.takeCalls());
        assertEquals(BLOCK, arena.stats().warmFrames());
        source.refuseGiveBacks(false);
        assertEquals(BLOCK, arena.giveBack(0));
        toy.take(2 * BLOCK - 100);
        assertEquals(2, arena.adviseHugePages(), "huge again");
        toy.leave();
    }

    @Test
    @DisplayName("a block of which a run is on its way back is not in use as a whole")
    void inTransit() {
        PageArena arena = arena(source, true);
        MovableToy toy = new MovableToy(arena, "toy");
        toy.take(BLOCK);
        release(toy, 0, 12);
        List<Integer> advised = new ArrayList<>();
        source.onceBefore(Kind.GIVE_BACK, () -> advised.add(arena.adviseHugePages()));
        assertEquals(12, arena.giveBack(0));
        assertEquals(List.of(0), advised);
        assertTrue(!arena.ledger().isHuge(0));
        toy.take(12);
        assertEquals(1, arena.adviseHugePages());
        toy.leave();
    }

    @Test
    @DisplayName("a block that is given back while it is asked for is not huge afterwards")
    void givenBackMeanwhile() throws InterruptedException {
        PageArena arena = arena(source, true);
        MovableToy toy = new MovableToy(arena, "toy");
        toy.take(BLOCK);
        CountDownLatch emptied = new CountDownLatch(1);
        CountDownLatch advised = new CountDownLatch(1);
        Thread giver =
                Thread.ofPlatform()
                        .unstarted(() -> {
                            source.onceBefore(
                                    Kind.GIVE_BACK,
                                    () -> {
                                        emptied.countDown();
                                        await(advised);
                                    });
                            arena.giveBack(0);
                        });
        source.onceBefore(
                Kind.PREFER_HUGE,
                () -> {
                    toy.releaseAll();
                    giver.start();
                    await(emptied);
                });
        assertEquals(1, arena.adviseHugePages());
        advised.countDown();
        giver.join();
        assertTrue(!arena.ledger().isHuge(0));
        assertEquals(
                Kind.PREFER_SMALL,
                source.takeCalls().stream()
                        .map(Call::kind)
                        .filter(kind -> kind != Kind.GIVE_BACK)
                        .reduce(Kind.GIVE_BACK, (_, last) -> last));
        assertEquals(List.of(), arena.check());
        toy.leave();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    @Test
    @DisplayName("memory of the system: resident until defragmented, then not one page of it")
    void residency() {
        PageArena arena = arena(new MappedPages(), true);
        MovableToy toy = twoWholeBlocks(arena);
        assertEquals(2, arena.adviseHugePages());
        release(toy, 0, BLOCK - 50);
        assertEquals(0, arena.giveBack(0));
        assertEquals(2 * BLOCK + 100, NativeMemory.residentPages(arena.memory()));
        toy.assertIntact();
        DefragmentationResult result = arena.defragmenter().run(Pace.FULL_SPEED);
        assertEquals(1, result.freedPageblocks());
        assertEquals(50, result.migratedPages());
        assertEquals(BLOCK, result.givenBackPages());
        toy.assertIntact();
        assertEquals(0, NativeMemory.residentPages(block(arena, 0)));
        assertEquals(BLOCK, NativeMemory.residentPages(block(arena, 1)));
        // One page of it does not bring 2 MiB back.
        toy.take(BLOCK - 150 + 1);
        assertEquals(
                toy.pages(),
                NativeMemory.residentPages(arena.memory()),
                "only what is in use is in memory");
        toy.leave();
    }

    private static MemorySegment block(PageArena arena, int block) {
        return arena.memory().asSlice(block * Frames.PAGEBLOCK_BYTES, Frames.PAGEBLOCK_BYTES);
    }
}
