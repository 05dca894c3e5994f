package dev.zspool.os;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/// The C library's functions that this package calls, bound once. Nothing outside this package sees
/// a method handle.
///
/// Every handle whose failures are told apart captures `errno` in a segment of the caller: the JVM
/// itself makes calls between ours, so `errno` read later would be somebody else's.
@SuppressWarnings("restricted")
final class Libc {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final SymbolLookup LOOKUP = LINKER.defaultLookup();
    private static final StructLayout ERRNO_LAYOUT = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO =
            ERRNO_LAYOUT.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    static final MethodHandle MMAP =
            capturing(
                    "mmap",
                    FunctionDescriptor.of(
                            ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
    static final MethodHandle MUNMAP =
            capturing("munmap", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG));
    static final MethodHandle MADVISE =
            capturing("madvise", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    static final MethodHandle MINCORE =
            capturing("mincore", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, ADDRESS));
    static final MethodHandle SYSCONF =
            LINKER.downcallHandle(find("sysconf"), FunctionDescriptor.of(JAVA_LONG, JAVA_INT));

    private Libc() {}

    /// Room for one captured `errno`.
    static MemorySegment newErrnoBuffer(Arena arena) {
        return arena.allocate(ERRNO_LAYOUT);
    }

    static Errno errno(MemorySegment buffer) {
        return Errno.of(errnoNumber(buffer));
    }

    static int errnoNumber(MemorySegment buffer) {
        return (int) ERRNO.get(buffer, 0L);
    }

    static MethodHandle capturing(String name, FunctionDescriptor descriptor) {
        return LINKER.downcallHandle(
                find(name), descriptor, Linker.Option.captureCallState("errno"));
    }

    /// As {@link #capturing}, of a function like `open` that ends in `...`.
    static MethodHandle capturingVariadic(
            String name, FunctionDescriptor descriptor, int firstVariadic) {
        return LINKER.downcallHandle(
                find(name),
                descriptor,
                Linker.Option.captureCallState("errno"),
                Linker.Option.firstVariadicArg(firstVariadic));
    }

    /// A function whose failures need no reason. Until it is compiled, a call that captures `errno`
    /// makes an object of 40 bytes; this one never does.
    static MethodHandle plain(String name, FunctionDescriptor descriptor) {
        return LINKER.downcallHandle(find(name), descriptor);
    }

    /// As {@link #plain}, of a function like `open` that ends in `...`.
    static MethodHandle plainVariadic(
            String name, FunctionDescriptor descriptor, int firstVariadic) {
        return LINKER.downcallHandle(
                find(name), descriptor, Linker.Option.firstVariadicArg(firstVariadic));
    }

    private static MemorySegment find(String name) {
        return LOOKUP.find(name)
                .orElseThrow(
                        () -> new UnsatisfiedLinkError("The C library has no function " + name));
    }
}
