package dev.zspool.boot;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EngineMemoryTest {
    private static final long MIB = 1 << 20;

    @ParameterizedTest
    @CsvSource({
        // From a small container to one that has half of the machine.
        "16, 65536, 4096",
        "245, 65536, 4096",
        "1000, 65536, 16000",
        "4000, 65536, 32768",
        // Without a container: half of the machine at once.
        "8192, 16384, 8192",
        // On a small machine, and where nobody knows how large it is.
        "245, 2048, 1024",
        "300, 500, 300",
        "300, 0, 300",
        // More than frames can be numbered.
        "100000, 999999, 131070",
    })
    @DisplayName("the budget can grow by far, up to half of the machine, without a restart")
    void range(long budgetMib, long machineMib, long rangeMib) {
        assertEquals(rangeMib * MIB, EngineMemory.rangeBytes(budgetMib * MIB, machineMib * MIB));
    }
}
