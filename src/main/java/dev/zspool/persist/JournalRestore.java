package dev.zspool.persist;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import org.rocksdb.RocksDBException;

/// Restores a snapshot into a data directory that no process uses: all of it, or one pool.
public final class JournalRestore {
    private static final int PAGE = 256;
    private static final long NATIVE_BYTES = 16L << 20;

    private JournalRestore() {}

    /// Puts a snapshot in the place of everything.
    ///
    /// @param isForced whether data that is there may be thrown away
    /// @throws JournalException when there is data and it may not, or when it fails; the data that
    ///   was there is there still then
    public static void everything(Path snapshot, Path root, boolean isForced) {
        Path from = checked(snapshot);
        if (Files.exists(root.resolve("FORMAT")) && !isForced) {
            throw new JournalException(
                    JournalException.Reason.FAILED,
                    "There is data in "
                            + root
                            + " already, and restoring would throw it away:"
                            + " restore into another directory, or give --force.");
        }
        try (DataDirectory directory = DataDirectory.take(root)) {
            Path draft = root.resolve("journal.new");
            SnapshotWriter.deleteTree(draft);
            DataDirectory.makeDirectories(draft);
            try (DirectoryStream<Path> files = Files.newDirectoryStream(from)) {
                for (Path file : files) {
                    Path copy = draft.resolve(file.getFileName());
                    Files.copy(file, copy);
                    DataDirectory.sync(copy);
                }
            }
            DataDirectory.sync(draft);
            SnapshotWriter.deleteTree(directory.residents());
            SnapshotWriter.deleteTree(directory.journal());
            DataDirectory.moveDurably(draft, directory.journal());
        } catch (IOException failed) {
            throw new JournalException(
                    JournalException.Reason.FAILED,
                    "The snapshot " + snapshot + " was not restored: " + failed,
                    failed);
        }
    }

    private static Path checked(Path snapshot) {
        try {
            if (DataDirectory.checkFormat(snapshot)) {
                return DataDirectory.at(snapshot).journal();
            }
        } catch (IOException failed) {
            throw new JournalException(
                    JournalException.Reason.FAILED,
                    "The snapshot " + snapshot + " cannot be read: " + failed,
                    failed);
        }
        throw new JournalException(
                JournalException.Reason.FAILED,
                snapshot + " is no snapshot: it has no file FORMAT.");
    }

    /// Adds one pool of a snapshot to a data directory.
    ///
    /// @param options of the data directory
    /// @param isForced whether a pool of that name that is there may be thrown away
    /// @return how many blobs were restored
    /// @throws JournalException when there is no such pool, or one that may not be thrown away, or
    ///   when it fails
    public static long pool(
            Path snapshot, String name, RocksJournalOptions options, boolean isForced) {
        Path from = checked(snapshot);
        try (RocksFiles files = RocksFiles.openReadOnly(from, NATIVE_BYTES);
                RocksJournal into = RocksJournal.open(options)) {
            JournalPools pools = new JournalPools();
            pools.load(files);
            StoredPool source =
                    named(pools.list(), name)
                            .orElseThrow(() ->
                                    new JournalException(
                                            JournalException.Reason.FAILED,
                                            "There is no pool " + name + " in " + snapshot + "."));
            Optional<StoredPool> present = named(into.pools(), name);
            if (present.isPresent() && !isForced) {
                throw new JournalException(
                        JournalException.Reason.FAILED,
                        "There is a pool "
                                + name
                                + " in "
                                + options.directory()
                                + " already, and restoring would throw it away: give --force.");
            }
            present.ifPresent(pool -> into.removePool(pool.poolId()));
            int poolId = into.createPool(source.definition()).poolId();
            return new Copy(files, source.poolId(), into, poolId).run();
        } catch (RocksDBException failed) {
            throw new JournalException(
                    JournalException.Reason.FAILED,
                    "The pool " + name + " was not restored: " + failed.getMessage(),
                    failed);
        }
    }

    private static Optional<StoredPool> named(Iterable<StoredPool> pools, String name) {
        for (StoredPool pool : pools) {
            if (pool.definition().name().equals(name)) {
                return Optional.of(pool);
            }
        }
        return Optional.empty();
    }

    /// Copies blob by blob; a damaged one stays out, and the copy goes on.
    private static final class Copy {
        private final RocksFiles from;
        private final int fromPool;
        private final RocksJournal into;
        private final int intoPool;
        private final Semaphore room = new Semaphore(PAGE);
        private final Queue<WriteOutcome> failures = new ConcurrentLinkedQueue<>();
        private final byte[] value = new byte[PieceOwner.MOST_VALUE_BYTES];
        private long blobs;

        Copy(RocksFiles from, int fromPool, RocksJournal into, int intoPool) {
            this.from = from;
            this.fromPool = fromPool;
            this.into = into;
            this.intoPool = intoPool;
        }

        long run() throws RocksDBException {
            long hash = 0;
            String after = "";
            boolean isAtEnd = false;
            while (!isAtEnd) {
                MetaPage page = new MetaWalk(from, fromPool).page(hash, after, PAGE);
                for (BlobMeta meta : page.blobs()) {
                    hash = meta.hash();
                    after = meta.handle();
                    if (!meta.isCorrupted()) {
                        copy(meta);
                    }
                }
                isAtEnd = page.isAtEnd();
            }
            room.acquireUninterruptibly(PAGE);
            for (WriteOutcome failure : failures) {
                if (failure != WriteOutcome.SOURCE_FAILED) {
                    throw new JournalException(
                            failure == WriteOutcome.DISK_FULL
                                    ? JournalException.Reason.DISK_FULL
                                    : JournalException.Reason.FAILED,
                            "The pool was restored in part only: a write came to "
                                    + failure
                                    + ". Restore it again with --force when the disk is well.");
                }
            }
            return blobs - failures.size();
        }

        private void copy(BlobMeta meta) {
            blobs++;
            room.acquireUninterruptibly();
            into.write(
                    new JournalWrite.Store(
                            intoPool,
                            meta,
                            (n, bytes) -> read(meta, n, bytes),
                            Optional.empty(),
                            true),
                    outcome -> {
                        if (outcome != WriteOutcome.DURABLE) {
                            failures.add(outcome);
                        }
                        room.release();
                    });
        }

        /// On the committer's thread, one at a time.
        private int read(BlobMeta meta, int n, byte[] bytes) {
            try {
                byte[] key = Keys.piece(fromPool, meta.sequence(), n);
                int length = from.db().get(from.pieceSpace(), from.point(), key, value);
                int head = n == 0 ? PieceOwner.headBytes(value, length) : 0;
                if (length < 0 || head < 0) {
                    return JournalWrite.PieceSource.FAILED;
                }
                System.arraycopy(value, head, bytes, 0, length - head);
                return length - head;
            } catch (RocksDBException damaged) {
                return JournalWrite.PieceSource.FAILED;
            }
        }
    }
}
