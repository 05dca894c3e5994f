package dev.zspool.observe;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryUsage;
import java.util.function.ToLongFunction;
import javax.management.JMException;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;

/// What the JVM takes, or may take at most, by what for; in bytes.
///
/// The memory of classes that the JVM has from its archive is in none of these: it is a file's.
///
/// @param heapBytes of objects
/// @param directBytes of buffers outside the heap
/// @param metaspaceBytes of classes
/// @param codeBytes of compiled code
/// @param stackBytes of the stacks of the threads that there are: address space, most of it
///   untouched
public record JvmMemory(
        long heapBytes, long directBytes, long metaspaceBytes, long codeBytes, long stackBytes) {

    /// What it has from the system now. Stacks count in full, touched or not.
    public static JvmMemory now() {
        long direct = 0;
        for (BufferPoolMXBean pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
            if (pool.getName().equals("direct")) {
                direct = pool.getMemoryUsed();
            }
        }
        return of(MemoryUsage::getCommitted, direct);
    }

    /// The bounds that it was started with; {@link Long#MAX_VALUE} for what has none.
    public static JvmMemory most() {
        long direct = option("MaxDirectMemorySize");
        // Not set means as much as the heap.
        return of(JvmMemory::maximum, direct > 0 ? direct : Runtime.getRuntime().maxMemory());
    }

    private static JvmMemory of(ToLongFunction<MemoryUsage> figure, long directBytes) {
        long metaspace = 0;
        long code = 0;
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            long bytes = figure.applyAsLong(pool.getUsage());
            if (pool.getName().equals("Metaspace")) {
                metaspace = bytes;
            } else if (pool.getName().startsWith("Code")) {
                // One pool, or one for each kind of code.
                code += bytes;
            }
        }
        return new JvmMemory(
                figure.applyAsLong(ManagementFactory.getMemoryMXBean().getHeapMemoryUsage()),
                directBytes,
                metaspace,
                code,
                ManagementFactory.getThreadMXBean().getThreadCount()
                        * (option("ThreadStackSize") << 10));
    }

    private static long maximum(MemoryUsage usage) {
        return usage.getMax() < 0 ? Long.MAX_VALUE : usage.getMax();
    }

    private static long option(String name) {
        try {
            CompositeData option =
                    (CompositeData)
                            ManagementFactory.getPlatformMBeanServer()
                                    .invoke(
                                            new ObjectName(
                                                    "com.sun.management:type=HotSpotDiagnostic"),
                                            "getVMOption",
                                            new Object[] {name},
                                            new String[] {String.class.getName()});
            return Long.parseLong((String) option.get("value"));
        } catch (JMException unknown) {
            // Another JVM: as if it were not set.
            return 0;
        }
    }
}
