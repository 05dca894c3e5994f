package dev.zspool.os;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class NativeMemoryTest {
    private static final long MIB = 1 << 20;
    private static final int PAGE = NativeMemory.pageSizeBytes();

    private final List<MemorySegment> mapped = new ArrayList<>();

    @AfterEach
    void unmapAll() {
        for (MemorySegment memory : mapped) {
            assertEquals(Errno.NONE, NativeMemory.unmap(memory));
        }
    }

    private MemorySegment map(long sizeBytes, long alignmentBytes) {
        MapResult result = NativeMemory.reserve(sizeBytes, alignmentBytes);
        MemorySegment memory = assertInstanceOf(MapResult.Mapped.class, result).segment();
        mapped.add(memory);
        return memory;
    }

    @Test
    @DisplayName("a range is aligned as asked, of the size asked, and reads as zeros")
    void reserve() {
        for (long alignment = PAGE; alignment <= 4 * MIB; alignment *= 2) {
            MemorySegment memory = map(8 * MIB, alignment);
            assertEquals(0, memory.address() % alignment);
            assertEquals(8 * MIB, memory.byteSize());
            for (long offset = 0; offset < memory.byteSize(); offset += PAGE) {
                assertEquals(0, memory.get(JAVA_LONG, offset));
            }
        }
    }

    @Test
    @DisplayName("a range far larger than the machine's memory costs nothing until it is touched")
    void hugeRange() {
        MemorySegment memory = map(1L << 38, 2 * MIB);
        memory.set(JAVA_BYTE, memory.byteSize() - 1, (byte) 7);
        MemorySegment last = memory.asSlice(memory.byteSize() - 64 * MIB);
        assertEquals(1, NativeMemory.residentPages(last));
    }

    @Test
    @DisplayName("more than the address space is refused with ENOMEM, as a value")
    void absurdSize() {
        for (int shift = 57; shift <= 62; shift++) {
            assertEquals(
                    new MapResult.Refused(Errno.ENOMEM),
                    NativeMemory.reserve(1L << shift, 2 * MIB),
                    "2^" + shift);
        }
        assertEquals(
                new MapResult.Refused(Errno.ENOMEM),
                NativeMemory.reserve(Long.MAX_VALUE & -2 * MIB, 2 * MIB));
    }

    @Test
    @DisplayName("sizes and alignments that make no sense are the caller's fault")
    void badArguments() {
        assertThrows(IllegalArgumentException.class, () -> NativeMemory.reserve(0, PAGE));
        assertThrows(IllegalArgumentException.class, () -> NativeMemory.reserve(-PAGE, PAGE));
        assertThrows(IllegalArgumentException.class, () -> NativeMemory.reserve(PAGE + 1, PAGE));
        assertThrows(
                IllegalArgumentException.class, () -> NativeMemory.reserve(3L * PAGE, 3L * PAGE));
        assertThrows(IllegalArgumentException.class, () -> NativeMemory.reserve(PAGE, 0));
    }

    @Test
    @DisplayName("DONTNEED really takes the pages away, and they read as zeros")
    void dontNeed() {
        MemorySegment memory = map(4 * MIB, 2 * MIB);
        assertEquals(Errno.NONE, advise(memory, Advice.NOHUGEPAGE));
        memory.fill((byte) 0x55);
        assertEquals(4 * MIB / PAGE, NativeMemory.residentPages(memory));
        assertEquals(Errno.NONE, NativeMemory.advise(memory, MIB, 2 * MIB, Advice.DONTNEED));
        assertEquals(2 * MIB / PAGE, NativeMemory.residentPages(memory));
        assertEquals(0x55, memory.get(JAVA_BYTE, MIB - 1));
        assertEquals(0, memory.get(JAVA_BYTE, MIB));
        assertEquals(0, memory.get(JAVA_BYTE, 3 * MIB - 1));
        assertEquals(0x55, memory.get(JAVA_BYTE, 3 * MIB));
    }

    @Test
    @DisplayName("every advice has the kernel's number and is taken")
    void advice() {
        assertEquals(4, Advice.DONTNEED.number());
        assertEquals(14, Advice.HUGEPAGE.number());
        assertEquals(15, Advice.NOHUGEPAGE.number());
        assertEquals(16, Advice.DONTDUMP.number());
        MemorySegment memory = map(4 * MIB, 2 * MIB);
        for (Advice advice : List.of(Advice.DONTNEED, Advice.DONTDUMP)) {
            assertEquals(Errno.NONE, advise(memory, advice));
        }
    }

    @Test
    @DisplayName("advice for a part that begins inside a page is EINVAL")
    void unalignedAdvice() {
        MemorySegment memory = map(2 * MIB, 2 * MIB);
        assertEquals(Errno.EINVAL, NativeMemory.advise(memory, 8, PAGE, Advice.DONTNEED));
    }

    @Test
    @DisplayName("advice beyond the range is the caller's fault and never reaches the kernel")
    void adviceOutOfRange() {
        MemorySegment memory = map(2 * MIB, 2 * MIB);
        assertThrows(
                IndexOutOfBoundsException.class,
                () -> NativeMemory.advise(memory, 2 * MIB, PAGE, Advice.DONTNEED));
        assertThrows(
                IndexOutOfBoundsException.class,
                () -> NativeMemory.advise(memory, -PAGE, PAGE, Advice.DONTNEED));
    }

    @Test
    @DisplayName("advice and counts for a range that is not mapped are ENOMEM, typed")
    void unmapped() {
        MemorySegment memory = map(2 * MIB, 2 * MIB);
        mapped.clear();
        assertEquals(Errno.NONE, NativeMemory.unmap(memory));
        assertEquals(Errno.ENOMEM, advise(memory, Advice.DONTNEED));
        OsCallFailedException thrown =
                assertThrows(OsCallFailedException.class, () -> NativeMemory.residentPages(memory));
        assertEquals(Errno.ENOMEM, thrown.errno());
        assertTrue(thrown.toString().contains("mincore"), thrown::toString);
    }

    @Test
    @DisplayName("unmapping half a page is EINVAL")
    void badUnmap() {
        MemorySegment memory = map(2 * MIB, 2 * MIB);
        assertEquals(Errno.EINVAL, NativeMemory.unmap(memory.asSlice(8, PAGE)));
    }

    private static Errno advise(MemorySegment memory, Advice advice) {
        return NativeMemory.advise(memory, 0, memory.byteSize(), advice);
    }
}
