package dev.zspool.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.testkit.Engines;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The check of an arena in use: its slices, its end, and what it does not claim.
class ArenaCheckTest {
    private static final int BLOCKS = 3 * ArenaCheck.SLICE_BLOCKS + 1;

    @RegisterExtension final Engines engines = new Engines();

    private final PageArena arena = engines.heapArena(BLOCKS * Frames.PAGEBLOCK_BYTES);

    @Test
    @DisplayName("a quiet arena is recounted twice, in slices, and nothing is left unverified")
    void slices() {
        AtomicInteger breaths = new AtomicInteger();
        ArenaCheckResult result =
                ArenaCheck.run(arena, (done, goal) -> breaths.incrementAndGet() > 0);
        assertEquals(new ArenaCheckResult(List.of(), List.of(), BLOCKS, false), result);
        assertEquals(2 * 4, breaths.get());
    }

    @Test
    @DisplayName("whose the frames are is not compared while frames change hands in every slice")
    void framesChangeHands() {
        FrameOwner owner = new FrameOwner(arena);
        ArenaCheckResult result =
                ArenaCheck.run(
                        arena,
                        (done, goal) -> {
                            owner.release(owner.take(1)[0]);
                            return true;
                        });
        assertEquals(List.of(), result.violations());
        assertEquals(List.of("I-18 arena: frames changed hands all the time"), result.unverified());
        assertFalse(result.cancelled());
    }

    @Test
    @DisplayName("it ends where its pace says so")
    void cancelled() {
        for (int last = 1; last <= 8; last++) {
            AtomicInteger left = new AtomicInteger(last);
            ArenaCheckResult result =
                    ArenaCheck.run(arena, (done, goal) -> left.decrementAndGet() > 0);
            assertTrue(result.cancelled(), "breath " + last);
            assertEquals(0, left.get());
            assertEquals(List.of(), result.violations());
        }
    }
}
