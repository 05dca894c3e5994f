package dev.zspool.os;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.OptionalLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ProcessMemoryTest {
    @Test
    @DisplayName("VmRSS is read in bytes")
    void parse() {
        assertEquals(
                OptionalLong.of(12_345L * 1024),
                ProcessMemory.residentBytes("Name:\tjava\nVmRSS:\t   12345 kB\nVmHWM:\t 99 kB\n"));
    }

    @Test
    @DisplayName("a status without the line, or without a number, is empty")
    void absent() {
        assertEquals(OptionalLong.empty(), ProcessMemory.residentBytes(""));
        assertEquals(OptionalLong.empty(), ProcessMemory.residentBytes("VmHWM:\t 99 kB\n"));
        assertEquals(OptionalLong.empty(), ProcessMemory.residentBytes("VmRSS:\t kB\n"));
    }

    @Test
    @DisplayName("this process has a plausible size")
    void real() {
        long bytes = ProcessMemory.residentBytes().orElseThrow();
        assertTrue(bytes > 8 << 20 && bytes < 1L << 40, bytes + " bytes");
    }
}
