package dev.zspool.crash;

import dev.zspool.persist.JournalException;
import dev.zspool.persist.RocksJournal;
import dev.zspool.persist.RocksJournalOptions;
import java.io.IOException;
import java.nio.file.Path;

/// Data whose whole content is known, on a disk that is damaged then. One that has written must be
/// asked to look.
interface FlipTarget {
    /// Who reads what is damaged.
    enum Kind {
        /// The journal alone, by every way in.
        JOURNAL {
            @Override
            FlipTarget make() {
                return new JournalTarget();
            }
        },
        /// Pools of blobs as the service has them: recovery, reads, lists, changes, restarts.
        STORE {
            @Override
            FlipTarget make() {
                return new StoreTarget();
            }
        };

        abstract FlipTarget make();
    }

    /// A moment in the life of a directory.
    @FunctionalInterface
    interface Moment {
        void come() throws IOException, InterruptedException;
    }

    /// Writes everything, always the same.
    ///
    /// @param written everything is, and nothing is closed yet
    void write(Path directory, Moment written) throws IOException, InterruptedException;

    /// Opens it and compares everything that is served with what was written.
    ///
    /// @throws JournalException when it cannot be opened
    FlipFindings look(Path directory);

    /// How these journals are opened.
    static RocksJournal open(Path directory) {
        return RocksJournal.open(
                new RocksJournalOptions(
                        directory,
                        8L << 20,
                        0,
                        System::nanoTime,
                        task -> Thread.ofPlatform().name("flip-journal").daemon().unstarted(task)));
    }
}
