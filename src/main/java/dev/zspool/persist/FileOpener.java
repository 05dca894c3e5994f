package dev.zspool.persist;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;

/// Opens the files anew behind a failure, so that what is found in them is what the disk has.
///
/// Used by the committer only.
final class FileOpener {
    private static final System.Logger LOG = System.getLogger(FileOpener.class.getName());

    private final RocksGate gate;
    private final Path journal;

    /// Whether the files are open for readers only, until the disk takes writes again.
    private boolean isReadOnly;

    FileOpener(RocksGate gate, Path journal) {
        this.gate = gate;
        this.journal = journal;
    }

    /// The files that can be written; null while there are none.
    @Nullable RocksFiles writable() {
        return isReadOnly ? null : gate.owned();
    }

    /// Whether readers find anything.
    boolean isReadable() {
        return gate.owned() != null;
    }

    /// Opens them.
    ///
    /// @param isFull whether there may be no room
    RocksFiles open(RocksFiles.Tuning tuning, boolean isFull) throws RocksDBException {
        isReadOnly = false;
        gate.reopen(() -> isFull ? openFull(tuning) : RocksFiles.reopen(journal, tuning));
        RocksFiles files = gate.owned();
        if (files == null) {
            throw new RocksDBException("the files are closed");
        }
        if (!isFull) {
            // What could not be synced may be gone from the page cache: it is written again,
            // elsewhere.
            files.flush();
        }
        return files;
    }

    /// What is unflushed cannot be written elsewhere.
    private RocksFiles openFull(RocksFiles.Tuning tuning) throws RocksDBException {
        try {
            LogRewrite.run(journal);
        } catch (IOException failed) {
            throw new RocksDBException("the logs cannot be written again: " + failed);
        }
        return RocksFiles.reopen(journal, tuning);
    }

    /// Opens them for readers, while the disk takes nothing.
    void openForReaders(RocksFiles.Tuning tuning) {
        isReadOnly = true;
        try {
            gate.reopen(() -> RocksFiles.openReadOnly(journal, tuning.budgetBytes()));
        } catch (RocksDBException failed) {
            LOG.log(System.Logger.Level.ERROR, "The journal cannot be read, either.", failed);
            gate.close();
        }
    }

    /// Waits until the disk has the logs that another process may have left in the page cache.
    void syncLogs() throws IOException {
        try (DirectoryStream<Path> logs = Files.newDirectoryStream(journal, "*.log")) {
            for (Path log : logs) {
                DataDirectory.sync(log);
            }
        }
    }
}
