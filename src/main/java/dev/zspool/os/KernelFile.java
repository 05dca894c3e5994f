package dev.zspool.os;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/// A small file of the kernel that is held open and read again and again.
///
/// One that cannot be read is opened anew: at once when it was open (`ENODEV`: its cgroup was
/// removed), now and then when it could not be opened.
final class KernelFile {
    /// A file that is not there is looked for every so many reads: some six seconds of sampling.
    private static final int READS_BETWEEN_TRIES = 32;

    private final FileCalls calls;
    private final MemorySegment path;
    private int fd = FileCalls.FAILED;
    private int readsToSkip;

    KernelFile(FileCalls calls, Path path) {
        this.calls = calls;
        this.path = calls.nativePath(path);
    }

    /// Reads the file into {@link FileCalls#text}.
    ///
    /// @return its length, or {@link FileCalls#FAILED}
    int read() {
        if (fd != FileCalls.FAILED) {
            int length = calls.read(fd);
            if (length >= 0) {
                return length;
            }
            close();
        } else if (readsToSkip > 0) {
            readsToSkip--;
            return FileCalls.FAILED;
        }
        return openAndRead();
    }

    private int openAndRead() {
        fd = calls.open(path);
        if (fd >= 0) {
            int length = calls.read(fd);
            if (length >= 0) {
                return length;
            }
            close();
        }
        readsToSkip = READS_BETWEEN_TRIES;
        return FileCalls.FAILED;
    }

    void close() {
        if (fd != FileCalls.FAILED) {
            calls.close(fd);
            fd = FileCalls.FAILED;
        }
    }
}
