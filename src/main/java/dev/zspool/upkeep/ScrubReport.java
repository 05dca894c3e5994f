package dev.zspool.upkeep;

import dev.zspool.blob.ScrubResult;
import java.util.Optional;

/// What a scrub brought.
///
/// @param outcome why it ended; empty when one was running already
/// @param result what was read, and what was found
/// @param durationNanos how long it took
public record ScrubReport(Optional<ScrubOutcome> outcome, ScrubResult result, long durationNanos) {
    static final ScrubReport BUSY = new ScrubReport(Optional.empty(), ScrubResult.NOTHING, 0);
}
