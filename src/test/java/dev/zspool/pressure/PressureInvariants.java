package dev.zspool.pressure;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// What must hold over a whole run, whatever the trace; each is named as it is broken.
final class PressureInvariants {
    static final String GROWTH = "own growth exceeds the limit";
    static final String FOLLOWS = "usage does not follow";
    static final String HEALS = "does not heal";
    static final String OSCILLATES = "the budget oscillates";
    static final String FLAPS = "the level flaps";
    static final String STARVES = "writers starve";
    static final String REFUSES = "refuses without need";
    static final String BUSY = "tries in vain";
    static final String DESTRUCTIVE = "a spike of stalls evicts";

    private static final int MINUTE = 600;
    private static final long MOST_FOLLOW_MILLIS = 10_000;
    private static final long MOST_HEAL_MILLIS = 30_000;
    private static final int MOST_TURNS = 4;
    private static final int MOST_LEVELS = 6;
    private static final int MOST_VAIN_TRIES = 80;

    private final PressureTrace trace;
    private final SimulatedLoad load;
    private final List<SimulatedTick> ticks;
    private final List<String> broken = new ArrayList<>();

    private PressureInvariants(PressureTrace trace, SimulatedLoad load, List<SimulatedTick> ticks) {
        this.trace = trace;
        this.load = load;
        this.ticks = ticks;
    }

    /// What a run has broken: nothing, if the policy is right.
    static List<String> broken(PressureTrace trace, SimulatedLoad load, List<SimulatedTick> ticks) {
        PressureInvariants checks = new PressureInvariants(trace, load, ticks);
        checks.never(GROWTH, SimulatedTick::isOverByItself);
        checks.notForLong(
                FOLLOWS,
                tick ->
                        tick.headroomBytes() < tick.lowBytes()
                                && tick.releasableBytes()
                                        > PressureLimits.defaults().writerFloorBytes(),
                MOST_FOLLOW_MILLIS);
        checks.notForLong(
                STARVES,
                tick ->
                        tick.waiting()
                                && tick.writtenBytes() == 0
                                && tick.headroomBytes() >= tick.minBytes()
                                && load.releaseMibPerSecond() > 0
                                && tick.releasableBytes() > 0,
                MOST_FOLLOW_MILLIS);
        checks.never(
                REFUSES,
                tick ->
                        tick.level() == PressureLevel.REFUSING
                                && (tick.headroomBytes() >= tick.minBytes()
                                        || checks.releasedBefore(tick)));
        checks.heals();
        checks.oscillates();
        checks.busy();
        return checks.broken;
    }

    /// The same for a trace of spikes of stalls, which are no reason to evict anything.
    static List<String> brokenBySpikes(
            PressureTrace trace, SimulatedLoad load, List<SimulatedTick> ticks) {
        PressureInvariants checks = new PressureInvariants(trace, load, ticks);
        checks.never(DESTRUCTIVE, tick -> tick.evictedBytes() > tick.writtenBytes());
        return checks.broken;
    }

    private void never(String what, Predicate<SimulatedTick> bad) {
        ticks.stream().filter(bad).findFirst().ifPresent(tick -> report(what, tick));
    }

    private void notForLong(String what, Predicate<SimulatedTick> bad, long mostMillis) {
        long since = -1;
        for (SimulatedTick tick : ticks) {
            if (!bad.test(tick)) {
                since = -1;
            } else if (since < 0) {
                since = tick.millis();
            } else if (tick.millis() - since > mostMillis) {
                report(what, tick);
                return;
            }
        }
    }

    private boolean releasedBefore(SimulatedTick tick) {
        int at = ticks.indexOf(tick);
        long bytes = 0;
        for (int i = Math.max(0, at - 25); i < at; i++) {
            bytes += ticks.get(i).releasedBytes();
        }
        return bytes > 4 * PressureTrace.MIB;
    }

    private void heals() {
        long from = trace.quietFromMillis() + MOST_HEAL_MILLIS;
        long configured = load.configuredMib() * PressureTrace.MIB;
        never(
                HEALS,
                tick ->
                        tick.millis() >= from
                                && (tick.budgetBytes() < configured
                                        || tick.level() != PressureLevel.CALM));
    }

    /// A change of direction counts when it goes on by more than 2 % of the limit.
    private void oscillates() {
        for (int from = 0; from + MINUTE <= ticks.size(); from += MINUTE / 6) {
            long start = ticks.get(from).millis();
            if (!trace.isConstant(start, start + MINUTE * SimulatedMachine.TICK_MILLIS)) {
                continue;
            }
            List<SimulatedTick> minute = ticks.subList(from, from + MINUTE);
            if (turns(minute) > MOST_TURNS) {
                report(OSCILLATES, minute.getLast());
                return;
            }
            if (levels(minute) > MOST_LEVELS) {
                report(FLAPS, minute.getLast());
                return;
            }
        }
    }

    private static int turns(List<SimulatedTick> minute) {
        long band = PressureTrace.LIMIT / 50;
        long peak = minute.getFirst().budgetBytes();
        int direction = 0;
        int turns = 0;
        for (SimulatedTick tick : minute) {
            long moved = tick.budgetBytes() - peak;
            if (direction == 0 ? Math.abs(moved) > band : direction * moved < -band) {
                turns += direction == 0 ? 0 : 1;
                direction = moved > 0 ? 1 : -1;
                peak = tick.budgetBytes();
            } else if (direction * moved > 0) {
                peak = tick.budgetBytes();
            }
        }
        return turns;
    }

    private static int levels(List<SimulatedTick> minute) {
        int changes = 0;
        for (int i = 1; i < minute.size(); i++) {
            changes += minute.get(i).level() == minute.get(i - 1).level() ? 0 : 1;
        }
        return changes;
    }

    private void busy() {
        for (int from = 0; from + MINUTE <= ticks.size(); from += MINUTE / 6) {
            int vain = 0;
            for (int at = from; at < from + MINUTE; at++) {
                vain += isVain(at) ? 1 : 0;
            }
            if (vain > MOST_VAIN_TRIES) {
                report(BUSY, ticks.get(from));
                return;
            }
        }
    }

    private boolean isVain(int at) {
        int end = Math.min(ticks.size(), at + load.delayTicks() + 2);
        return ticks.get(at).plannedBytes() > 0
                && ticks.subList(at, end).stream().allMatch(tick -> tick.releasedBytes() == 0);
    }

    private void report(String what, SimulatedTick tick) {
        broken.add(what + " in " + trace.name() + " at " + tick);
    }
}
