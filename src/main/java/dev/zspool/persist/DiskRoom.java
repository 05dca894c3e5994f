package dev.zspool.persist;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/// The room on the disk, and the ballast: a file that takes some of it, to be given up when all
/// else is taken, so that blobs can still be removed.
///
/// Used by the committer only.
final class DiskRoom {
    /// What is left free: the log and the tables of unflushed writes fit into it.
    private static final long RESERVE_BYTES = 16L << 20;

    /// After so many bytes written the room is looked at again.
    private static final long BYTES_BETWEEN_LOOKS = 2L << 20;

    private final Path directory;
    private final Path ballast;
    private final long ballastBytes;
    private final FileStore disk;
    private long bytesUntilLook;

    DiskRoom(Path directory, Path ballast, long ballastBytes) throws IOException {
        this.directory = directory;
        this.ballast = ballast;
        this.ballastBytes = ballastBytes;
        this.disk = Files.getFileStore(directory);
    }

    static boolean isNoSpace(RocksDBException failed) {
        Status status = failed.getStatus();
        return (status != null && status.getSubCode() == Status.SubCode.NoSpace)
                || isNoSpace(failed.getMessage());
    }

    static boolean isNoSpace(@Nullable String message) {
        return message != null && message.contains("No space left");
    }

    /// Whether less than the reserve is left; looked at now and then only.
    boolean isShort(long writtenBytes) {
        bytesUntilLook -= writtenBytes;
        if (bytesUntilLook > 0) {
            return false;
        }
        bytesUntilLook = BYTES_BETWEEN_LOOKS;
        return usableBytes() < RESERVE_BYTES;
    }

    /// Whether there is room for the ballast, and then some.
    boolean isEnough() {
        long missing = ballastBytes - ballastLength();
        return usableBytes() >= missing + 2 * RESERVE_BYTES;
    }

    long usableBytes() {
        try {
            return disk.getUsableSpace();
        } catch (IOException unknown) {
            return Long.MAX_VALUE;
        }
    }

    private long ballastLength() {
        try {
            return Files.exists(ballast) ? Files.size(ballast) : 0;
        } catch (IOException unknown) {
            return 0;
        }
    }

    /// Gives the ballast up.
    ///
    /// @return whether there was any
    boolean dropBallast() {
        try {
            return Files.deleteIfExists(ballast);
        } catch (IOException failed) {
            return false;
        }
    }

    /// Sees that there is a whole ballast file.
    ///
    /// @return whether there is
    boolean makeBallast() {
        if (ballastLength() == ballastBytes) {
            return true;
        }
        Path draft = directory.resolve(ballast.getFileName() + ".new");
        try {
            try (FileChannel file =
                    FileChannel.open(
                            draft,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.TRUNCATE_EXISTING,
                            StandardOpenOption.WRITE)) {
                fill(file);
                file.force(true);
            }
            DataDirectory.moveDurably(draft, ballast);
            return true;
        } catch (IOException full) {
            try {
                Files.deleteIfExists(draft);
            } catch (IOException ignored) {
                // It is in the way of nobody, and is written over the next time.
            }
            return false;
        }
    }

    /// Not by its length alone: the blocks must be there.
    private void fill(FileChannel file) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocateDirect(1 << 18);
        long left = ballastBytes;
        while (left > 0) {
            zeros.clear().limit((int) Math.min(zeros.capacity(), left));
            left -= file.write(zeros);
        }
    }
}
