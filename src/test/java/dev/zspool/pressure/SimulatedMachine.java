package dev.zspool.pressure;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;

/// A service, its neighbour, its writers and its steps, tick by tick.
///
/// What a step frees goes back to the system at once; a step may be slow, late, or fail.
final class SimulatedMachine {
    static final long TICK_MILLIS = 100;
    private static final long MIB = PressureTrace.MIB;

    private final PressureTrace trace;
    private final SimulatedLoad load;
    private final Policy policy;
    private final SplittableRandom random;
    private final PressureInputs in = new PressureInputs();
    private final PressureState state = new PressureState();
    private final PressureDecision out = new PressureDecision();
    private final PressureLimits limits = PressureLimits.defaults();
    private final Deque<long[]> underWay = new ArrayDeque<>();
    private long fixed;
    private long evictable;
    private long compactable;
    private long warm = 8 * MIB;
    private boolean waiting;
    private long released;

    /// What decides; a test may put in a bad one.
    @FunctionalInterface
    interface Policy {
        void decide(
                PressureInputs in,
                PressureLimits limits,
                PressureState state,
                PressureDecision out);
    }

    SimulatedMachine(PressureTrace trace, SimulatedLoad load, Policy policy, long seed) {
        this.trace = trace;
        this.load = load;
        this.policy = policy;
        this.random = new SplittableRandom(seed);
        this.fixed = load.fixedMib() * MIB;
        this.evictable = load.evictableMib() * MIB;
        this.compactable = load.compactableMib() * MIB;
    }

    /// Runs until half a minute and some seconds after the pressure has ended.
    List<SimulatedTick> run() {
        List<SimulatedTick> ticks = new ArrayList<>();
        long end = trace.quietFromMillis() + 40_000;
        for (long millis = 0; millis < end; millis += TICK_MILLIS) {
            ticks.add(tick(millis));
        }
        return ticks;
    }

    private long owned() {
        return fixed + evictable + compactable;
    }

    private SimulatedTick tick(long millis) {
        measure(millis);
        policy.decide(in, limits, state, out);
        long headroom = in.limitBytes - in.workingSetBytes;
        long releasable = evictable + compactable + warm;
        long evictedBefore = evictable;
        release();
        long evicted = evictedBefore - evictable;
        long written = write();
        long base = in.limitBytes;
        return new SimulatedTick(
                millis,
                headroom,
                limits.min().of(base),
                limits.low().of(base),
                releasable,
                out.level,
                out.frameBudgetBytes,
                out.releaseBytes,
                released,
                evicted,
                written,
                waiting);
    }

    private void measure(long millis) {
        long noise = random.nextLong(2L * load.noiseMib() * MIB + 1L) - load.noiseMib() * MIB;
        in.nowNanos = millis * 1_000_000;
        in.tickNanos = TICK_MILLIS * 1_000_000;
        in.limitBytes = trace.limitBytes().applyAsLong(millis);
        in.workingSetBytes =
                load.baseMib() * MIB
                        + noise
                        + trace.neighbourBytes().applyAsLong(millis)
                        + owned()
                        + warm;
        in.oomEvents = in.workingSetBytes > in.limitBytes ? 1 : 0;
        in.someStallMicros = trace.stallPermille().applyAsLong(millis) * TICK_MILLIS;
        in.ownedFrameBytes = owned();
        in.warmFrameBytes = warm;
        in.frameBudgetBytes = state.started ? out.frameBudgetBytes : PressureInputs.NONE;
        in.configuredBudgetBytes = load.configuredMib() * MIB;
        in.compactableBytes = compactable;
        in.evictableBytes = load.cache() ? 0 : evictable;
        in.evictPolicyBytes = load.cache() ? evictable : 0;
        in.waitingWriters = waiting ? 4 : 0;
        in.releasedBytes = released;
    }

    /// Does what was planned some ticks ago, as far as a tick is long enough for it.
    private void release() {
        ShrinkPlan plan = out.plan;
        underWay.addLast(
                new long[] {
                    plan.warmFrameBytes,
                    plan.compactionBytes,
                    plan.evictionBytes + plan.cacheEvictionBytes
                });
        released = 0;
        if (underWay.size() <= load.delayTicks()) {
            return;
        }
        long[] planned = underWay.removeFirst();
        long most = load.releaseMibPerSecond() * MIB * TICK_MILLIS / 1000;
        long fromWarm = most == 0 ? 0 : Math.min(planned[0], warm);
        long compacted = Math.min(Math.min(planned[1], compactable), most);
        long evicted = Math.min(Math.min(planned[2], evictable), most - compacted);
        warm -= fromWarm;
        compactable -= compacted;
        evictable -= evicted;
        released = fromWarm + compacted + evicted;
    }

    /// Writers take what the budget allows.
    ///
    /// @return by how much that makes usage grow
    private long write() {
        long wished = load.writersMibPerSecond() * MIB * TICK_MILLIS / 1000;
        long room = Math.max(0, out.frameBudgetBytes - owned());
        long taken = out.level.isAtLeast(PressureLevel.SQUEEZED) ? 0 : Math.min(wished, room);
        long again = taken * load.writesPermille() / 1000;
        evictable += again;
        fixed += taken - again;
        waiting = taken < wished;
        long fromWarm = Math.min(warm, taken);
        warm -= fromWarm;
        return taken - fromWarm;
    }
}
