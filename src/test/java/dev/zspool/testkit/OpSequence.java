package dev.zspool.testkit;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.SplittableRandom;

/// Drives a random test: runs it once a seed, and says at a failure which seed it was, what the
/// last operations were, and how to run just that one again.
///
/// Two system properties choose the seeds: `zspool.test.seed` (the first one, default 1) and
/// `zspool.test.rounds` (how many, from the first one on; one alone when only a seed is given).
public final class OpSequence implements Choices {
    private static final String SEED = "zspool.test.seed";
    private static final String ROUNDS = "zspool.test.rounds";
    private static final int REMEMBERED_OPERATIONS = 25;

    private final SplittableRandom random;
    private final Deque<String> lastOperations = new ArrayDeque<>();
    private int operations;
    private int operationsLeft;

    private OpSequence(long seed, int operations) {
        this.random = new SplittableRandom(seed);
        this.operationsLeft = operations;
    }

    /// One run of a random test.
    @FunctionalInterface
    public interface Body {
        void run(OpSequence sequence) throws Exception;
    }

    /// Runs a test for several seeds.
    ///
    /// @param name what to run again, as Maven's `-Dtest` takes it
    /// @param rounds how many seeds, when no property says otherwise
    /// @param operations after how many operations {@link #hasMore} says no
    public static void forEachSeed(String name, int rounds, int operations, Body body) {
        long first = Long.getLong(SEED, 1L);
        boolean replay = System.getProperty(SEED) != null;
        int count = Integer.getInteger(ROUNDS, replay ? 1 : rounds);
        for (long seed = first; seed < first + count; seed++) {
            runOne(name, seed, operations, body);
        }
    }

    private static void runOne(String name, long seed, int operations, Body body) {
        OpSequence sequence = new OpSequence(seed, operations);
        try {
            body.run(sequence);
        } catch (Exception | AssertionError failure) {
            throw new AssertionError(
                    "seed "
                            + seed
                            + ", operation "
                            + sequence.operations
                            + ": "
                            + failure
                            + "\n  run it again: ./mvnw test -Dtest="
                            + name
                            + " -D"
                            + SEED
                            + "="
                            + seed
                            + "\n  last operations:\n    "
                            + String.join("\n    ", sequence.lastOperations),
                    failure);
        }
    }

    /// Notes the next operation, for the report of a failure.
    public void note(String operation) {
        operations++;
        operationsLeft--;
        if (lastOperations.size() == REMEMBERED_OPERATIONS) {
            lastOperations.removeFirst();
        }
        lastOperations.addLast(operation);
    }

    @Override
    public int below(int bound) {
        return random.nextInt(bound);
    }

    @Override
    public boolean hasMore() {
        return operationsLeft > 0;
    }

    /// A generator of its own for a thread of the test.
    public SplittableRandom split() {
        return random.split();
    }
}
