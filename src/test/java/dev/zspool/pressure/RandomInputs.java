package dev.zspool.pressure;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.testkit.OpSequence;

/// Inputs without any sense: ends of the range, what cannot be, and what can.
final class RandomInputs {
    private static final long[] ENDS = {
        0, 1, -1, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 62, 9223372036854771712L, 4096
    };

    private final OpSequence choices;

    RandomInputs(OpSequence choices) {
        this.choices = choices;
    }

    private long any() {
        if (choices.chance(15)) {
            return ENDS[choices.below(ENDS.length)];
        }
        return (long) choices.below(1000) << 20;
    }

    void fill(PressureInputs in) {
        in.nowNanos += choices.chance(90) ? 100_000_000 : any() * 1000;
        in.limitBytes = choices.chance(70) ? 1000L << 20 : any();
        in.availableBytes = choices.chance(50) ? PressureInputs.NONE : any();
        in.workingSetBytes = any();
        in.tickNanos = choices.chance(80) ? 100_000_000 : any();
        in.someStallMicros = choices.chance(50) ? choices.below(100_000) : any();
        in.fullStallMicros = choices.chance(80) ? 0 : any();
        in.highEvents = choices.chance(80) ? 0 : any();
        in.oomEvents = choices.chance(95) ? 0 : any();
        in.ownedFrameBytes = any();
        in.warmFrameBytes = any();
        in.stuckWarmBytes = choices.chance(70) ? 0 : any();
        in.frameBudgetBytes = any();
        in.configuredBudgetBytes = choices.chance(80) ? 600L << 20 : any();
        in.compactableBytes = any();
        in.defragmentableBytes = any();
        in.evictableBytes = any();
        in.evictPolicyBytes = any();
        in.filePageBytes = any();
        in.waitingWriters = choices.chance(50) ? 0 : choices.below(Integer.MAX_VALUE);
        in.requestedReleaseBytes = choices.chance(80) ? 0 : any();
        in.releasedBytes = any();
        choices.note("working set " + in.workingSetBytes + ", owned " + in.ownedFrameBytes);
    }

    void assertBounded(PressureInputs in, PressureDecision out) {
        ShrinkPlan plan = out.plan;
        assertWithin("warm", plan.warmFrameBytes, in.warmFrameBytes);
        assertWithin("compaction", plan.compactionBytes, in.compactableBytes);
        assertWithin("defragmentation", plan.defragmentationBytes, in.defragmentableBytes);
        assertWithin("eviction", plan.evictionBytes, in.evictableBytes);
        assertWithin("caches", plan.cacheEvictionBytes, in.evictPolicyBytes);
        assertWithin("file pages", plan.filePageBytes, in.filePageBytes);
        // A tick and what writers get of it.
        assertWithin("release", out.releaseBytes, (256L + 64) << 20);
        assertWithin(
                "budget",
                out.frameBudgetBytes,
                Math.max(in.configuredBudgetBytes, in.ownedFrameBytes));
        assertWithin("retry", out.retryAfterSeconds, 30);
        assertWithin("stall", out.stallPermille, 1000);
        assertTrue(out.missingBytes >= 0);
        assertTrue(
                (out.level == PressureLevel.REFUSING) == (out.deepestStep == ShrinkStep.REFUSAL));
        if (out.level == PressureLevel.REFUSING) {
            assertTrue(out.headroomBytes < out.minBytes);
        }
    }

    private static void assertWithin(String name, long value, long most) {
        assertTrue(
                value >= 0 && value <= Math.max(0, most), () -> name + " " + value + " of " + most);
    }

    /// The service as it was before.
    static void calm(PolicyDriver driver) {
        PressureInputs in = driver.in;
        in.limitBytes = 1000L << 20;
        in.availableBytes = PressureInputs.NONE;
        in.tickNanos = PolicyDriver.TICK_NANOS;
        in.someStallMicros = 0;
        in.fullStallMicros = 0;
        in.highEvents = 0;
        in.oomEvents = 0;
        in.configuredBudgetBytes = 600L << 20;
        in.warmFrameBytes = 0;
        in.waitingWriters = 0;
        in.requestedReleaseBytes = 0;
        in.releasedBytes = 0;
        driver.owned(400).evictable(300).headroom(500);
    }
}
