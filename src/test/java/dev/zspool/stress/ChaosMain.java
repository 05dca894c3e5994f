package dev.zspool.stress;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongFunction;

/// Runs the chaos tests: `[SECONDS [SEED]]`, 10 minutes each and a new seed when not given. Ends
/// with an exception, and so with a status other than 0, when one of them saw something wrong.
public final class ChaosMain {
    private static final Map<String, LongFunction<ChaosWorld>> WORLDS = new LinkedHashMap<>();
    private static final int DEFAULT_SECONDS = 600;
    private static final int SECONDS_BETWEEN_QUIET_POINTS = 5;

    static {
        WORLDS.put("engine", EngineChaos::new);
        WORLDS.put("durable-heap", seed -> new DurableChaos(seed, ChaosDisks.heap()));
        WORLDS.put("durable-disk", seed -> new DurableChaos(seed, ChaosDisks.rocks()));
        WORLDS.put("http", seed -> new HttpChaos());
    }

    private ChaosMain() {}

    /// Runs them.
    ///
    /// @throws ChaosViolation when something was wrong
    public static void main(String[] arguments) throws InterruptedException {
        int seconds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : DEFAULT_SECONDS;
        long seed = arguments.length > 1 ? Long.parseLong(arguments[1]) : System.nanoTime();
        for (Map.Entry<String, LongFunction<ChaosWorld>> entry : WORLDS.entrySet()) {
            System.out.printf(
                    Locale.ROOT,
                    "chaos %s: %d s, seed %d (again: %d %d)%n",
                    entry.getKey(),
                    seconds,
                    seed,
                    seconds,
                    seed);
            ChaosWorld world = entry.getValue().apply(seed);
            try {
                new ChaosRunner(world, seed)
                        .run(
                                Duration.ofSeconds(seconds),
                                Math.max(2, seconds / SECONDS_BETWEEN_QUIET_POINTS));
            } finally {
                System.out.printf(Locale.ROOT, "chaos %s: %s%n", entry.getKey(), world.summary());
            }
        }
        System.out.println("No violation.");
    }
}
