package dev.zspool.pressure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.testkit.OpSequence;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The policy in a model of a service, its neighbour and its writers: what must hold, held over
/// whole runs.
@DisplayName("PressurePolicy, simulated")
class PressureSimulationTest {
    private static final List<String> NOTHING = List.of();

    private static List<SimulatedTick> run(PressureTrace trace, SimulatedLoad load) {
        return new SimulatedMachine(trace, load, PressurePolicy::decide, 17).run();
    }

    static Stream<PressureTrace> pressing() {
        return SyntheticTraces.pressing();
    }

    static Stream<PressureTrace> stallSpikes() {
        return SyntheticTraces.stallSpikes();
    }

    static Stream<PressureTrace> lastingStalls() {
        return SyntheticTraces.lastingStalls();
    }

    static Stream<PressureTrace> recorded() {
        return Stream.of(RecordedTrace.neighbour());
    }

    @ParameterizedTest
    @MethodSource({"pressing", "lastingStalls", "recorded"})
    @DisplayName("stays below the limit by itself, follows in 10 s, heals in 30 s, does not swing")
    void holds(PressureTrace trace) {
        List<String> broken = new ArrayList<>();
        for (SimulatedLoad load : SyntheticTraces.loads()) {
            broken.addAll(PressureInvariants.broken(trace, load, run(trace, load)));
        }
        assertEquals(NOTHING, broken);
    }

    @ParameterizedTest
    @MethodSource("stallSpikes")
    @DisplayName("spikes of stalls evict nothing but what writers replace")
    void spikes(PressureTrace trace) {
        SimulatedLoad load = SimulatedLoad.durable();
        List<SimulatedTick> ticks = run(trace, load);
        assertEquals(NOTHING, PressureInvariants.broken(trace, load, ticks));
        assertEquals(NOTHING, PressureInvariants.brokenBySpikes(trace, load, ticks));
    }

    @Test
    @DisplayName("a step that always fails is tried seldom, and all heals all the same")
    void failingSteps() {
        SimulatedLoad load = SimulatedLoad.durable().withRelease(0, 0);
        List<String> broken = new ArrayList<>();
        pressing()
                .forEach(trace ->
                        broken.addAll(PressureInvariants.broken(trace, load, run(trace, load))));
        // Whoever cannot release cannot follow; all else holds.
        broken.removeIf(text -> text.startsWith(PressureInvariants.FOLLOWS));
        assertEquals(NOTHING, broken);
    }

    @Test
    @DisplayName("a neighbour of 100 MiB at 20 MiB/s: no writer is ever held up by level")
    void neighbour() {
        PressureTrace trace =
                pressing().filter(known -> known.name().equals("ramp")).findAny().orElseThrow();
        for (SimulatedTick tick : run(trace, SimulatedLoad.durable())) {
            assertTrue(tick.headroomBytes() >= tick.minBytes(), tick::toString);
            assertTrue(!tick.level().isAtLeast(PressureLevel.SQUEEZED), tick::toString);
        }
    }

    @Test
    @DisplayName("a shrink before the limit is lowered: headroom never falls below low")
    void shrinkFirst() {
        PressureTrace trace =
                PressureTrace.limit("shrunk first", at -> at < 13_000 ? 384 : 320, 60_000);
        long[] open = {0};
        SimulatedMachine.Policy policy =
                (in, limits, state, out) -> {
                    open[0] -= Math.min(open[0], in.releasedBytes - out.roomBytes);
                    if (in.nowNanos == 10_000_000_000L) {
                        open[0] = 64 * PressureTrace.MIB;
                    }
                    in.requestedReleaseBytes = open[0];
                    PressurePolicy.decide(in, limits, state, out);
                };
        SimulatedLoad load = SimulatedLoad.durable();
        List<SimulatedTick> ticks = new SimulatedMachine(trace, load, policy, 17).run();
        assertEquals(NOTHING, PressureInvariants.broken(trace, load, ticks));
        for (SimulatedTick tick : ticks) {
            assertTrue(tick.headroomBytes() >= tick.lowBytes(), tick::toString);
        }
    }

    @Test
    @DisplayName("any trace, any service")
    void randomTraces() {
        OpSequence.forEachSeed(
                "PressureSimulationTest#randomTraces",
                200,
                1,
                sequence -> {
                    long seed = sequence.split().nextLong();
                    PressureTrace trace = SyntheticTraces.random(seed);
                    SimulatedLoad load = SyntheticTraces.randomLoad(seed);
                    sequence.note(load.toString());
                    List<SimulatedTick> ticks =
                            new SimulatedMachine(trace, load, PressurePolicy::decide, seed).run();
                    assertEquals(NOTHING, PressureInvariants.broken(trace, load, ticks));
                });
    }
}
