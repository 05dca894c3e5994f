package dev.zspool.stress;

import java.util.List;
import java.util.SplittableRandom;

/// What a chaos test torments, and how it knows that it is well.
///
/// A world is made, its workers step as fast as they can, each in a thread of its own, at quiet
/// points it is looked over, and at the end it is taken down.
public interface ChaosWorld {
    /// One thread's part. It keeps what it finds wrong to itself for no longer than a step.
    @FunctionalInterface
    interface Worker {
        /// Does one thing.
        ///
        /// @throws ChaosViolation when the answer was wrong
        void step(SplittableRandom random) throws Exception;
    }

    /// The workers, one a thread.
    List<Worker> workers();

    /// Looks everything over. No worker steps meanwhile.
    ///
    /// @throws ChaosViolation when something is wrong
    void checkQuiet();

    /// Takes everything down and sees that nothing is left. No worker steps any more.
    ///
    /// @throws ChaosViolation when something is left
    void finish();

    /// What was done, for the log.
    String summary();
}
