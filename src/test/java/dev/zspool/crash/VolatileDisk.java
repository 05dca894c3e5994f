package dev.zspool.crash;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/// A disk that forgets at a power cut what it was not told to flush: what was written since the
/// last flush is kept by the sector, or not, as a seed says.
///
/// Thread-safe: a cut sees the disk between two requests.
public final class VolatileDisk implements AutoCloseable {
    /// What a disk writes whole or not at all.
    static final int SECTOR_BYTES = 512;

    /// Writes with a longer pause between them do not belong together.
    private static final long BURST_PAUSE_NANOS = 20_000_000;

    private static final int COPY_BYTES = 1 << 16;
    private static final byte[] ZEROES = new byte[COPY_BYTES];

    /// What becomes of writes that were not flushed.
    public enum Unflushed {
        /// None of them is there.
        LOST,
        /// All of them are there, as when the power goes a moment later.
        KEPT,
        /// Some sectors of them are there, others not.
        TORN
    }

    private record Write(long offset, ByteBuffer bytes) {}

    private final long sizeBytes;
    private final Path durablePath;
    private final FileChannel current;
    private final FileChannel durable;
    private final List<Write> unflushed = new ArrayList<>();
    private boolean isHonest = true;
    private byte[] refused = {};
    private long flushes;
    private long writes;
    private long burstBeginNanos;
    private long lastWriteNanos;
    private long longestFlushNanos;

    /// @param directory has room for two files of what is written
    VolatileDisk(Path directory, long sizeBytes) throws IOException {
        this.sizeBytes = sizeBytes;
        this.durablePath = directory.resolve("durable");
        this.current = create(directory.resolve("current"));
        this.durable = create(durablePath);
    }

    private static FileChannel create(Path path) throws IOException {
        return FileChannel.open(
                path,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
    }

    long sizeBytes() {
        return sizeBytes;
    }

    synchronized long flushes() {
        return flushes;
    }

    synchronized long writes() {
        return writes;
    }

    /// The longest time from a write to the flush behind it, since this was asked last: how long
    /// the machine takes to sync something.
    synchronized long longestFlushNanos() {
        long longest = longestFlushNanos;
        longestFlushNanos = 0;
        return longest;
    }

    /// Reads; zeros where nothing was written.
    synchronized void read(long offset, ByteBuffer into) throws IOException {
        int length = into.remaining();
        long position = offset;
        while (into.hasRemaining()) {
            int count = current.read(into, position);
            if (count < 0) {
                into.put(new byte[into.remaining()]);
                return;
            }
            position += count;
        }
        assert into.position() == length;
    }

    /// Writes, unless that is refused.
    ///
    /// @return whether it did
    synchronized boolean write(long offset, ByteBuffer from) throws IOException {
        if (isRefused(from)) {
            return false;
        }
        ByteBuffer bytes = ByteBuffer.allocate(from.remaining()).put(from).flip();
        put(current, offset, bytes.duplicate());
        long now = System.nanoTime();
        if (now - lastWriteNanos > BURST_PAUSE_NANOS) {
            burstBeginNanos = now;
        }
        lastWriteNanos = now;
        unflushed.add(new Write(offset, bytes));
        writes++;
        return true;
    }

    /// From now on what has these bytes in it cannot be written: the disk has bad sectors for the
    /// content of a file, and for nothing of the file system. None for all can be written.
    synchronized void refuse(byte[] mark) {
        refused = mark.clone();
    }

    private boolean isRefused(ByteBuffer bytes) {
        if (refused.length == 0) {
            return false;
        }
        ByteBuffer mark = ByteBuffer.wrap(refused);
        for (int at = bytes.position(); at <= bytes.limit() - refused.length; at++) {
            if (bytes.get(at) == refused[0] && bytes.slice(at, refused.length).equals(mark)) {
                return true;
            }
        }
        return false;
    }

    /// What was written becomes durable, unless the disk lies.
    synchronized void flush() throws IOException {
        flushes++;
        long now = System.nanoTime();
        if (now - lastWriteNanos < BURST_PAUSE_NANOS) {
            longestFlushNanos = Math.max(longestFlushNanos, now - burstBeginNanos);
        }
        if (isHonest) {
            for (Write write : unflushed) {
                put(durable, write.offset, write.bytes);
            }
            unflushed.clear();
        }
    }

    /// From now on flushes are answered and nothing else: the disk that loses what it promised.
    synchronized void lie() {
        isHonest = false;
    }

    /// Writes what a power cut leaves to a file.
    ///
    /// @param atCut is run when the disk stands still, before anything is copied
    synchronized void cut(
            Path image, Unflushed unflushedWrites, SplittableRandom random, Runnable atCut)
            throws IOException {
        atCut.run();
        try (FileChannel copy = create(image)) {
            copyDurable(copy);
            for (Write write : unflushed) {
                for (int at = 0; at < write.bytes.limit(); at += SECTOR_BYTES) {
                    boolean isKept =
                            switch (unflushedWrites) {
                                case LOST -> false;
                                case KEPT -> true;
                                case TORN -> random.nextBoolean();
                            };
                    if (isKept) {
                        int length = Math.min(SECTOR_BYTES, write.bytes.limit() - at);
                        put(copy, write.offset + at, write.bytes.slice(at, length));
                    }
                }
            }
        }
    }

    private void copyDurable(FileChannel copy) throws IOException {
        try (FileChannel from = FileChannel.open(durablePath, StandardOpenOption.READ)) {
            ByteBuffer part = ByteBuffer.allocate(COPY_BYTES);
            long offset = 0;
            while (from.read(part, offset) > 0) {
                byte[] bytes = part.array();
                // Holes stay holes.
                if (!Arrays.equals(bytes, 0, part.position(), ZEROES, 0, part.position())) {
                    put(copy, offset, ByteBuffer.wrap(bytes, 0, part.position()));
                }
                offset += part.position();
                part.clear();
            }
        }
        if (copy.size() < sizeBytes) {
            put(copy, sizeBytes - 1, ByteBuffer.allocate(1));
        }
    }

    private static void put(FileChannel file, long offset, ByteBuffer bytes) throws IOException {
        int from = bytes.position();
        while (bytes.hasRemaining()) {
            file.write(bytes, offset + bytes.position() - from);
        }
    }

    @Override
    public synchronized void close() throws IOException {
        current.close();
        durable.close();
        Files.deleteIfExists(durablePath);
        Files.deleteIfExists(durablePath.resolveSibling("current"));
    }
}
