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

    private static final FunctionDescriptor LONGS =
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);

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

    private static MethodHandle capturing(String name, FunctionDescriptor descriptor) {
        return LINKER.downcallHandle(
                find(name), descriptor, Linker.Option.captureCallState("errno"));
    }

    /// A function of up to four integers and pointers, `(long, long, long, long) -> long`, whose
    /// failures need no reason: until it is compiled, a call that captures `errno` makes an object
    /// of 40 bytes, and this one never does.
    ///
    /// All functions of this form share one linkage; each further form costs the start 10 ms or
    /// more and 400 KiB. On Linux' x86-64 and arm64 an `int` is passed in a register of 64 bits
    /// whose upper half does not count, arguments too many are not looked at, and those behind
    /// `...` are passed as all others. Of a function that answers an `int` only the lower half of
    /// the answer counts.
    static MethodHandle ofLongs(String name) {
        return LINKER.downcallHandle(find(name), LONGS);
    }

    /// As {@link #ofLongs}, with `errno` captured in the segment that comes first.
    static MethodHandle ofLongsCapturing(String name) {
        return capturing(name, LONGS);
    }

    private static MemorySegment find(String name) {
        return LOOKUP.find(name)
                .orElseThrow(
                        () -> new UnsatisfiedLinkError("The C library has no function " + name));
    }
}
