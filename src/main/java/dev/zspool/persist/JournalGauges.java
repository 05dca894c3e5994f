package dev.zspool.persist;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.rocksdb.RocksDBException;

/// What the journal counts and how much room it takes.
final class JournalGauges {
    private static final long NANOS_BETWEEN_LOOKS = 1_000_000_000;

    private final RocksGate gate;
    private final JournalCounters counters;
    private final DataDirectory directory;
    private final RocksJournalOptions options;
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private long diskBytes = -1;

    @GuardedBy("lock")
    private long lookedNanos;

    JournalGauges(
            RocksGate gate,
            JournalCounters counters,
            DataDirectory directory,
            RocksJournalOptions options) {
        this.gate = gate;
        this.counters = counters;
        this.directory = directory;
        this.options = options;
    }

    JournalStats stats(JournalState state) {
        return new JournalStats(
                state,
                gauge(RocksFiles::nativeBytes),
                options.nativeBudgetBytes(),
                diskBytes(),
                counters.groups.sum(),
                counters.writes.sum(),
                counters.syncs.sum(),
                counters.submittedBytes.sum(),
                counters.writtenBytesBefore.sum() + gauge(RocksFiles::writtenBytes),
                counters.readBytes.sum(),
                counters.failedWrites.sum(),
                counters.corruptedReads.sum(),
                counters.reopenings.sum());
    }

    private long gauge(RocksGate.Use<Long> use) {
        try {
            return gate.use(use, 0L);
        } catch (RocksDBException unknown) {
            return 0;
        }
    }

    /// Of the journal's files; looked at once a second at most.
    private long diskBytes() {
        lock.lock();
        try {
            long now = options.nanoClock().getAsLong();
            if (diskBytes < 0 || now - lookedNanos >= NANOS_BETWEEN_LOOKS) {
                diskBytes = bytesOf(directory.journal());
                lookedNanos = now;
            }
            return diskBytes;
        } finally {
            lock.unlock();
        }
    }

    /// The sizes of all files below a directory; those that vanish meanwhile count nothing.
    static long bytesOf(Path root) {
        try (Stream<Path> files = Files.walk(root)) {
            return files.mapToLong(JournalGauges::sizeOf).sum();
        } catch (IOException | UncheckedIOException vanished) {
            return 0;
        }
    }

    private static long sizeOf(Path file) {
        try {
            return Files.isRegularFile(file) ? Files.size(file) : 0;
        } catch (IOException vanished) {
            return 0;
        }
    }
}
