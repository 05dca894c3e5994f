package dev.zspool.os;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.LongUnaryOperator;

/// Files of the kernel in a directory of a test.
public final class KernelTree {
    static final String V2_MOUNT =
            "31 23 0:28 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n";
    static final String V1_MOUNT =
            "35 31 0:32 / /sys/fs/cgroup/memory rw,relatime shared:15 - cgroup cgroup rw,memory\n";
    static final long MIB = 1 << 20;

    private final Path root;

    public KernelTree(Path root) {
        this.root = root;
        file("proc/meminfo", "MemTotal:       24683656 kB\nMemAvailable:   23630584 kB\n");
        file("proc/self/statm", "765 434 406 5 0 123 0\n");
    }

    Path root() {
        return root;
    }

    Path path(String name) {
        return root.resolve(name);
    }

    public KernelTree file(String name, String content) {
        try {
            Files.createDirectories(path(name).getParent());
            Files.writeString(path(name), content);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        return this;
    }

    public KernelTree files(String directory, Map<String, String> contents) {
        contents.forEach((name, content) -> file(directory + "/" + name, content));
        return this;
    }

    /// A process in a cgroup of v2, which is `/` in a private namespace.
    public KernelTree unified(String cgroup) {
        return file("proc/self/cgroup", "0::" + cgroup + "\n")
                .file("proc/self/mountinfo", V2_MOUNT);
    }

    /// A process in a cgroup of v1's memory controller.
    KernelTree legacy(String cgroup) {
        return file("proc/self/cgroup", "5:cpu:/x\n4:memory:" + cgroup + "\n0::/\n")
                .file("proc/self/mountinfo", V1_MOUNT);
    }

    /// The files of one level of v2.
    public static Map<String, String> unifiedLevel(
            String max, String high, long usageBytes, long inactiveFileBytes) {
        return Map.of(
                "memory.max", max + "\n",
                "memory.high", high + "\n",
                "memory.current", usageBytes + "\n",
                "memory.stat",
                        "anon 5226496\nfile 10313728\ninactive_anon 1\nactive_anon 2\ninactive_file "
                                + inactiveFileBytes
                                + "\nactive_file 1146880\nfile_mapped 4096\n",
                "memory.events", "low 0\nhigh 3\nmax 5\noom 2\noom_kill 1\noom_group_kill 0\n",
                "memory.pressure", pressure(700, 300));
    }

    /// The files of one level of v1.
    static Map<String, String> legacyLevel(
            long limitBytes, long limitAboveBytes, long usageBytes, long inactiveFileBytes) {
        return Map.of(
                "memory.limit_in_bytes", limitBytes + "\n",
                "memory.usage_in_bytes", usageBytes + "\n",
                "memory.failcnt", "17\n",
                "memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 4\n",
                "memory.stat",
                        "cache 10313728\ninactive_file 77\nhierarchical_memory_limit "
                                + limitAboveBytes
                                + "\nhierarchical_memsw_limit 9223372036854771712\ntotal_inactive_file "
                                + inactiveFileBytes
                                + "\nactive_file 78\nmapped_file 79\ntotal_mapped_file 8192\ntotal_active_file 1146880\n");
    }

    static String pressure(long someMicros, long fullMicros) {
        return "some avg10=0.12 avg60=0.03 avg300=0.00 total="
                + someMicros
                + "\nfull avg10=0.00 avg60=0.00 avg300=0.00 total="
                + fullMicros
                + "\n";
    }

    MemorySample sample() {
        return sample(limitBytes -> 0);
    }

    MemorySample sample(LongUnaryOperator reserveOfLimit) {
        MemorySample sample = new MemorySample();
        try (MemoryReader reader = MemoryReader.open(root, reserveOfLimit)) {
            reader.sample(sample);
        }
        return sample;
    }
}
