package dev.zspool.persist;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.rocksdb.Checkpoint;
import org.rocksdb.RocksDBException;

/// Makes snapshots: RocksDB's checkpoint, whose table and blob files are links to the journal's,
/// and a manifest.
///
/// A snapshot is made under a name that begins with a point, and gets its own when it is whole.
/// Those who want one take turns: two of the same name would delete each other's. Thread-safe.
final class SnapshotWriter {
    static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}");

    private final DataDirectory directory;
    private final RocksGate gate;

    /// Held while one is made; nobody else waits for it.
    private final ReentrantLock writing = new ReentrantLock();

    SnapshotWriter(DataDirectory directory, RocksGate gate) {
        this.directory = directory;
        this.gate = gate;
    }

    /// Deletes what a process has left that was killed meanwhile: it holds on to files that the
    /// journal deletes.
    void deleteDrafts() {
        try (DirectoryStream<Path> drafts =
                Files.newDirectoryStream(directory.snapshots(), ".*.new")) {
            for (Path draft : drafts) {
                deleteTree(draft);
            }
        } catch (IOException | DirectoryIteratorException ignored) {
            // The next start tries again.
        }
    }

    Snapshot write(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("name of a snapshot: " + name);
        }
        writing.lock();
        try {
            return writeAlone(name);
        } finally {
            writing.unlock();
        }
    }

    private Snapshot writeAlone(String name) {
        Path target = directory.snapshots().resolve(name);
        Path draft = directory.snapshots().resolve("." + name + ".new");
        if (Files.exists(target)) {
            throw new JournalException(
                    JournalException.Reason.SNAPSHOT_EXISTS,
                    "There is a snapshot " + name + " already: choose another name.");
        }
        try {
            deleteTree(draft);
            DataDirectory.makeDirectories(draft);
            Path journal = DataDirectory.at(draft).journal();
            boolean isOpen =
                    gate.use(
                            files -> {
                                try (Checkpoint checkpoint = Checkpoint.create(files.db())) {
                                    checkpoint.createCheckpoint(journal.toString());
                                }
                                return true;
                            },
                            false);
            if (!isOpen) {
                throw new IOException("the journal is not open");
            }
            return complete(draft, target);
        } catch (RocksDBException failed) {
            throw failed(name, draft, failed, DiskRoom.isNoSpace(failed));
        } catch (IOException failed) {
            throw failed(name, draft, failed, DiskRoom.isNoSpace(failed.getMessage()));
        }
    }

    /// Opens the copy, to see that it can be, and to note what is in it.
    private static Snapshot complete(Path draft, Path target) throws IOException, RocksDBException {
        Path journal = DataDirectory.at(draft).journal();
        SnapshotManifest manifest;
        Map<Integer, Long> blobs;
        try (RocksFiles files = RocksFiles.openReadOnly(journal, 1L << 20)) {
            JournalPools pools = new JournalPools();
            pools.load(files);
            manifest = SnapshotManifest.of(pools);
            blobs =
                    pools.list().stream()
                            .collect(
                                    Collectors.toMap(
                                            StoredPool::poolId,
                                            pool -> pools.totals(pool.poolId()).blobs()));
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(journal)) {
            for (Path file : files) {
                DataDirectory.sync(file);
            }
        }
        DataDirectory.sync(journal);
        DataDirectory.write(draft.resolve("MANIFEST"), manifest.text());
        DataDirectory.write(draft.resolve("FORMAT"), DataDirectory.formatText());
        DataDirectory.moveDurably(draft, target);
        return new Snapshot(target, manifest.lastSequence(), JournalGauges.bytesOf(target), blobs);
    }

    private static JournalException failed(
            String name, Path draft, Exception cause, boolean isFull) {
        try {
            deleteTree(draft);
        } catch (IOException ignored) {
            // The next snapshot of this name deletes it.
        }
        return new JournalException(
                isFull ? JournalException.Reason.DISK_FULL : JournalException.Reason.FAILED,
                "The snapshot " + name + " was not made: " + cause.getMessage(),
                cause);
    }

    static void deleteTree(Path root) throws IOException {
        if (Files.isDirectory(root)) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(root)) {
                for (Path entry : entries) {
                    deleteTree(entry);
                }
            }
        }
        Files.deleteIfExists(root);
    }
}
