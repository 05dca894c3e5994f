package dev.zspool.os;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Address space and physical memory from Linux: the façade over `mmap(2)`, `munmap(2)`,
/// `madvise(2)` and `mincore(2)`.
///
/// Return codes become {@link Errno} values here and nowhere else. All methods are thread-safe. A
/// call may block for as long as the kernel needs (giving 2 MiB back takes some 200 µs): never call
/// one under a lock.
public final class NativeMemory {
    private static final int PROT_READ_WRITE = 0x1 | 0x2;
    private static final int MAP_PRIVATE = 0x02;
    private static final int MAP_ANONYMOUS = 0x20;
    private static final int MAP_NORESERVE = 0x4000;
    private static final long MAP_FAILED = -1L;
    private static final int SC_PAGESIZE = 30;
    private static final byte RESIDENT = 1;

    private NativeMemory() {}

    /// The size of the kernel's pages in bytes: 4096 on x86-64, possibly 16 or 64 KiB on arm64.
    public static int pageSizeBytes() {
        try {
            return Math.toIntExact((long) Libc.SYSCONF.invokeExact(SC_PAGESIZE));
        } catch (Throwable unexpected) {
            throw new LinkageError("sysconf", unexpected);
        }
    }

    /// Takes a range of address space that is not backed by memory yet and reads as zeros.
    ///
    /// Nothing is reserved for it (`MAP_NORESERVE`), so the range may be far larger than the
    /// machine's memory.
    ///
    /// @param sizeBytes the length, a positive multiple of `alignmentBytes`
    /// @param alignmentBytes a power of two, at least the kernel's page size
    public static MapResult reserve(long sizeBytes, long alignmentBytes) {
        if (sizeBytes <= 0
                || Long.bitCount(alignmentBytes) != 1
                || sizeBytes % alignmentBytes != 0) {
            throw new IllegalArgumentException(
                    "sizeBytes=" + sizeBytes + " alignmentBytes=" + alignmentBytes);
        }
        if (sizeBytes > Long.MAX_VALUE - alignmentBytes) {
            return new MapResult.Refused(Errno.ENOMEM);
        }
        long mappedBytes = sizeBytes + alignmentBytes;
        try (Arena scratch = Arena.ofConfined()) {
            MemorySegment errno = Libc.newErrnoBuffer(scratch);
            MemorySegment mapped =
                    (MemorySegment)
                            Libc.MMAP.invokeExact(
                                    errno,
                                    MemorySegment.NULL,
                                    mappedBytes,
                                    PROT_READ_WRITE,
                                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
                                    -1,
                                    0L);
            if (mapped.address() == MAP_FAILED) {
                return new MapResult.Refused(Libc.errno(errno));
            }
            long start = roundUp(mapped.address(), alignmentBytes);
            unmapEdge(mapped.address(), start - mapped.address());
            long end = start + sizeBytes;
            unmapEdge(end, mapped.address() + mappedBytes - end);
            return new MapResult.Mapped(segmentAt(start, sizeBytes));
        } catch (Throwable unexpected) {
            throw rethrow("mmap", unexpected);
        }
    }

    /// Gives a whole range of {@link #reserve} back. No thread may touch it afterwards: it would
    /// crash the process.
    public static Errno unmap(MemorySegment range) {
        try (Arena scratch = Arena.ofConfined()) {
            MemorySegment errno = Libc.newErrnoBuffer(scratch);
            int result = (int) Libc.MUNMAP.invokeExact(errno, range, range.byteSize());
            return result == 0 ? Errno.NONE : Libc.errno(errno);
        } catch (Throwable unexpected) {
            throw rethrow("munmap", unexpected);
        }
    }

    /// Advises the kernel about a part of a range.
    ///
    /// @param offset where the part begins in the range, a multiple of the kernel's page size
    /// @param lengthBytes how long it is
    /// @return `NONE`, or `EAGAIN` (try later), `ENOMEM`, `EINVAL` (the advice is not known to this
    ///   kernel)
    public static Errno advise(MemorySegment range, long offset, long lengthBytes, Advice advice) {
        MemorySegment part = range.asSlice(offset, lengthBytes);
        try (Arena scratch = Arena.ofConfined()) {
            MemorySegment errno = Libc.newErrnoBuffer(scratch);
            int result = (int) Libc.MADVISE.invokeExact(errno, part, lengthBytes, advice.number());
            return result == 0 ? Errno.NONE : Libc.errno(errno);
        } catch (Throwable unexpected) {
            throw rethrow("madvise", unexpected);
        }
    }

    /// Counts the kernel's pages of a range that are in memory now (`mincore(2)`): what was really
    /// given back is not.
    ///
    /// @param range whole pages
    /// @throws OsCallFailedException when the kernel does not answer
    public static long residentPages(MemorySegment range) {
        long pages = range.byteSize() / pageSizeBytes();
        try (Arena scratch = Arena.ofConfined()) {
            MemorySegment errno = Libc.newErrnoBuffer(scratch);
            MemorySegment vector = scratch.allocate(pages);
            int result = (int) Libc.MINCORE.invokeExact(errno, range, range.byteSize(), vector);
            if (result != 0) {
                throw new OsCallFailedException("mincore", Libc.errno(errno));
            }
            long resident = 0;
            for (long page = 0; page < pages; page++) {
                resident += vector.get(java.lang.foreign.ValueLayout.JAVA_BYTE, page) & RESIDENT;
            }
            return resident;
        } catch (Throwable unexpected) {
            throw rethrow("mincore", unexpected);
        }
    }

    @SuppressWarnings("restricted")
    private static MemorySegment segmentAt(long address, long sizeBytes) {
        return MemorySegment.ofAddress(address).reinterpret(sizeBytes);
    }

    private static void unmapEdge(long address, long lengthBytes) {
        if (lengthBytes > 0) {
            Errno errno = unmap(segmentAt(address, lengthBytes));
            if (errno != Errno.NONE) {
                throw new OsCallFailedException("munmap", errno);
            }
        }
    }

    private static long roundUp(long value, long alignment) {
        return (value + alignment - 1) & -alignment;
    }

    private static RuntimeException rethrow(String call, Throwable thrown) {
        return switch (thrown) {
            case RuntimeException runtime -> runtime;
            case Error error -> throw error;
            default -> new IllegalStateException(call, thrown);
        };
    }
}
