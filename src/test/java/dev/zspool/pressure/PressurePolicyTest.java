package dev.zspool.pressure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// What is decided at once, and where the limits of hysteresis are. Numbers are MiB.
@DisplayName("PressurePolicy")
class PressurePolicyTest {
    private static final long MIB = PolicyDriver.MIB;

    private final PolicyDriver service = new PolicyDriver();

    static Stream<FirstTick> firstTicks() {
        return FirstTick.table(
                """
                # headroom | owned | warm | evictable | level | reason | step | release | budget
                300 | 500 |  0 | 500 | CALM     | NONE     | NONE           |  0 | 600
                180 | 500 |  0 | 500 | CALM     | NONE     | NONE           |  0 | 600
                # What others have of the budget is left to them.
                179 | 500 |  0 | 500 | CALM     | HEADROOM | NONE           |  0 | 599
                 81 | 500 |  0 | 500 | CALM     | HEADROOM | NONE           |  0 | 501
                 80 | 500 |  0 | 500 | CALM     | HEADROOM | NONE           |  0 | 500
                 50 | 500 |  0 | 500 | CALM     | HEADROOM | NONE           |  0 | 500
                # Warm frames are backed already.
                 60 | 500 |  8 | 500 | CALM     | HEADROOM | NONE           |  0 | 508
                # Below low it goes on until high.
                 49 | 500 |  0 | 500 | TIGHT    | HEADROOM | FILE_PAGES     | 31 | 469
                 49 | 500 |  8 | 500 | TIGHT    | HEADROOM | FILE_PAGES     | 31 | 477
                 49 | 500 | 40 | 500 | TIGHT    | HEADROOM | FILE_PAGES     | 31 | 500
                # There is not enough, and some stays for writers.
                 49 | 500 |  0 |  10 | TIGHT    | HEADROOM | FILE_PAGES     |  6 | 494
                 49 | 500 |  0 |   0 | TIGHT    | HEADROOM | FILE_PAGES     |  0 | 500
                # No more than 60 a tick.
                 20 | 500 |  0 | 500 | TIGHT    | HEADROOM | FILE_PAGES     | 60 | 440
                 19 | 500 |  0 | 500 | SQUEEZED | HEADROOM | DIRECT_RECLAIM | 60 | 440
                  0 | 500 |  0 |  10 | SQUEEZED | HEADROOM | DIRECT_RECLAIM | 10 | 490
                # The limit was lowered below what is used.
                -90 | 500 |  0 | 500 | SQUEEZED | HEADROOM | DIRECT_RECLAIM | 60 | 440
                # Less may be owned than is.
                300 | 640 |  0 | 500 | TIGHT    | LIMIT    | FILE_PAGES     | 40 | 600
                300 | 700 |  0 | 500 | TIGHT    | LIMIT    | FILE_PAGES     | 60 | 640
                300 | 700 | 60 | 500 | TIGHT    | LIMIT    | FILE_PAGES     | 60 | 700
                 40 | 640 |  0 | 500 | TIGHT    | HEADROOM | FILE_PAGES     | 40 | 600
                 10 | 700 |  0 |   0 | SQUEEZED | HEADROOM | DIRECT_RECLAIM |  0 | 700
                """);
    }

    @ParameterizedTest
    @MethodSource("firstTicks")
    void firstTick(FirstTick row) {
        service.headroom(row.headroom()).owned(row.owned()).evictable(row.evictable());
        service.in.warmFrameBytes = row.warm() * MIB;
        assertEquals(row, row.decided(service.tick()));
    }

    @Test
    @DisplayName("pages of files go when blobs do not give enough, and not for stalls")
    void filePages() {
        service.in.filePageBytes = 100 * MIB;
        service.headroom(49).owned(500).evictable(10).tick();
        assertEquals(6, service.out.plan.evictionBytes / MIB);
        assertEquals(25, service.out.plan.filePageBytes / MIB);
        assertEquals(31, service.out.releaseBytes / MIB);
        // They are nothing that the arena has.
        assertEquals(494, service.out.frameBudgetBytes / MIB);
        service.evictable(500).tick();
        assertEquals(0, service.out.plan.filePageBytes);
    }

    @Test
    @DisplayName("TIGHT ends when headroom has been at high for two seconds, not in between")
    void tightBand() {
        service.headroom(49).tick();
        for (int headroom : new int[] {51, 79, 60, 79}) {
            assertEquals(PressureLevel.TIGHT, service.headroom(headroom).ticks(50).level);
            assertEquals(80 - headroom, service.out.missingBytes / MIB);
        }
        assertEquals(PressureLevel.TIGHT, service.headroom(80).ticks(19).level);
        assertEquals(0, service.out.missingBytes);
        assertEquals(PressureLevel.TIGHT, service.headroom(79).ticks(1).level);
        assertEquals(PressureLevel.TIGHT, service.headroom(80).ticks(19).level);
        assertEquals(PressureLevel.CALM, service.ticks(1).level);
        assertEquals(PressureLevel.CALM, service.headroom(50).ticks(50).level);
    }

    @Test
    @DisplayName("SQUEEZED ends half way between min and low")
    void squeezedBand() {
        service.evictable(500);
        assertEquals(PressureLevel.SQUEEZED, service.headroom(19).tick().level);
        assertEquals(1, service.out.retryAfterSeconds);
        assertEquals(PressureLevel.SQUEEZED, service.headroom(34).tick().level);
        assertEquals(PressureLevel.TIGHT, service.headroom(35).tick().level);
        assertEquals(PressureLevel.TIGHT, service.headroom(20).tick().level);
        assertEquals(PressureLevel.SQUEEZED, service.headroom(19).tick().level);
    }

    @Test
    @DisplayName("the budget waits five seconds, then grows by 2 % of the limit a second")
    void growsBackSlowly() {
        service.evictable(500).headroom(20).tick();
        service.headroom(80).owned(440).tick();
        assertEquals(440, service.budgetMib());
        // What has been released now is there for others first.
        assertEquals(440, service.headroom(160).seconds(4.8).frameBudgetBytes / MIB);
        assertEquals(PressureLevel.CALM, service.out.level);
        service.seconds(0.4);
        long start = service.out.frameBudgetBytes;
        service.seconds(3);
        assertEquals(60, (service.out.frameBudgetBytes - start) / (double) MIB, 0.5);
        assertEquals(PressureReason.RECOVERY, service.headroom(300).tick().reason);
        assertEquals(600, service.seconds(6).frameBudgetBytes / MIB);
        assertEquals(PressureReason.NONE, service.out.reason);
    }

    @Test
    @DisplayName("the budget is back within 30 s, however much it has to grow")
    void growsBackInTime() {
        service.in.configuredBudgetBytes = 20_000 * MIB;
        service.in.limitBytes = 30_000 * MIB;
        service.owned(20_000).evictable(20_000).headroom(10);
        for (int mib = 20_000; mib > 0; mib -= 200) {
            service.owned(mib).tick();
        }
        service.headroom(30_000 - 100);
        assertTrue(service.seconds(25).frameBudgetBytes < 20_000 * MIB);
        assertEquals(20_000, service.seconds(5).frameBudgetBytes / MIB);
    }

    @Test
    @DisplayName("pressure that comes back makes it wait longer, until it was calm for 30 s")
    void waitsLonger() {
        int[] expected = {5, 10, 15, 15};
        for (int hold : expected) {
            service.headroom(40).tick();
            service.headroom(159);
            assertEquals(500, service.seconds(hold - 0.1).frameBudgetBytes / MIB);
            assertTrue(service.seconds(0.2).frameBudgetBytes > 500 * MIB);
            service.owned(500);
        }
        service.headroom(300).seconds(31);
        service.headroom(40).tick();
        service.headroom(159).seconds(5.1);
        assertTrue(service.out.frameBudgetBytes > 500 * MIB);
    }

    @Test
    @DisplayName(
            "after a shrink what is owned can be replaced, though a step gave less than planned")
    void replaceable() {
        service.evictable(500).headroom(20).tick();
        assertEquals(440, service.budgetMib());
        // The neighbour left instead.
        assertEquals(500, service.headroom(80).tick().frameBudgetBytes / MIB);
    }

    @Test
    @DisplayName("what others gave back is not taken at once, though it was never tight")
    void othersLeave() {
        service.in.configuredBudgetBytes = 540 * MIB;
        service.owned(400).headroom(150);
        assertEquals(470, service.seconds(60).frameBudgetBytes / MIB);
        assertEquals(PressureReason.HEADROOM, service.out.reason);
        assertEquals(470, service.headroom(230).seconds(4.9).frameBudgetBytes / MIB);
        assertEquals(PressureReason.RECOVERY, service.out.reason);
        assertEquals(480, service.seconds(0.6).frameBudgetBytes / (double) MIB, 2);
        assertEquals(540, service.seconds(24.5).frameBudgetBytes / MIB);
    }

    @Test
    @DisplayName("of plenty it takes at once: twice high is left, whatever comes back")
    void plenty() {
        service.evictable(500).headroom(20).tick();
        service.owned(440).headroom(200).seconds(2);
        long start = service.out.frameBudgetBytes;
        assertEquals(20, (service.seconds(1).frameBudgetBytes - start) / (double) MIB, 0.5);
        assertEquals(440 + 200 - 2 * 80, service.seconds(1.8).frameBudgetBytes / MIB);
        assertTrue(service.out.frameBudgetBytes <= (440 + 200 - 2 * 80) * MIB);
    }

    @Test
    @DisplayName("a neighbour that comes every 17 s leaves durable writers their room each time")
    void ratchet() {
        service.in.hasDurablePools = true;
        for (int round = 0; round < 50; round++) {
            service.owned(300).evictable(100).headroom(40).tick();
            service.owned(240).evictable(40).headroom(40).tick();
            assertTrue(service.budgetMib() >= 204, () -> "" + service.budgetMib());
            service.owned(204).evictable(4).headroom(60).seconds(4);
            assertEquals(PressureLevel.TIGHT, service.out.level);
            assertTrue(service.budgetMib() >= 204, () -> "" + service.budgetMib());
            service.headroom(300).seconds(13);
            assertTrue(service.budgetMib() >= 300, () -> "" + service.budgetMib());
        }
    }

    @ParameterizedTest
    @CsvSource({
        // What cannot be evicted, and 4 MiB that can, where headroom above low has that much.
        "60, 300, 100, 204",
        "60, 300, 0, 304",
        "52, 300, 0, 302",
        "50, 300, 0, 300",
        // Nothing that others need.
        "40, 300, 0, 300",
        "40, 300, 100, 204",
        "19, 300, 100, 200",
        // Nor more than was configured.
        "60, 600, 0, 600"
    })
    @DisplayName("durable pools keep a little to replace, and do not grow into headroom below low")
    void floor(int headroom, int owned, int evictable, int budget) {
        service.in.hasDurablePools = true;
        service.in.configuredBudgetBytes = 600 * MIB;
        service.owned(owned).evictable(evictable).headroom(headroom);
        service.tick();
        service.state.budgetBytes = 0;
        service.in.frameBudgetBytes = 0;
        service.state.tight = true;
        service.in.nowNanos += PolicyDriver.TICK_NANOS;
        PressurePolicy.decide(service.in, service.limits, service.state, service.out);
        assertEquals(budget, Math.max(service.budgetMib(), headroom < 20 ? 200 : 0));
    }

    @Test
    @DisplayName("the budget does not follow a ceiling that only trembles")
    void tremblingCeiling() {
        service.owned(400).headroom(150).tick();
        assertEquals(470, service.headroom(157).seconds(60).frameBudgetBytes / MIB);
        assertEquals(470, service.headroom(158).seconds(4.9).frameBudgetBytes / MIB);
        // It ends where what is left is not worth it any more.
        assertEquals(472, service.seconds(60).frameBudgetBytes / MIB);
        assertEquals(472, service.headroom(157).seconds(60).frameBudgetBytes / MIB);
    }

    @Test
    @DisplayName("a budget that the steps have lowered stays lowered")
    void loweredByTheSteps() {
        service.evictable(500).headroom(79).tick();
        service.headroom(40).tick();
        service.in.nowNanos += PolicyDriver.TICK_NANOS;
        service.in.frameBudgetBytes = 400 * MIB;
        PressurePolicy.decide(service.in, service.limits, service.state, service.out);
        assertEquals(400, service.budgetMib());
    }
}
