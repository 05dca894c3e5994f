package dev.zspool.persist;

import java.util.concurrent.atomic.LongAdder;

/// What the journal counts.
final class JournalCounters {
    final LongAdder groups = new LongAdder();
    final LongAdder writes = new LongAdder();
    final LongAdder syncs = new LongAdder();
    final LongAdder submittedBytes = new LongAdder();
    final LongAdder readBytes = new LongAdder();
    final LongAdder failedWrites = new LongAdder();
    final LongAdder corruptedReads = new LongAdder();
    final LongAdder reopenings = new LongAdder();

    /// Written by files that are closed now.
    final LongAdder writtenBytesBefore = new LongAdder();
}
