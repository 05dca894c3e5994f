package dev.zspool.pressure;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Which step gives how much.
@DisplayName("ShrinkPlan")
class ShrinkPlanTest {
    private static PressureInputs amounts(
            long warm, long compactable, long defragmentable, long evictable, long caches) {
        PressureInputs in = new PressureInputs();
        in.warmFrameBytes = warm;
        in.compactableBytes = compactable;
        in.defragmentableBytes = defragmentable;
        in.evictableBytes = evictable;
        in.evictPolicyBytes = caches;
        in.filePageBytes = 60;
        return in;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // wished | deepest | warm, compaction, defragmentation, eviction, caches, file
                // pages
                "   0 | EVICTION        | 0, 0, 0, 0, 0, 0",
                "  -5 | EVICTION        | 0, 0, 0, 0, 0, 0",
                "   7 | EVICTION        | 7, 0, 0, 0, 0, 0",
                "  10 | EVICTION        | 10, 0, 0, 0, 0, 0",
                "  11 | EVICTION        | 10, 1, 0, 0, 0, 0",
                "  55 | EVICTION        | 10, 20, 25, 0, 0, 0",
                "  95 | EVICTION        | 10, 20, 30, 35, 0, 0",
                " 101 | REFUSAL         | 10, 20, 30, 40, 1, 0",
                " 150 | DIRECT_RECLAIM  | 10, 20, 30, 40, 50, 0",
                " 999 | EVICTION        | 10, 20, 30, 40, 50, 0",
                " 999 | DEFRAGMENTATION | 10, 20, 30, 0, 0, 0",
                " 999 | COMPACTION      | 10, 20, 0, 0, 0, 0",
                " 999 | WARM_FRAMES     | 10, 0, 0, 0, 0, 0",
                " 999 | NONE            | 0, 0, 0, 0, 0, 0",
                " 170 | FILE_PAGES      | 10, 20, 30, 40, 50, 20",
                " 180 | REFUSAL         | 10, 20, 30, 40, 50, 30",
                " 999 | FILE_PAGES      | 10, 20, 30, 40, 50, 60",
                "9223372036854775807 | EVICTION | 10, 20, 30, 40, 50, 0",
            })
    void steps(long wished, ShrinkStep deepest, String expected) {
        ShrinkPlan plan = new ShrinkPlan();
        PressureInputs in = amounts(10, 20, 30, 40, 50);
        long reached = plan.add(wished, in, ShrinkStep.WARM_FRAMES, deepest);
        assertEquals(expected, text(plan));
        assertEquals(plan.totalBytes(), reached);
    }

    private static String text(ShrinkPlan plan) {
        return plan.warmFrameBytes
                + ", "
                + plan.compactionBytes
                + ", "
                + plan.defragmentationBytes
                + ", "
                + plan.evictionBytes
                + ", "
                + plan.cacheEvictionBytes
                + ", "
                + plan.filePageBytes;
    }

    @Test
    @DisplayName("a second wish takes what the first one left")
    void twoWishes() {
        ShrinkPlan plan = new ShrinkPlan();
        PressureInputs in = amounts(10, 20, 30, 40, 50);
        assertEquals(25, plan.add(25, in, ShrinkStep.WARM_FRAMES, ShrinkStep.EVICTION));
        assertEquals(50, plan.add(50, in, ShrinkStep.COMPACTION, ShrinkStep.EVICTION));
        assertEquals("10, 20, 30, 15, 0, 0", text(plan));
        assertEquals(35, plan.fromOwnedBytes());
        assertEquals(75, plan.totalBytes());
        assertEquals(75, plan.add(100, in, ShrinkStep.EVICTION, ShrinkStep.EVICTION));
        plan.clear();
        assertEquals(0, plan.totalBytes());
    }

    @Test
    @DisplayName("amounts that cannot be, or cannot be added")
    void extremes() {
        ShrinkPlan plan = new ShrinkPlan();
        long all = Long.MAX_VALUE;
        PressureInputs in = amounts(-1, all, -all, all, all);
        in.filePageBytes = all;
        plan.add(all, in, ShrinkStep.WARM_FRAMES, ShrinkStep.REFUSAL);
        assertEquals("0, " + all + ", 0, 0, 0, 0", text(plan));
        plan.add(all, in, ShrinkStep.EVICTION, ShrinkStep.EVICTION);
        assertEquals(all, plan.totalBytes());
    }

    @Test
    @DisplayName("the dry run says what would be missing")
    void preview() {
        PressureInputs in = amounts(10, 20, 30, 40, 50);
        assertEquals(new ShrinkPreview(10, 20, 30, 5, 0, 0, 0), ShrinkPlan.preview(65, in));
        assertEquals(new ShrinkPreview(10, 20, 30, 40, 50, 60, 790), ShrinkPlan.preview(1000, in));
        assertEquals(new ShrinkPreview(0, 0, 0, 0, 0, 0, 0), ShrinkPlan.preview(-1, in));
    }
}
