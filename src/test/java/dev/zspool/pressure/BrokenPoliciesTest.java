package dev.zspool.pressure;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Each invariant of the simulation is broken by a policy that deserves it.
@DisplayName("PressureInvariants")
class BrokenPoliciesTest {
    private static void assertBroken(
            String what, String traceName, SimulatedLoad load, SimulatedMachine.Policy policy) {
        PressureTrace trace =
                SyntheticTraces.pressing()
                        .filter(known -> known.name().equals(traceName))
                        .findAny()
                        .orElseThrow();
        List<String> broken =
                PressureInvariants.broken(
                        trace, load, new SimulatedMachine(trace, load, policy, 17).run());
        assertTrue(
                broken.stream().anyMatch(text -> text.startsWith(what)),
                () -> what + " was not seen, but " + broken);
    }

    private static void decideNothing(
            PressureInputs in, PressureState state, PressureDecision out) {
        state.started = true;
        out.plan.clear();
        out.releaseBytes = 0;
        out.level = PressureLevel.CALM;
        out.frameBudgetBytes = in.configuredBudgetBytes;
    }

    /// One watermark, no memory: shrink below it, grow above it.
    private static void withoutHysteresis(
            PressureInputs in, PressureLimits limits, PressureState state, PressureDecision out) {
        decideNothing(in, state, out);
        long headroom = in.limitBytes - in.workingSetBytes;
        if (headroom < limits.high().of(in.limitBytes)) {
            out.level = PressureLevel.TIGHT;
            out.plan.add(64L << 20, in, ShrinkStep.WARM_FRAMES, ShrinkStep.EVICTION);
            out.releaseBytes = out.plan.totalBytes();
            out.frameBudgetBytes = in.ownedFrameBytes - out.plan.fromOwnedBytes();
        }
    }

    @Test
    @DisplayName("without hysteresis the budget oscillates under a load that is always the same")
    void oscillates() {
        assertBroken(
                PressureInvariants.OSCILLATES,
                "step",
                SimulatedLoad.durable(),
                BrokenPoliciesTest::withoutHysteresis);
    }

    @Test
    @DisplayName("a level that follows every sample flaps")
    void flaps() {
        SimulatedMachine.Policy policy =
                (in, limits, state, out) -> {
                    PressurePolicy.decide(in, limits, state, out);
                    out.level =
                            out.headroomBytes < 32L << 20
                                    ? PressureLevel.TIGHT
                                    : PressureLevel.CALM;
                };
        assertBroken(PressureInvariants.FLAPS, "step", SimulatedLoad.durable(), policy);
    }

    @Test
    @DisplayName("who sleeps does not follow, and grows above the limit")
    void sleeps() {
        SimulatedMachine.Policy policy = (in, _, state, out) -> decideNothing(in, state, out);
        assertBroken(PressureInvariants.FOLLOWS, "step", SimulatedLoad.durable(), policy);
        assertBroken(PressureInvariants.GROWTH, "thrash", SimulatedLoad.empty(), policy);
    }

    @Test
    @DisplayName("a budget that only falls does not heal")
    void doesNotHeal() {
        SimulatedMachine.Policy policy =
                (in, limits, state, out) -> {
                    long before = state.started ? out.frameBudgetBytes : Long.MAX_VALUE;
                    PressurePolicy.decide(in, limits, state, out);
                    out.frameBudgetBytes = Math.min(before, out.frameBudgetBytes);
                };
        assertBroken(PressureInvariants.HEALS, "step", SimulatedLoad.durable(), policy);
    }

    @Test
    @DisplayName("who makes no room lets writers starve")
    void starves() {
        SimulatedMachine.Policy policy =
                (in, limits, state, out) -> {
                    in.waitingWriters = 0;
                    PressurePolicy.decide(in, limits, state, out);
                };
        assertBroken(PressureInvariants.STARVES, "nothing", SimulatedLoad.durable(), policy);
    }

    @Test
    @DisplayName("who refuses at once refuses without need")
    void refuses() {
        SimulatedMachine.Policy policy =
                (in, limits, state, out) -> {
                    PressurePolicy.decide(in, limits, state, out);
                    if (out.level != PressureLevel.CALM) {
                        out.level = PressureLevel.REFUSING;
                    }
                };
        assertBroken(PressureInvariants.REFUSES, "step", SimulatedLoad.durable(), policy);
    }

    @Test
    @DisplayName("who never backs off tries in vain")
    void triesInVain() {
        SimulatedMachine.Policy policy =
                (in, limits, state, out) -> {
                    state.vainNanos = 0;
                    state.nextTryNanos = PressureState.NEVER;
                    PressurePolicy.decide(in, limits, state, out);
                };
        assertBroken(
                PressureInvariants.BUSY, "step", SimulatedLoad.durable().withRelease(0, 0), policy);
    }

    @Test
    @DisplayName("who evicts at the first stall is destructive")
    void destructive() {
        SimulatedMachine.Policy policy =
                (in, limits, state, out) -> {
                    PressurePolicy.decide(in, limits, state, out);
                    if (in.someStallMicros > 0) {
                        out.plan.add(10L << 20, in, ShrinkStep.EVICTION, ShrinkStep.EVICTION);
                    }
                };
        PressureTrace trace = SyntheticTraces.stallSpikes().findFirst().orElseThrow();
        SimulatedLoad load = SimulatedLoad.durable();
        List<String> broken =
                PressureInvariants.brokenBySpikes(
                        trace, load, new SimulatedMachine(trace, load, policy, 17).run());
        assertTrue(!broken.isEmpty());
    }
}
