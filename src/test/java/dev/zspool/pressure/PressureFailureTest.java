package dev.zspool.pressure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.testkit.OpSequence;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Releases that fail, clocks that jump, numbers that cannot be: it stays bounded, and it heals.
@DisplayName("PressurePolicy, failures")
class PressureFailureTest {
    private static final long MIB = PolicyDriver.MIB;

    private final PolicyDriver service = new PolicyDriver();

    @Test
    @DisplayName("writers are refused after three seconds without any release, below min only")
    void refuses() {
        service.evictable(100).headroom(10);
        assertEquals(PressureLevel.SQUEEZED, service.seconds(3).level);
        assertEquals(PressureLevel.REFUSING, service.tick().level);
        assertEquals(ShrinkStep.REFUSAL, service.out.deepestStep);
        assertEquals(1, service.out.retryAfterSeconds);
        assertEquals(10, service.seconds(17).retryAfterSeconds);
        assertEquals(30, service.seconds(600).retryAfterSeconds);
        assertEquals(PressureLevel.SQUEEZED, service.headroom(20).tick().level);
        assertEquals(PressureLevel.SQUEEZED, service.headroom(10).tick().level);
    }

    @Test
    @DisplayName("with nothing to release they are refused as well")
    void refusesWithNothing() {
        assertEquals(PressureLevel.REFUSING, service.headroom(10).seconds(3.2).level);
        assertEquals(PressureLevel.TIGHT, service.headroom(300).tick().level);
        assertEquals(PressureLevel.CALM, service.seconds(2).level);
    }

    @Test
    @DisplayName("no writer is refused while something is released")
    void progress() {
        service.evictable(500).headroom(10);
        for (int i = 0; i < 400; i++) {
            assertEquals(PressureLevel.SQUEEZED, service.tick().level);
            service.in.ownedFrameBytes -= MIB;
        }
        // Nor while it is told that something is released, though others take it.
        for (int i = 0; i < 400; i++) {
            service.in.releasedBytes = MIB;
            assertEquals(PressureLevel.SQUEEZED, service.tick().level);
        }
    }

    @Test
    @DisplayName("progress lets refused writers try again")
    void progressAfterRefusal() {
        service.evictable(100).headroom(10).seconds(10);
        assertEquals(PressureLevel.REFUSING, service.out.level);
        service.in.ownedFrameBytes -= MIB;
        assertEquals(PressureLevel.SQUEEZED, service.tick().level);
    }

    @ParameterizedTest
    @ValueSource(longs = {-500, 0, 10, 30, 60})
    @DisplayName("where nothing comes of it, it is tried less and less often")
    void backsOff(long headroom) {
        service.evictable(100).headroom(40).tick();
        service.headroom(headroom);
        int tries = 0;
        for (int i = 0; i < 600; i++) {
            tries += service.tick().releaseBytes > 0 ? 1 : 0;
        }
        assertTrue(tries < 40, () -> "more than 40 tries in a minute");
        tries = 0;
        for (int i = 0; i < 600; i++) {
            tries += service.tick().releaseBytes > 0 ? 1 : 0;
        }
        assertEquals(12, tries);
        // As soon as something is released it goes on.
        service.in.releasedBytes = 4 * MIB;
        assertTrue(service.tick().releaseBytes > 0);
    }

    @Test
    @DisplayName("what was tried in vain is tried anew when it gets worse")
    void worse() {
        service.evictable(100).headroom(40).seconds(60);
        while (service.tick().releaseBytes > 0) {
            assertFalse(service.out.level.isAtLeast(PressureLevel.SQUEEZED));
        }
        assertEquals(60, service.headroom(10).tick().releaseBytes / MIB);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "-1000000000, 0",
        "-9223372036854775807, 0",
        "9223372036854775807, 20",
        "3600000000000, 20",
        "1000000000, 20",
        "500000000, 10",
    })
    @DisplayName("a clock that stands, goes back or jumps: a step of growth is one second at most")
    void clock(long stepNanos, int grownMib) {
        service.evictable(500).headroom(40).tick();
        service.headroom(500).seconds(5.1);
        long before = service.out.frameBudgetBytes;
        service.in.nowNanos += stepNanos - service.in.tickNanos;
        service.tick();
        // 20 MiB a second.
        assertEquals(grownMib, (service.out.frameBudgetBytes - before) / (double) MIB, 0.1);
        assertEquals(PressureLevel.CALM, service.out.level);
    }

    @Test
    @DisplayName("a machine that was suspended under pressure goes on with it")
    void suspended() {
        service.evictable(500).headroom(10).tick();
        service.in.nowNanos += 3_600_000_000_000L;
        assertEquals(PressureLevel.SQUEEZED, service.tick().level);
        service.in.nowNanos += 3_600_000_000_000L;
        assertEquals(PressureLevel.TIGHT, service.headroom(300).tick().level);
    }

    @Test
    @DisplayName("without a limit the machine's memory counts, and without that only stalls")
    void withoutLimit() {
        service.in.limitBytes = Long.MAX_VALUE;
        service.in.workingSetBytes = 600 * MIB;
        assertEquals(PressureLevel.CALM, service.tick().level);
        assertEquals(600, service.budgetMib());
        service.in.availableBytes = 400 * MIB;
        assertEquals(PressureLevel.CALM, service.tick().level);
        service.in.availableBytes = 20 * MIB;
        assertEquals(PressureLevel.TIGHT, service.tick().level);
        assertEquals(PressureReason.HEADROOM, service.out.reason);
        service.in.availableBytes = Long.MAX_VALUE;
        assertEquals(PressureLevel.CALM, service.seconds(3).level);
        assertEquals(PressureLevel.TIGHT, service.stall(300).seconds(5).level);
    }

    @Test
    @DisplayName("a limit that is lowered below what is used, and raised again")
    void movedLimit() {
        service.evictable(500).tick();
        long used = service.in.workingSetBytes;
        service.in.limitBytes = used - 100 * MIB;
        assertEquals(PressureLevel.SQUEEZED, service.tick().level);
        assertEquals(-100, service.out.headroomBytes / MIB);
        assertTrue(service.out.frameBudgetBytes < 500 * MIB);
        service.in.limitBytes = 4000 * MIB;
        assertEquals(PressureLevel.CALM, service.seconds(2.1).level);
        assertEquals(600, service.seconds(28).frameBudgetBytes / MIB);
    }

    @Test
    @DisplayName("whatever it was told, bounds hold, and 30 s after it is as if nothing had been")
    void anything() {
        OpSequence.forEachSeed(
                "PressureFailureTest#anything",
                300,
                400,
                sequence -> {
                    PolicyDriver driver = new PolicyDriver();
                    RandomInputs random = new RandomInputs(sequence);
                    while (sequence.hasMore()) {
                        random.fill(driver.in);
                        PressurePolicy.decide(driver.in, driver.limits, driver.state, driver.out);
                        random.assertBounded(driver.in, driver.out);
                    }
                    RandomInputs.calm(driver);
                    driver.seconds(30);
                    assertEquals(PressureLevel.CALM, driver.out.level);
                    assertEquals(PressureReason.NONE, driver.out.reason);
                    assertEquals(600, driver.budgetMib());
                    assertEquals(0, driver.out.releaseBytes);
                });
    }
}
