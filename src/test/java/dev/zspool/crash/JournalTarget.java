package dev.zspool.crash;

import dev.zspool.persist.RocksJournal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Damage seen by the journal's own reads.
final class JournalTarget implements FlipTarget {
    private @Nullable FlipData data;

    @Override
    public void write(Path directory, Moment written) throws IOException, InterruptedException {
        try (RocksJournal journal = FlipTarget.open(directory)) {
            data = FlipData.write(journal);
            written.come();
        }
    }

    @Override
    public FlipFindings look(Path directory) {
        try (RocksJournal journal = FlipTarget.open(directory)) {
            return Objects.requireNonNull(data).look(journal);
        }
    }
}
