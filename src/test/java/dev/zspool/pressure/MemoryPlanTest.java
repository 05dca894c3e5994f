package dev.zspool.pressure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// How the memory is shared out.
class MemoryPlanTest {
    private static final long MIB = 1L << 20;
    private static final MemoryPlan.Others OTHERS =
            new MemoryPlan.Others(96 * MIB, 64 * MIB, 14 * MIB, 24 * MIB, 4 * MIB, 24 * MIB);

    @ParameterizedTest
    @CsvSource({
        // A limit that leaves nothing still leaves a little: the policy sees how it gets on.
        "128, 16",
        "256, 16",
        // 384 less 226, less a reserve of 8 %.
        "384, 127",
        "512, 245",
        "1024, 716",
        "16384, 15134",
    })
    @DisplayName("what is left of a limit is for blobs")
    void limited(long limitMib, long arenaMib) {
        MemoryPlan plan = MemoryPlan.of(limitMib * MIB, 64L << 30, OTHERS);
        assertTrue(plan.isLimited());
        assertEquals(limitMib * MIB, plan.basisBytes());
        assertEquals(arenaMib, plan.arenaBytes() / MIB);
        long parts = plan.parts().stream().mapToLong(MemoryPlan.Part::bytes).sum();
        assertTrue(
                plan.arenaBytes() == 16 * MIB || plan.arenaBytes() + parts <= plan.basisBytes(),
                plan::toString);
    }

    @Test
    @DisplayName("without a limit, or with one above it, half of the machine is shared out")
    void unlimited() {
        MemoryPlan plan = MemoryPlan.of(PressureView.UNLIMITED, 8L << 30, OTHERS);
        assertFalse(plan.isLimited());
        assertEquals(4L << 30, plan.basisBytes());
        assertEquals(plan, MemoryPlan.of(16L << 30, 8L << 30, OTHERS));
    }

    @Test
    @DisplayName("what somebody has said about the arena holds")
    void wanted() {
        MemoryPlan plan = MemoryPlan.of(512 * MIB, 64L << 30, OTHERS).withArena(64 * MIB);
        assertEquals(64 * MIB, plan.arenaBytes());
        assertEquals(7, plan.parts().size());
    }
}
