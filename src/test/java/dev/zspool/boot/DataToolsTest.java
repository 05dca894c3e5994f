package dev.zspool.boot;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.zspool.persist.PoolDefinition;
import dev.zspool.persist.RocksJournal;
import dev.zspool.persist.RocksJournalOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What `./zspool verify` and `./zspool restore` end with.
class DataToolsTest {
    @TempDir private Path parent;

    @Test
    @DisplayName("verify and restore: 0 when all is well, 2 for what is refused or not there")
    void statuses() throws Exception {
        Path root = parent.resolve("data");
        try (RocksJournal journal =
                RocksJournal.open(
                        new RocksJournalOptions(
                                root,
                                RocksJournalOptions.DEFAULT_NATIVE_BYTES,
                                0,
                                System::nanoTime,
                                task -> Thread.ofPlatform().daemon().unstarted(task)))) {
            journal.createPool(
                    new PoolDefinition("default", 8, 1 << 20, 1 << 20, 0, 2, 0, 1, true));
            journal.snapshot("one");
            assertEquals(2, VerifyData.verify(root), "in use");
        }
        String snapshot = root.resolve("snapshots/one").toString();
        String other = parent.resolve("other").toString();
        assertEquals(0, VerifyData.verify(root));
        assertEquals(0, VerifyData.verify(Path.of(snapshot)));
        assertEquals(2, VerifyData.verify(parent), "no data directory");
        assertEquals(2, RestoreData.restore(snapshot, root.toString()), "there is data");
        assertEquals(0, RestoreData.restore(snapshot, other));
        assertEquals(0, RestoreData.restore(snapshot, other, "--pool=default", "--force"));
        assertEquals(2, RestoreData.restore(snapshot, other, "--pool=none"));
        assertEquals(2, RestoreData.restore("--what"));
        Files.writeString(Path.of(other, "FORMAT"), "zspool data, format 2\n");
        assertEquals(2, VerifyData.verify(Path.of(other)), "a newer format");
    }
}
