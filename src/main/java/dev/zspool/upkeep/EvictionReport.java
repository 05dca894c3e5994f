package dev.zspool.upkeep;

import dev.zspool.blob.EvictionResult;
import java.util.Optional;

/// What an eviction brought.
///
/// @param result what the pool did; empty when one was running already
/// @param givenBackBytes what went back to the system while it ran, whoever gave it
/// @param durationNanos how long it took
public record EvictionReport(
        Optional<EvictionResult> result, long givenBackBytes, long durationNanos) {
    static final EvictionReport BUSY = new EvictionReport(Optional.empty(), 0, 0);
}
