package dev.zspool.pressure;

import static dev.zspool.pressure.PressureTrace.limit;
import static dev.zspool.pressure.PressureTrace.neighbour;
import static dev.zspool.pressure.PressureTrace.stalls;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/// Traces that were thought of, and any others.
final class SyntheticTraces {
    private SyntheticTraces() {}

    /// Neighbours and limits that the service has to make room for.
    static Stream<PressureTrace> pressing() {
        return Stream.of(
                neighbour("nothing", _ -> 0, 70_000),
                neighbour("step", at -> at < 10_000 ? 0 : 100, 90_000),
                neighbour("ramp", at -> ramp(at, 20), 60_000),
                neighbour("ramp that goes", at -> at < 40_000 ? ramp(at, 20) : down(at), 50_000),
                neighbour("steep ramp", at -> ramp(at, 200), 60_000),
                neighbour("sawtooth", at -> at % 4000 * 60 / 4000, 120_000),
                neighbour("slow sawtooth", at -> at % 20_000 * 100 / 20_000, 200_000),
                neighbour("spikes", at -> at % 10_000 < 200 ? 30 : 0, 120_000),
                neighbour("thrash", at -> at % 600 < 300 ? 80 : 0, 120_000),
                neighbour("comes again", at -> at % 17_000 < 6000 ? 100 : 0, 170_000),
                neighbour("endless", at -> at < 5000 ? 0 : 205, 300_000),
                neighbour("more than there is", at -> at < 5000 ? 0 : 240, 120_000),
                limit("lowered limit", at -> at < 10_000 ? 384 : 320, 100_000),
                limit("much lowered limit", at -> at < 10_000 ? 384 : 200, 100_000),
                limit("moving limit", at -> at / 5000 % 2 == 0 ? 384 : 300, 100_000));
    }

    private static long ramp(long at, long mibPerSecond) {
        return at < 10_000 ? 0 : Math.min(100, (at - 10_000) * mibPerSecond / 1000);
    }

    private static long down(long at) {
        return Math.max(0, 100 - (at - 40_000) * 20 / 1000);
    }

    /// Stalls that are over before anybody could do anything about them.
    static Stream<PressureTrace> stallSpikes() {
        return Stream.of(
                stalls("one tick", at -> at == 5000 ? 1000 : 0, 30_000),
                stalls("one second", at -> at / 1000 == 5 ? 1000 : 0, 30_000),
                stalls("each ten seconds", at -> at % 10_000 < 500 ? 1000 : 0, 120_000),
                stalls("always a little", _ -> 60, 120_000));
    }

    /// Stalls that last.
    static Stream<PressureTrace> lastingStalls() {
        return Stream.of(
                stalls("stalls for a minute", at -> at > 5000 && at < 65_000 ? 300 : 0, 65_000),
                stalls("stalls for ever", _ -> 800, 600_000),
                stalls("stalls that come and go", at -> at / 15_000 % 2 * 500, 300_000));
    }

    /// A neighbour that does anything, with stalls, under a limit that moves now and then.
    static PressureTrace random(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int steps = 40;
        long[] from = new long[steps];
        long[] to = new long[steps];
        long[] stall = new long[steps];
        long[] limit = new long[steps];
        for (int i = 0; i < steps; i++) {
            from[i] = i == 0 || random.nextInt(4) == 0 ? random.nextInt(180) : to[i - 1];
            to[i] = random.nextInt(3) == 0 ? from[i] : random.nextInt(180);
            stall[i] = random.nextInt(5) == 0 ? random.nextInt(1000) : 0;
            limit[i] = random.nextInt(8) == 0 ? 300 + random.nextInt(300) : 384;
        }
        long step = 200L << random.nextInt(6);
        long quiet = steps * step;
        return new PressureTrace(
                "random " + seed,
                at -> (at < quiet ? limit[(int) (at / step)] : 384) * PressureTrace.MIB,
                at -> at < quiet ? between(from, to, at, step) * PressureTrace.MIB : 0,
                at -> at < quiet ? stall[(int) (at / step)] : 0,
                quiet);
    }

    private static long between(long[] from, long[] to, long at, long step) {
        int i = (int) (at / step);
        return from[i] + (to[i] - from[i]) * (at % step) / step;
    }

    /// A service of any kind that fits under the usual limit.
    static SimulatedLoad randomLoad(long seed) {
        SplittableRandom random = new SplittableRandom(-seed);
        int fixed = random.nextInt(100);
        int evictable = random.nextInt(200 - fixed - 20);
        return new SimulatedLoad(
                random.nextBoolean(),
                150,
                random.nextInt(3),
                fixed,
                evictable,
                random.nextInt(20),
                200,
                random.nextInt(400),
                random.nextInt(1001),
                40 + random.nextInt(400),
                random.nextInt(4));
    }

    static List<SimulatedLoad> loads() {
        return List.of(
                SimulatedLoad.durable(),
                SimulatedLoad.reject(),
                SimulatedLoad.evict(),
                SimulatedLoad.empty(),
                SimulatedLoad.durable().withRelease(40, 3));
    }
}
