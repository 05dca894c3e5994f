package dev.zspool.stress;

import dev.zspool.persist.Journal;
import dev.zspool.persist.JournalVerify;
import dev.zspool.persist.PieceVerifier;
import dev.zspool.persist.RocksJournal;
import dev.zspool.persist.RocksJournalOptions;
import dev.zspool.testkit.HeapDisk;
import dev.zspool.testkit.HeapJournal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The disks of {@link DurableChaos}.
final class ChaosDisks {
    private ChaosDisks() {}

    /// In memory: it sees when a write knows wrongly what it replaces.
    static DurableChaos.Disk heap() {
        HeapDisk disk = new HeapDisk();
        return new DurableChaos.Disk() {
            @Override
            public Journal open() {
                return new HeapJournal(disk);
            }

            @Override
            public List<String> violations(Journal open) {
                return ((HeapJournal) open).violations();
            }

            @Override
            public List<String> violationsAtRest() {
                return List.of();
            }
        };
    }

    /// The real one, in a folder of its own below this one.
    static DurableChaos.Disk rocks() {
        try {
            return rocks(Files.createTempDirectory(Path.of("").toAbsolutePath(), "chaos-"));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// The real one, verified whenever it is closed.
    static DurableChaos.Disk rocks(Path directory) {
        return new DurableChaos.Disk() {
            @Override
            public Journal open() {
                return RocksJournal.open(
                        new RocksJournalOptions(
                                directory,
                                RocksJournalOptions.DEFAULT_NATIVE_BYTES,
                                1 << 20,
                                System::nanoTime,
                                task ->
                                        Thread.ofPlatform()
                                                .name("journal")
                                                .daemon()
                                                .unstarted(task)));
            }

            @Override
            public List<String> violations(Journal open) {
                return List.of();
            }

            @Override
            public List<String> violationsAtRest() {
                return JournalVerify.run(directory, PieceVerifier.NONE, blobs -> {}).findings();
            }
        };
    }
}
