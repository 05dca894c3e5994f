package dev.zspool.os;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// Opens and reads small files of the kernel without making an object: `open(2)`, `pread(2)`,
/// `close(2)` with one buffer that is there from the start.
///
/// A `FileChannel` would do for most of it, but an interrupted thread closes its channels, and a
/// failed read makes an exception just when memory is short. For one thread at a time, and for none
/// once it is closed: nothing would stop it from writing into memory that is somebody else's.
final class FileCalls implements AutoCloseable {
    /// What the C library answers when something failed. Why is not asked.
    static final int FAILED = -1;

    private static final int O_RDONLY = 0;
    private static final int O_NONBLOCK = 0x800;
    private static final int O_CLOEXEC = 0x80000;

    /// More than any file read here has: `/proc/meminfo` has 1.6 KiB, `memory.stat` 3.
    private static final int BUFFER_BYTES = 16 << 10;

    private static final MethodHandle OPEN = Libc.ofLongs("open");
    private static final MethodHandle PREAD = Libc.ofLongs("pread");
    private static final MethodHandle CLOSE = Libc.ofLongs("close");

    private final Arena arena = Arena.ofShared();
    private final MemorySegment buffer = arena.allocate(BUFFER_BYTES);
    private final long bufferAddress = buffer.address();
    private final byte[] text = new byte[BUFFER_BYTES];

    /// A path as {@link #open} takes it; it lives as long as this object.
    MemorySegment nativePath(Path path) {
        return arena.allocateFrom(path.toString(), StandardCharsets.UTF_8);
    }

    /// Opens a file for reading, without waiting for anybody at its other end.
    ///
    /// @return the descriptor, or {@link #FAILED}
    int open(MemorySegment path) {
        try {
            long flags = O_RDONLY | O_NONBLOCK | O_CLOEXEC;
            return (int) (long) OPEN.invokeExact(path.address(), flags, 0L, 0L);
        } catch (Throwable unexpected) {
            throw new LinkageError("open", unexpected);
        }
    }

    /// Reads a file from its beginning into {@link #text}.
    ///
    /// @return how many bytes, or {@link #FAILED}
    int read(int fd) {
        try {
            long length =
                    (long) PREAD.invokeExact((long) fd, bufferAddress, (long) BUFFER_BYTES, 0L);
            if (length > 0) {
                MemorySegment.copy(buffer, JAVA_BYTE, 0, text, 0, (int) length);
            }
            return (int) length;
        } catch (Throwable unexpected) {
            throw new LinkageError("pread", unexpected);
        }
    }

    /// What the last {@link #read} brought; behind its length lies what was there before.
    byte[] text() {
        return text;
    }

    /// Closes a descriptor; there is nothing to be done when that fails.
    void close(int fd) {
        try {
            long _ = (long) CLOSE.invokeExact((long) fd, 0L, 0L, 0L);
        } catch (Throwable unexpected) {
            throw new LinkageError("close", unexpected);
        }
    }

    @Override
    public void close() {
        arena.close();
    }
}
