package dev.zspool.os;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// Opens and reads small files of the kernel without making an object: `open(2)`, `pread(2)`,
/// `close(2)` with one buffer that is there from the start.
///
/// A `FileChannel` would do for most of it, but an interrupted thread closes its channels, and a
/// failed read makes an exception just when memory is short. For one thread at a time.
final class FileCalls implements AutoCloseable {
    /// What the C library answers when something failed. Why is not asked.
    static final int FAILED = -1;

    private static final int O_RDONLY = 0;
    private static final int O_NONBLOCK = 0x800;
    private static final int O_CLOEXEC = 0x80000;

    /// More than any file read here has: `/proc/meminfo` has 1.6 KiB, `memory.stat` 3.
    private static final int BUFFER_BYTES = 16 << 10;

    private static final MethodHandle OPEN =
            Libc.plainVariadic(
                    "open", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT), 2);
    private static final MethodHandle PREAD =
            Libc.plain(
                    "pread",
                    FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle CLOSE =
            Libc.plain("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

    private final Arena arena = Arena.ofShared();
    private final MemorySegment buffer = arena.allocate(BUFFER_BYTES);
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
            return (int) OPEN.invokeExact(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC, 0);
        } catch (Throwable unexpected) {
            throw new LinkageError("open", unexpected);
        }
    }

    /// Reads a file from its beginning into {@link #text}.
    ///
    /// @return how many bytes, or {@link #FAILED}
    int read(int fd) {
        try {
            long length = (long) PREAD.invokeExact(fd, buffer, (long) BUFFER_BYTES, 0L);
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
            int _ = (int) CLOSE.invokeExact(fd);
        } catch (Throwable unexpected) {
            throw new LinkageError("close", unexpected);
        }
    }

    @Override
    public void close() {
        arena.close();
    }
}
