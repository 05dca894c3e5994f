package dev.zspool.http;

import dev.zspool.blob.BlobStore.SnapshotResult;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Has a snapshot written, and finds a name for one that has none.
final class SnapshotTaker {

    /// As many in one second are not wanted by anybody.
    private static final int MAX_NAMES = 100;

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    private final Function<String, SnapshotResult> write;
    private final InstantSource clock;

    /// @param write writes one of that name
    SnapshotTaker(Function<String, SnapshotResult> write, InstantSource clock) {
        this.write = write;
        this.clock = clock;
    }

    /// Waits for the disk.
    ///
    /// @param name what it shall be called, null for the time
    /// @throws ProblemException when there is none
    SnapshotSummary take(@Nullable String name) {
        Instant start = clock.instant();
        SnapshotResult result = name == null ? writeUnnamed(start) : write.apply(name);
        return switch (result) {
            case SnapshotResult.Written written ->
                    SnapshotSummary.of(
                            written, Duration.between(start, clock.instant()).toMillis());
            case SnapshotResult.NoPool _ -> throw BlobProblems.noPool();
            case SnapshotResult.NotDurable _ -> throw PoolProblems.notDurable();
            case SnapshotResult.Exists _ -> throw PoolProblems.snapshotExists();
            case SnapshotResult.DiskFull _ -> throw PoolProblems.snapshotDiskFull();
            case SnapshotResult.DiskFailed _ -> throw PoolProblems.snapshotDiskFailed();
        };
    }

    private SnapshotResult writeUnnamed(Instant now) {
        String time = TIME.format(now);
        SnapshotResult result = write.apply(time);
        for (int nth = 2; nth <= MAX_NAMES && result instanceof SnapshotResult.Exists; nth++) {
            result = write.apply(time + "-" + nth);
        }
        return result;
    }
}
