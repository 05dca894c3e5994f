package dev.zspool.pressure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Stalls, events, balloons, requests and writers: what else than headroom makes it shrink.
@DisplayName("PressurePolicy, other signals")
class PressureSignalTest {
    private static final long MIB = PolicyDriver.MIB;

    private final PolicyDriver service = new PolicyDriver();

    @ParameterizedTest
    @ValueSource(longs = {100, 500, 1000, 1500})
    @DisplayName("a single spike of stalls evicts nothing")
    void spike(long millis) {
        service.evictable(500);
        service.in.compactableBytes = 100 * MIB;
        service.in.tickNanos = millis * 1_000_000;
        service.stall(1000).tick();
        service.in.tickNanos = PolicyDriver.TICK_NANOS;
        service.stall(0);
        for (int i = 0; i < 200; i++) {
            assertEquals(0, service.tick().plan.evictionBytes);
            assertFalse(service.out.deepestStep.includes(ShrinkStep.EVICTION));
        }
        assertEquals(PressureLevel.CALM, service.out.level);
        assertEquals(600, service.seconds(15).frameBudgetBytes / MIB);
    }

    @Test
    @DisplayName("a tick of stalls alone is no reason at all")
    void oneTick() {
        assertEquals(PressureLevel.CALM, service.stall(1000).tick().level);
        assertEquals(PressureReason.NONE, service.out.reason);
    }

    @Test
    @DisplayName(
            "stalls that last: compaction first, then eviction, a fifth at most, no lost growth")
    void lastingStall() {
        service.evictable(500).stall(200);
        service.in.compactableBytes = 5 * MIB;
        long evicted = 0;
        long compacted = 0;
        for (int i = 0; i < 1200; i++) {
            service.tick();
            compacted += service.out.plan.compactionBytes;
            evicted += service.out.plan.evictionBytes;
            service.in.releasedBytes = service.out.releaseBytes;
            service.in.ownedFrameBytes -= service.out.releaseBytes;
            service.in.compactableBytes -= service.out.plan.compactionBytes;
            if (i < 60) {
                assertEquals(0, evicted, "after " + i);
            }
        }
        assertEquals(PressureLevel.TIGHT, service.out.level);
        assertEquals(PressureReason.STALL, service.out.reason);
        assertEquals(0, service.out.releaseBytes);
        assertEquals(5, compacted / MIB);
        assertEquals(100, (evicted + compacted) / MIB);
        assertEquals(500, service.budgetMib());
        service.stall(0).seconds(13);
        assertEquals(PressureLevel.CALM, service.out.level);
        assertEquals(600, service.seconds(17).frameBudgetBytes / MIB);
    }

    @Test
    @DisplayName("stalls release 1 % of the limit a second, and only while they are bad enough")
    void stallRate() {
        service.in.releasedBytes = MIB;
        service.evictable(500).stall(300).seconds(10);
        assertEquals(MIB, service.tick().plan.evictionBytes);
        service.stall(50).seconds(5);
        assertEquals(PressureLevel.TIGHT, service.out.level);
        assertEquals(0, service.out.releaseBytes);
    }

    @Test
    @DisplayName("all tasks standing still counts from half of it on")
    void fullStall() {
        service.in.fullStallMicros = 4000;
        assertEquals(PressureLevel.CALM, service.seconds(30).level);
        service.in.fullStallMicros = 6000;
        assertEquals(PressureLevel.TIGHT, service.seconds(30).level);
    }

    @Test
    @DisplayName("stalls between leaving and entering keep what is")
    void stallBand() {
        assertEquals(PressureLevel.CALM, service.stall(90).seconds(60).level);
        assertEquals(PressureLevel.TIGHT, service.stall(150).seconds(10).level);
        assertEquals(PressureLevel.TIGHT, service.stall(40).seconds(60).level);
        assertEquals(PressureLevel.CALM, service.stall(10).seconds(30).level);
    }

    @Test
    @DisplayName("throttling counts below high only: with headroom it is the page cache")
    void highEvents() {
        service.evictable(500);
        service.in.highEvents = 7;
        assertEquals(PressureLevel.CALM, service.headroom(80).seconds(5).level);
        assertEquals(PressureLevel.TIGHT, service.headroom(79).tick().level);
        assertEquals(PressureReason.HIGH_EVENTS, service.out.reason);
        assertEquals(1, service.releaseMib());
        assertEquals(PressureReason.HEADROOM, service.headroom(30).tick().reason);
    }

    @Test
    @DisplayName("out of memory: release what high wants, whatever headroom says now")
    void oomEvents() {
        service.evictable(500);
        service.in.oomEvents = 1;
        assertEquals(PressureLevel.SQUEEZED, service.tick().level);
        assertEquals(PressureReason.OOM_EVENTS, service.out.reason);
        assertEquals(60, service.releaseMib());
        assertEquals(80, service.out.missingBytes / MIB);
        assertEquals(440, service.budgetMib());
        service.in.oomEvents = 0;
        assertEquals(PressureLevel.TIGHT, service.tick().level);
        assertEquals(0, service.releaseMib());
        assertEquals(PressureLevel.CALM, service.seconds(2).level);
        assertEquals(600, service.seconds(28).frameBudgetBytes / MIB);
    }

    @Test
    @DisplayName("the balloon: what it takes goes step by step, what it leaves comes at once")
    void balloon() {
        service.evictable(500).seconds(60);
        service.in.configuredBudgetBytes = 400 * MIB;
        service.in.budgetReason = PressureReason.BALLOON;
        assertEquals(440, service.tick().frameBudgetBytes / MIB);
        assertEquals(PressureReason.BALLOON, service.out.reason);
        assertEquals(400, service.owned(440).tick().frameBudgetBytes / MIB);
        assertEquals(PressureLevel.CALM, service.owned(400).tick().level);
        assertEquals(PressureReason.NONE, service.out.reason);
        assertEquals(400, service.seconds(60).frameBudgetBytes / MIB);
        service.in.configuredBudgetBytes = 600 * MIB;
        assertEquals(600, service.tick().frameBudgetBytes / MIB);
    }

    @Test
    @DisplayName("a balloon over memory that cannot be released bars growth and costs nothing")
    void stuckBalloon() {
        service.in.configuredBudgetBytes = 400 * MIB;
        assertEquals(500, service.seconds(60).frameBudgetBytes / MIB);
        assertEquals(0, service.out.releaseBytes);
        assertEquals(PressureLevel.TIGHT, service.out.level);
        assertEquals(100, service.out.missingBytes / MIB);
    }

    @Test
    @DisplayName("a request is served like pressure, and not grown into for a while")
    void requested() {
        service.evictable(500);
        service.in.requestedReleaseBytes = 100 * MIB;
        assertEquals(440, service.tick().frameBudgetBytes / MIB);
        assertEquals(PressureReason.REQUESTED, service.out.reason);
        assertEquals(60, service.releaseMib());
        service.in.requestedReleaseBytes = 40 * MIB;
        assertEquals(400, service.owned(440).tick().frameBudgetBytes / MIB);
        service.in.requestedReleaseBytes = 0;
        service.owned(400).headroom(160);
        assertEquals(400, service.seconds(4.9).frameBudgetBytes / MIB);
        assertEquals(PressureLevel.CALM, service.out.level);
        assertEquals(600, service.headroom(300).seconds(25.1).frameBudgetBytes / MIB);
    }

    @Test
    @DisplayName("writers under a full budget get room made; the budget stays")
    void writersUnderAFullBudget() {
        service.owned(600).evictable(100);
        service.in.waitingWriters = 3;
        assertEquals(3, service.tick().roomBytes / MIB);
        assertEquals(PressureLevel.CALM, service.out.level);
        assertEquals(PressureReason.WRITERS, service.out.reason);
        assertEquals(ShrinkStep.EVICTION, service.out.deepestStep);
        assertEquals(600, service.budgetMib());
        // Warm frames are no room under a budget.
        service.in.warmFrameBytes = 50 * MIB;
        assertEquals(0, service.tick().plan.warmFrameBytes);
        assertEquals(3, service.out.plan.evictionBytes / MIB);
        service.in.waitingWriters = 1_000_000_000;
        assertEquals(15, service.tick().roomBytes / MIB);
    }

    @Test
    @DisplayName("writers with room under the budget need none")
    void writersWithRoom() {
        service.evictable(100);
        service.in.waitingWriters = 3;
        assertEquals(0, service.tick().releaseBytes);
    }

    @Test
    @DisplayName("while it shrinks, writers get their part of what is left to evict")
    void writersWhileTight() {
        service.evictable(4).headroom(40).tick();
        service.in.waitingWriters = 2;
        assertEquals(2, service.tick().roomBytes / MIB);
        assertEquals(2, service.releaseMib());
        assertEquals(500, service.budgetMib());
        assertEquals(2, service.headroom(20).tick().roomBytes / MIB);
        // Below min all of it goes, and nobody gets any.
        assertEquals(0, service.headroom(10).tick().roomBytes);
        assertEquals(4, service.releaseMib());
        assertTrue(service.out.level.isAtLeast(PressureLevel.SQUEEZED));
    }
}
