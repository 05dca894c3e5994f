package dev.zspool.os;

import static dev.zspool.os.KernelTree.MIB;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The reader over this machine's own files, and what it costs.
class MemoryReaderRealTest {
    private static final int WARM_UP = 20_000;
    private static final int MEASURED = 1000;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @TempDir private Path root;

    @Test
    @DisplayName("this machine: sizes are plausible, nothing is stale")
    void real() {
        MemorySample sample = new MemorySample();
        try (MemoryReader reader = MemoryReader.open(Path.of("/"))) {
            reader.sample(sample);
        }
        assertTrue(sample.totalBytes() > 256 * MIB, sample::toString);
        assertTrue(sample.availableBytes() > 0, sample::toString);
        assertTrue(sample.residentBytes() > 16 * MIB, sample::toString);
        assertTrue(sample.usageBytes() > 0, sample::toString);
        assertEquals(0, sample.staleReads());
    }

    @Test
    @DisplayName("a thousand samples make no object: of this machine, of v1, and of v2 with damage")
    void allocatesNothing() {
        measure(Path.of("/"));
        KernelTree tree = new KernelTree(root);
        tree.legacy("/a").files("sys/fs/cgroup/memory/a", KernelTree.legacyLevel(MIB, MIB, 1, 0));
        measure(root);
        tree.unified("/a/b")
                .files("sys/fs/cgroup/a/b", KernelTree.unifiedLevel("max", "nonsense", MIB, 1))
                .files("sys/fs/cgroup/a", KernelTree.unifiedLevel("9000000", "", 2 * MIB, 1));
        measure(root);
    }

    private static void measure(Path root) {
        MemorySample sample = new MemorySample();
        try (MemoryReader reader = MemoryReader.open(root)) {
            sample(reader, sample, WARM_UP);
            // A compiler that is not done yet may still move things around.
            long least = Long.MAX_VALUE;
            for (int attempt = 0; attempt < 5; attempt++) {
                long before = THREADS.getCurrentThreadAllocatedBytes();
                sample(reader, sample, MEASURED);
                least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
            }
            assertEquals(emptyMeasure(), least);
        }
    }

    private static long emptyMeasure() {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }

    private static void sample(MemoryReader reader, MemorySample sample, int count) {
        for (int i = 0; i < count; i++) {
            reader.sample(sample);
        }
    }
}
