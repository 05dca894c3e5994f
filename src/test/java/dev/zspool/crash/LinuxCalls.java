package dev.zspool.crash;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/// The system calls that a file system in this process needs. An error is an {@link IOException}
/// with the error's number.
final class LinuxCalls {
    private static final int READ_WRITE = 2;
    private static final int DETACH = 2;
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO =
            STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private static final MethodHandle OPEN =
            handle("open", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle CLOSE =
            handle("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle READ =
            handle("read", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
    private static final MethodHandle WRITE =
            handle("write", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
    private static final MethodHandle MOUNT =
            handle(
                    "mount",
                    FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS));
    private static final MethodHandle UNMOUNT =
            handle("umount2", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));

    private LinuxCalls() {}

    /// The linker is a restricted method: a wrong signature would crash the process.
    @SuppressWarnings("restricted")
    private static MethodHandle handle(String name, FunctionDescriptor type) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow(name),
                type,
                Linker.Option.captureCallState("errno"));
    }

    /// Opens a file to read and write it.
    static int open(String path) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            return (int) call("open", arena, OPEN, arena.allocateFrom(path), READ_WRITE);
        }
    }

    static void close(int descriptor) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            call("close", arena, CLOSE, descriptor);
        }
    }

    static int read(int descriptor, MemorySegment into) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            return (int) call("read", arena, READ, descriptor, into, into.byteSize());
        }
    }

    static void write(int descriptor, MemorySegment from) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            call("write", arena, WRITE, descriptor, from, from.byteSize());
        }
    }

    static void mount(String type, String target, String options) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment kind = arena.allocateFrom(type);
            call(
                    "mount",
                    arena,
                    MOUNT,
                    kind,
                    arena.allocateFrom(target),
                    kind,
                    0L,
                    arena.allocateFrom(options));
        }
    }

    /// Takes a file system out of the tree, whoever still uses it.
    static void unmount(String target) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            call("umount", arena, UNMOUNT, arena.allocateFrom(target), DETACH);
        }
    }

    private static long call(String name, Arena arena, MethodHandle handle, Object... arguments)
            throws IOException {
        MemorySegment state = arena.allocate(STATE);
        Object[] all = new Object[arguments.length + 1];
        all[0] = state;
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        long result;
        try {
            result = ((Number) handle.invokeWithArguments(all)).longValue();
        } catch (Throwable thrown) {
            throw new IllegalStateException(thrown);
        }
        if (result < 0) {
            throw new IOException(name + ": errno " + (int) ERRNO.get(state, 0L));
        }
        return result;
    }
}
