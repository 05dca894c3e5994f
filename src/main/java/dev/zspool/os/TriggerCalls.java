package dev.zspool.os;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// The system calls behind a {@link PressureTrigger}: those that arm it say why they failed, those
/// that wait make no object. Not to be used once it is closed.
final class TriggerCalls implements AutoCloseable {
    static final int O_RDONLY = 0;
    static final int O_WRONLY = 1;
    static final int O_RDWR = 2;
    private static final int O_NONBLOCK_CLOEXEC = 0x800 | 0x80000;
    private static final short AF_UNIX = 1;
    private static final int SOCK_STREAM = 1;

    /// `struct sockaddr_un`: a family of two bytes and a path that ends in a zero.
    private static final int ADDRESS_BYTES = 110;

    private static final int FAMILY_BYTES = 2;
    static final int BUFFER_BYTES = 4096;

    /// `struct pollfd`: the descriptor, what is wanted, what happened.
    private static final int POLL_BYTES = 8;

    private static final int WANTED = 4;
    private static final int HAPPENED = 6;

    private static final MethodHandle OPEN = Libc.ofLongsCapturing("open");
    private static final MethodHandle WRITE = Libc.ofLongsCapturing("write");
    private static final MethodHandle SOCKET = Libc.ofLongsCapturing("socket");
    private static final MethodHandle CONNECT = Libc.ofLongsCapturing("connect");
    private static final MethodHandle EVENTFD = Libc.ofLongsCapturing("eventfd");
    private static final MethodHandle READ = Libc.ofLongs("read");
    private static final MethodHandle PREAD = Libc.ofLongs("pread");
    private static final MethodHandle POLL = Libc.ofLongs("poll");
    private static final MethodHandle CLOSE = Libc.ofLongs("close");

    private final Arena arena = Arena.ofShared();
    private final MemorySegment errno = Libc.newErrnoBuffer(arena);
    private final MemorySegment buffer = arena.allocate(BUFFER_BYTES);
    private final MemorySegment polled = arena.allocate(2 * POLL_BYTES, Long.BYTES);
    private final MemorySegment one = arena.allocateFrom(JAVA_LONG, 1);

    /// What the call answers, or the negative number of its error.
    private int checked(MethodHandle call, long first, long second, long third) {
        try {
            int result = (int) (long) call.invokeExact(errno, first, second, third, 0L);
            return result >= 0 ? result : -Libc.errnoNumber(errno);
        } catch (Throwable unexpected) {
            throw new LinkageError("A call of the C library", unexpected);
        }
    }

    /// Opens a file.
    ///
    /// @param mode `O_RDONLY`, `O_WRONLY` or `O_RDWR`
    /// @return the descriptor, or the negative number of the error
    int open(Path path, int mode) {
        try (Arena scratch = Arena.ofConfined()) {
            MemorySegment name = scratch.allocateFrom(path.toString(), StandardCharsets.UTF_8);
            return checked(OPEN, name.address(), mode | O_NONBLOCK_CLOEXEC, 0);
        }
    }

    /// Connects to a stream socket in the file system; answers as {@link #open}.
    int connect(Path path) {
        byte[] name = path.toString().getBytes(StandardCharsets.UTF_8);
        if (name.length > ADDRESS_BYTES - FAMILY_BYTES - 1) {
            return -Errno.EINVAL.number();
        }
        int fd = checked(SOCKET, AF_UNIX, SOCK_STREAM | O_NONBLOCK_CLOEXEC, 0);
        if (fd < 0) {
            return fd;
        }
        try (Arena scratch = Arena.ofConfined()) {
            MemorySegment address = scratch.allocate(ADDRESS_BYTES, Short.BYTES);
            address.set(JAVA_SHORT, 0, AF_UNIX);
            MemorySegment.copy(name, 0, address, JAVA_BYTE, FAMILY_BYTES, name.length);
            int result = checked(CONNECT, fd, address.address(), ADDRESS_BYTES);
            if (result < 0) {
                close(fd);
                return result;
            }
        }
        return fd;
    }

    /// A new eventfd; answers as {@link #open}.
    int eventFd() {
        return checked(EVENTFD, 0, O_NONBLOCK_CLOEXEC, 0);
    }

    /// Writes bytes in one call.
    ///
    /// @return how many, or the negative number of the error
    int write(int fd, byte[] content) {
        try (Arena scratch = Arena.ofConfined()) {
            MemorySegment bytes = scratch.allocateFrom(JAVA_BYTE, content);
            return checked(WRITE, fd, bytes.address(), bytes.byteSize());
        }
    }

    /// Makes an eventfd ready to be read.
    void signal(int eventFd) {
        int _ = checked(WRITE, eventFd, one.address(), one.byteSize());
    }

    /// Reads what there is, up to a buffer, and forgets it.
    ///
    /// @return how many bytes; 0 at the end of a stream, negative when there is nothing now
    int discard(int fd) {
        try {
            long address = buffer.address();
            return (int) (long) READ.invokeExact((long) fd, address, (long) BUFFER_BYTES, 0L);
        } catch (Throwable unexpected) {
            throw new LinkageError("read", unexpected);
        }
    }

    /// Whether a file can be read from its beginning.
    boolean canRead(int fd) {
        try {
            long address = buffer.address();
            return (long) PREAD.invokeExact((long) fd, address, (long) BUFFER_BYTES, 0L) >= 0;
        } catch (Throwable unexpected) {
            throw new LinkageError("pread", unexpected);
        }
    }

    /// Says what {@link #poll} waits for at one of its two places; a negative descriptor is none.
    void watch(int place, int fd, int wanted) {
        polled.set(JAVA_INT, place * (long) POLL_BYTES, fd);
        polled.set(JAVA_SHORT, place * (long) POLL_BYTES + WANTED, (short) wanted);
    }

    /// Waits for the first places.
    ///
    /// @return how many of them something happened at, 0 when the time is over, negative when a
    ///   signal came
    int poll(int places, int timeoutMillis) {
        try {
            long address = polled.address();
            return (int) (long) POLL.invokeExact(address, (long) places, (long) timeoutMillis, 0L);
        } catch (Throwable unexpected) {
            throw new LinkageError("poll", unexpected);
        }
    }

    /// What happened at a place in the last {@link #poll}.
    int happened(int place) {
        return polled.get(JAVA_SHORT, place * (long) POLL_BYTES + HAPPENED);
    }

    /// Closes a descriptor; a negative one is none.
    void close(int fd) {
        if (fd < 0) {
            return;
        }
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
