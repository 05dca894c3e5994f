package dev.zspool.persist;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import org.rocksdb.MutableColumnFamilyOptions;
import org.rocksdb.RocksDBException;

/// Compacts when the disk is full, so that what was removed gives its room back.
final class SpaceReclaimer {
    /// What a compaction may write for the garbage that it takes away.
    private static final double BYTES_TO_MOVE = 24 << 20;

    private final RocksGate gate;
    private final ThreadFactory threads;
    private final AtomicBoolean isRunning = new AtomicBoolean();
    private boolean movesBlobs;

    SpaceReclaimer(RocksGate gate, ThreadFactory threads) {
        this.gate = gate;
        this.threads = threads;
    }

    /// Starts a compaction unless one runs.
    void reclaim() {
        if (isRunning.compareAndSet(false, true)) {
            threads.newThread(this::run).start();
        }
    }

    private void run() {
        try {
            gate.use(this::compact, false);
        } catch (RocksDBException failed) {
            System.getLogger(SpaceReclaimer.class.getName())
                    .log(System.Logger.Level.WARNING, "Room cannot be reclaimed.", failed);
        } finally {
            isRunning.set(false);
        }
    }

    /// By turns drops the files that hold garbage only, which takes no room, and moves what is
    /// alive out of the oldest ones.
    private boolean compact(RocksFiles files) throws RocksDBException {
        double blobBytes =
                Math.max(
                        1,
                        files.db()
                                .getLongProperty(
                                        files.pieceSpace(), "rocksdb.live-blob-file-size"));
        files.db()
                .setOptions(
                        files.pieceSpace(),
                        MutableColumnFamilyOptions.builder()
                                .setEnableBlobGarbageCollection(movesBlobs)
                                .setBlobGarbageCollectionAgeCutoff(
                                        Math.min(1, BYTES_TO_MOVE / blobBytes))
                                .build());
        movesBlobs = !movesBlobs;
        files.flush();
        files.db().compactRange(files.pieceSpace());
        return true;
    }
}
