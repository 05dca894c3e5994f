package dev.zspool.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.testkit.BreaksInvariant;
import dev.zspool.testkit.Engines;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Breaks what the arena's checker looks at, one thing at a time, and sees it say so; the check of
/// an arena in use says the same.
class PageArenaCorruptionTest {
    @RegisterExtension final Engines engines = new Engines();

    private void expect(
            String invariant, Consumer<PageArena> corrupt, Consumer<PageArena> restore) {
        PageArena arena = engines.heapArena(4 * Frames.PAGEBLOCK_BYTES);
        FrameOwner owner = new FrameOwner(arena);
        owner.release(owner.take(20)[3]);
        corrupt.accept(arena);
        List<String> violations = arena.check();
        assertEquals(1, violations.size(), violations::toString);
        assertTrue(violations.getFirst().startsWith(invariant + " "), violations::toString);
        assertEquals(violations, ArenaCheck.run(arena, Pace.FULL_SPEED).violations());
        restore.accept(arena);
        assertEquals(List.of(), arena.check());
        owner.releaseAll();
    }

    @Test
    @BreaksInvariant("I-10")
    @DisplayName("I-10: a warm frame that is not free")
    void warmFrameNotFree() {
        // Frame 3 is warm; frame 4 becomes free, so that the number of owned ones stays right.
        expect(
                "I-10",
                arena -> {
                    arena.ledger().corrupt(map -> map.bits().flipFree(3), 0);
                    arena.ledger().corrupt(map -> map.bits().flipFree(4), 0);
                },
                arena -> {
                    arena.ledger().corrupt(map -> map.bits().flipFree(4), 0);
                    arena.ledger().corrupt(map -> map.bits().flipFree(3), 0);
                });
    }

    @Test
    @BreaksInvariant("I-10")
    @DisplayName("I-10: the count of warm frames")
    void warmCount() {
        expect(
                "I-10",
                arena -> arena.ledger().corrupt(map -> map.bits().corruptWarmFrames(1), 0),
                arena -> arena.ledger().corrupt(map -> map.bits().corruptWarmFrames(-1), 0));
    }

    @Test
    @BreaksInvariant("I-11")
    @DisplayName("I-11: the count of owned frames")
    void ownedCount() {
        expect(
                "I-11",
                arena -> arena.ledger().corrupt(map -> {}, 1),
                arena -> arena.ledger().corrupt(map -> {}, -1));
    }

    @Test
    @BreaksInvariant("I-18")
    @DisplayName("I-18: the count of an owner")
    void ownerCount() {
        PageArena arena = engines.heapArena(4 * Frames.PAGEBLOCK_BYTES);
        PageOwner owner = arena.register("test", UnmovablePages.INSTANCE);
        int[] frames = new int[5];
        assertTrue(arena.acquire(frames, 5, owner));
        owner.addOwned(1);
        List<String> violations = arena.check();
        assertEquals(1, violations.size(), violations::toString);
        assertTrue(violations.getFirst().startsWith("I-18 "), violations::toString);
        assertEquals(violations, ArenaCheck.run(arena, Pace.FULL_SPEED).violations());
        owner.addOwned(-1);
        arena.release(frames, 5);
        arena.unregister(owner);
    }

    @Test
    @DisplayName("I-10 and I-11: a free frame that is taken for an owned one breaks both")
    void freeBit() {
        PageArena arena = engines.heapArena(4 * Frames.PAGEBLOCK_BYTES);
        arena.ledger().corrupt(map -> map.bits().flipFree(1000), 0);
        List<String> violations = arena.check();
        assertEquals(2, violations.size(), violations::toString);
        assertTrue(violations.get(0).startsWith("I-10 pageblock 1:"), violations::toString);
        assertTrue(violations.get(1).startsWith("I-11 owned frames: 1 "), violations::toString);
        arena.ledger().corrupt(map -> map.bits().flipFree(1000), 0);
    }
}
