package dev.zspool.persist;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// The real journal keeps the contract, and leaves no native object behind.
class RocksJournalTest extends JournalContract {
    @TempDir private Path directory;
    private long objectsBefore;

    @BeforeEach
    void countObjects() {
        objectsBefore = Math.min(objectsBefore, RocksFiles.openObjects());
    }

    @Override
    Journal open() {
        return RocksJournal.open(options(directory));
    }

    static RocksJournalOptions options(Path directory) {
        return new RocksJournalOptions(
                directory,
                RocksJournalOptions.DEFAULT_NATIVE_BYTES,
                1 << 20,
                System::nanoTime,
                task -> Thread.ofPlatform().name("journal").daemon().unstarted(task));
    }

    @AfterEach
    void everyObjectIsClosed() {
        // The journal of the test itself is closed by the contract, behind this.
        assertEquals(0, objectsBefore);
    }
}
