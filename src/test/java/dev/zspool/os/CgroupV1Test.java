package dev.zspool.os;

import static dev.zspool.os.KernelTree.MIB;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.testkit.MemoryCgroup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Reader and trigger over a real cgroup of version 1, which a made-up `/proc/self` says we are in.
class CgroupV1Test {
    @TempDir private Path root;
    private MemoryCgroup cgroup;
    private final MemorySample sample = new MemorySample();

    @BeforeEach
    void make() throws IOException {
        cgroup = MemoryCgroup.make();
        enter(cgroup);
        Files.createDirectories(root.resolve("sys/fs/cgroup"));
        Files.createSymbolicLink(
                root.resolve("sys/fs/cgroup/memory"), Path.of("/sys/fs/cgroup/memory"));
    }

    @AfterEach
    void remove() {
        if (cgroup != null) {
            cgroup.close();
        }
    }

    private void enter(MemoryCgroup entered) {
        new KernelTree(root).legacy(entered.path());
    }

    /// More page cache than the cgroup may have; all of it clean, or a slow disk would have the
    /// writer killed.
    private void fillWithCache(MemoryCgroup filled) throws IOException, InterruptedException {
        String file = "of=" + root.resolve("cache");
        filled.run("dd", "if=/dev/zero", file, "bs=1M", "count=64", "oflag=dsync");
    }

    @Test
    @DisplayName("the limit, a changed limit, usage, page cache and hits of the limit are seen")
    void reads() throws IOException, InterruptedException {
        cgroup.limit(64 * MIB);
        try (MemoryReader reader = MemoryReader.open(root)) {
            reader.sample(sample);
            assertEquals(64 * MIB, sample.limitBytes());
            assertEquals(0, sample.highEvents());
            cgroup.limit(32 * MIB);
            reader.sample(sample);
            assertEquals(32 * MIB, sample.limitBytes());
            assertEquals(32 * MIB, sample.hardLimitBytes());
            fillWithCache(cgroup);
            reader.sample(sample);
            assertTrue(sample.usageBytes() > 8 * MIB, sample::toString);
            assertTrue(sample.usageBytes() <= 32 * MIB, sample::toString);
            assertTrue(sample.inactiveFileBytes() > MIB, sample::toString);
            assertTrue(sample.headroomBytes() > 0, sample::toString);
            assertTrue(sample.highEvents() > 0, sample::toString);
            assertEquals(0, sample.oomKillEvents());
            assertEquals(0, sample.staleReads());
        }
    }

    @Test
    @DisplayName("a limit above the own cgroup counts, shown or not")
    void nested() throws IOException {
        cgroup.limit(32 * MIB);
        try (MemoryCgroup child = cgroup.child("own")) {
            child.limit(64 * MIB);
            enter(child);
            try (MemoryReader reader = MemoryReader.open(root)) {
                reader.sample(sample);
                assertEquals(32 * MIB, sample.limitBytes());
                assertTrue(reader.describe().endsWith("the lowest of 3 visible"));
            }
        }
    }

    @Test
    @DisplayName("of a cgroup that was removed the last numbers stay; one made anew is read again")
    void removed() throws IOException {
        cgroup.limit(64 * MIB);
        try (MemoryReader reader = MemoryReader.open(root)) {
            reader.sample(sample);
            cgroup.close();
            reader.sample(sample);
            assertEquals(64 * MIB, sample.limitBytes());
            assertFalse(sample.isReadable(MemorySource.LIMIT));
            assertTrue(sample.staleReads() > 0);
            Files.createDirectory(cgroup.directory());
            cgroup.limit(16 * MIB);
            for (int samples = 0; samples < 64 && sample.limitBytes() != 16 * MIB; samples++) {
                reader.sample(sample);
            }
            assertEquals(16 * MIB, sample.limitBytes());
            assertTrue(sample.isReadable(MemorySource.LIMIT));
        }
    }

    @Test
    @DisplayName("reclaim wakes, a storm of it once in 100 ms; a removed cgroup is told once")
    void trigger() throws IOException, InterruptedException {
        cgroup.limit(16 * MIB);
        AtomicLong nanos = new AtomicLong();
        try (PressureTrigger trigger = PressureTrigger.arm(root, Map.of(), nanos::get)) {
            assertEquals(TriggerKind.CGROUP_RECLAIM, trigger.kind(), trigger::describe);
            assertEquals(WakeUp.TIMEOUT, trigger.await(0));
            fillWithCache(cgroup);
            assertEquals(WakeUp.PRESSURE, trigger.await(60_000));
            fillWithCache(cgroup);
            assertEquals(WakeUp.TIMEOUT, trigger.await(1));
            nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(100));
            assertEquals(WakeUp.PRESSURE, trigger.await(60_000));
            cgroup.close();
            nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(100));
            assertEquals(WakeUp.GONE, trigger.await(60_000));
            assertEquals(TriggerKind.NONE, trigger.kind());
            assertEquals(WakeUp.TIMEOUT, trigger.await(1));
        }
    }
}
