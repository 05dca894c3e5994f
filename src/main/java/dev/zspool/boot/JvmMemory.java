package dev.zspool.boot;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import javax.management.JMException;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;

/// What this JVM is set up to take, and what it takes already.
final class JvmMemory {
    private static final long MIB = 1L << 20;
    private static final String DIAGNOSTIC = "com.sun.management:type=HotSpotDiagnostic";

    /// What classes and compiled code grow by after the start, under any load that was seen.
    private static final long METASPACE_GROWTH_BYTES = 12 * MIB;

    private static final long CODE_GROWTH_BYTES = 20 * MIB;

    /// Of a stack so much is touched, about.
    private static final long STACK_BYTES = 96L << 10;

    /// Threads that come later: event loops, readers, workers.
    private static final int MORE_THREADS = 32;

    private JvmMemory() {}

    /// What is to be expected of it.
    ///
    /// @param journalBytes what the journal is set up to take
    static MemoryPlan.Others expected(long journalBytes) {
        long heap = Runtime.getRuntime().maxMemory();
        long direct = option("MaxDirectMemorySize");
        return new MemoryPlan.Others(
                heap,
                direct > 0 ? direct : heap,
                used("Metaspace", "Compressed Class Space") + METASPACE_GROWTH_BYTES,
                Math.min(
                        option("ReservedCodeCacheSize"),
                        used("CodeHeap", "CodeCache") + CODE_GROWTH_BYTES),
                (ManagementFactory.getThreadMXBean().getThreadCount() + MORE_THREADS) * STACK_BYTES,
                journalBytes);
    }

    private static long used(String... prefixes) {
        long bytes = 0;
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            for (String prefix : prefixes) {
                if (pool.getName().startsWith(prefix)) {
                    bytes += pool.getUsage().getCommitted();
                }
            }
        }
        return bytes;
    }

    private static long option(String name) {
        try {
            Object option =
                    ManagementFactory.getPlatformMBeanServer()
                            .invoke(
                                    new ObjectName(DIAGNOSTIC),
                                    "getVMOption",
                                    new Object[] {name},
                                    new String[] {String.class.getName()});
            return Long.parseLong(String.valueOf(((CompositeData) option).get("value")));
        } catch (JMException unknown) {
            throw new IllegalStateException("The JVM does not tell its option " + name, unknown);
        }
    }
}
