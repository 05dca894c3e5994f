package dev.zspool.pressure;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// When memory is short, deciding about it takes none.
@DisplayName("PressurePolicy, allocation")
class PressureAllocationTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int DECISIONS = 10_000;

    private final PolicyDriver service = new PolicyDriver();

    /// Through all levels and reasons, again and again.
    private void decide() {
        PressureInputs in = service.in;
        for (int i = 0; i < DECISIONS; i++) {
            in.workingSetBytes = in.limitBytes - (long) (i % 500 - 50) * PolicyDriver.MIB;
            in.someStallMicros = i % 3000 < 1000 ? 50_000 : 0;
            in.oomEvents = i % 777 == 0 ? 1 : 0;
            in.highEvents = i % 33;
            in.evictableBytes = i % 700 * PolicyDriver.MIB;
            in.waitingWriters = i % 5;
            in.requestedReleaseBytes = i % 900 == 0 ? PolicyDriver.MIB : 0;
            in.configuredBudgetBytes = (i % 4000 < 2000 ? 600 : 400) * PolicyDriver.MIB;
            service.tick();
        }
    }

    @Test
    @DisplayName("10,000 decisions allocate 0 bytes")
    void nothing() {
        decide();
        long least = Long.MAX_VALUE;
        for (int attempt = 0; attempt < 5; attempt++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            decide();
            least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
        }
        assertEquals(0, least);
    }
}
