package dev.zspool.upkeep;

/// Lets the calling thread rest: handed in, so that tests need not.
@FunctionalInterface
public interface Pauser {
    /// Rests for about so long.
    void pauseNanos(long nanos);
}
