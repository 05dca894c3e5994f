package dev.zspool.codec;

import java.util.Random;

/// Randomness that can be had again: `-Dzspool.seed=N` replays the run whose output said N.
final class ReplaySeed {
    private static final long SEED = Long.getLong("zspool.seed", System.nanoTime());

    static {
        System.err.println("codec tests: replay with -Dzspool.seed=" + SEED);
    }

    private ReplaySeed() {}

    /// Returns the same sequence for the same seed and name, whatever other tests draw.
    static Random random(String name) {
        return new Random(SEED * 31 + name.hashCode());
    }
}
