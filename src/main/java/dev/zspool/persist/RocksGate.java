package dev.zspool.persist;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;

/// Lets users to the open files, and closes them only when nobody is there: a native object is
/// never used after its end.
///
/// Users wait while the files are opened anew.
final class RocksGate {
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();

    @GuardedBy("lock")
    private @Nullable RocksFiles files;

    /// What somebody does with the files.
    @FunctionalInterface
    interface Use<T> {
        T with(RocksFiles files) throws RocksDBException;
    }

    /// Makes new files.
    @FunctionalInterface
    interface Opener {
        RocksFiles open() throws RocksDBException;
    }

    /// Uses the files.
    ///
    /// @param closed the result when they are not open
    <T> T use(Use<T> use, T closed) throws RocksDBException {
        lock.readLock().lock();
        try {
            RocksFiles open = files;
            return open == null ? closed : use.with(open);
        } finally {
            lock.readLock().unlock();
        }
    }

    /// The files for the thread that opens and closes them, which needs no permission.
    @Nullable RocksFiles owned() {
        lock.readLock().lock();
        try {
            return files;
        } finally {
            lock.readLock().unlock();
        }
    }

    /// Closes what is open and opens again.
    ///
    /// @throws RocksDBException when it cannot be opened; the gate is closed then
    void reopen(Opener opener) throws RocksDBException {
        endCompaction();
        lock.writeLock().lock();
        try {
            closeFiles();
            files = opener.open();
        } finally {
            lock.writeLock().unlock();
        }
    }

    /// Whoever compacts ends, and lets us in.
    private void endCompaction() {
        RocksFiles open = owned();
        if (open != null) {
            open.db().cancelAllBackgroundWork(false);
        }
    }

    void close() {
        endCompaction();
        lock.writeLock().lock();
        try {
            closeFiles();
        } finally {
            lock.writeLock().unlock();
        }
    }

    private void closeFiles() {
        RocksFiles open = files;
        files = null;
        if (open != null) {
            open.close();
        }
    }
}
