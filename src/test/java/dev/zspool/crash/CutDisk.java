package dev.zspool.crash;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;

/// A mounted ext4 on a disk whose power can be cut at any moment, any number of times: each cut is
/// an image of what the disk would have kept, while work on it goes on.
public final class CutDisk implements AutoCloseable {
    private final VolatileDisk disk;
    private final FuseDisk fuse;
    private final Ext4 files;

    /// @param folder where it keeps what it needs
    public CutDisk(Path folder, long sizeBytes) throws IOException {
        disk = new VolatileDisk(folder, sizeBytes);
        fuse = new FuseDisk(disk, Files.createDirectories(folder.resolve("fuse")));
        try {
            files = Ext4.format(fuse.file(), folder.resolve("mounted"));
        } catch (IOException failure) {
            fuse.close();
            throw failure;
        }
    }

    public Path directory() {
        return files.directory();
    }

    /// See {@link VolatileDisk#refuse}.
    public void refuse(byte[] mark) {
        disk.refuse(mark);
    }

    /// See {@link VolatileDisk#lie}.
    void lie() {
        disk.lie();
    }

    /// See {@link VolatileDisk#cut}.
    public void cut(
            Path image, VolatileDisk.Unflushed unflushed, SplittableRandom random, Runnable atCut)
            throws IOException {
        disk.cut(image, unflushed, random, atCut);
    }

    /// See {@link VolatileDisk#longestFlushNanos}.
    long longestFlushNanos() {
        return disk.longestFlushNanos();
    }

    /// How much it was used, for the log.
    String summary() {
        return disk.writes() + " writes and " + disk.flushes() + " flushes of the disk";
    }

    @Override
    public void close() throws IOException {
        files.close();
        fuse.close();
        disk.close();
    }
}
