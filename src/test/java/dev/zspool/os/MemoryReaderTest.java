package dev.zspool.os;

import static dev.zspool.os.KernelTree.MIB;
import static dev.zspool.os.MemorySample.UNLIMITED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.testkit.OpSequence;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The reader over trees of files as kernels of all kinds show them.
class MemoryReaderTest {
    private static final long PAGE = NativeMemory.pageSizeBytes();
    private static final long LEGACY_UNLIMITED = 9_223_372_036_854_771_712L;
    private static final String V2 = "sys/fs/cgroup";
    private static final String V1 = "sys/fs/cgroup/memory";

    @TempDir private Path root;
    private KernelTree tree;

    @BeforeEach
    void make() {
        tree = new KernelTree(root);
    }

    @Test
    @DisplayName("v2: every number comes from its file")
    void unified() {
        tree.unified("/")
                .files(V2, KernelTree.unifiedLevel("536870912", "max", 300 * MIB, 100 * MIB));
        MemorySample sample = tree.sample();
        assertEquals(512 * MIB, sample.limitBytes());
        assertEquals(512 * MIB, sample.hardLimitBytes());
        assertEquals(512 * MIB, sample.bindingLimitBytes());
        assertEquals(300 * MIB, sample.usageBytes());
        assertEquals(100 * MIB, sample.inactiveFileBytes());
        assertEquals(1_146_880, sample.activeFileBytes());
        assertEquals(4_096, sample.mappedFileBytes());
        assertEquals(200 * MIB, sample.workingSetBytes());
        assertEquals(312 * MIB, sample.headroomBytes());
        assertEquals(2, sample.oomEvents());
        assertEquals(1, sample.oomKillEvents());
        assertEquals(3, sample.highEvents());
        assertEquals(700, sample.somePressureMicros());
        assertEquals(300, sample.fullPressureMicros());
        assertTrue(sample.isPressureKnown() && sample.isPressureOwn());
        assertEquals(24_683_656L * 1024, sample.totalBytes());
        assertEquals(23_630_584L * 1024, sample.availableBytes());
        assertEquals(434 * PAGE, sample.residentBytes());
        assertEquals(0, sample.staleReads());
        for (MemorySource source : MemorySource.values()) {
            assertTrue(sample.isReadable(source), source::name);
        }
    }

    @Test
    @DisplayName("v2: memory.high below memory.max is the limit, but not the one that kills")
    void high() {
        tree.unified("/")
                .files(V2, KernelTree.unifiedLevel("536870912", "268435456", 300 * MIB, 0));
        MemorySample sample = tree.sample();
        assertEquals(256 * MIB, sample.limitBytes());
        assertEquals(512 * MIB, sample.hardLimitBytes());
        assertEquals(-44 * MIB, sample.headroomBytes());
    }

    @Test
    @DisplayName(
            "v2: of nested levels the tightest limit counts, and the usage where room is least")
    void nested() {
        tree.unified("/pod/own")
                .files(V2 + "/pod/own", KernelTree.unifiedLevel("536870912", "max", 100 * MIB, 0))
                .files(V2 + "/pod", KernelTree.unifiedLevel("1073741824", "max", 1000 * MIB, MIB))
                .file(V2 + "/memory.stat", "inactive_file 5\n");
        MemorySample sample = tree.sample();
        assertEquals(512 * MIB, sample.limitBytes());
        assertEquals(1024 * MIB, sample.bindingLimitBytes());
        assertEquals(999 * MIB, sample.workingSetBytes());
        assertEquals(25 * MIB, sample.headroomBytes());
        assertEquals(0, sample.staleReads());
    }

    @Test
    @DisplayName(
            "v2: a level binds that is nearest to what it should leave, and the container's usage"
                    + " is known besides")
    void reserve() {
        tree.unified("/pod/own")
                .files(V2 + "/pod/own", KernelTree.unifiedLevel("536870912", "max", 400 * MIB, MIB))
                .files(V2 + "/pod", KernelTree.unifiedLevel("8589934592", "max", 8000 * MIB, 0))
                .file(V2 + "/memory.stat", "inactive_file 5\n");
        MemorySample plain = tree.sample();
        assertEquals(512 * MIB, plain.bindingLimitBytes());
        // 113 of 512 MiB are left, and 192 of 8192.
        MemorySample sample = tree.sample(limitBytes -> limitBytes / 20);
        assertEquals(8192 * MIB, sample.bindingLimitBytes());
        assertEquals(8000 * MIB, sample.workingSetBytes());
        assertEquals(512 * MIB, sample.limitBytes());
        assertEquals(399 * MIB, sample.limitWorkingSetBytes());
    }

    @ParameterizedTest
    @CsvSource({
        // A large level that is a little below what it should have, and a small one at its end.
        "5, 1024, 55, 384",
        "5, 65536, 800, 384",
        // The large one is nearer to its end.
        "25, 1024, 10, 1024",
        // Neither is below.
        "100, 1024, 90, 1024",
        "40, 1024, 200, 384",
    })
    @DisplayName("v2: of levels below what they should have, the smallest share of it binds")
    void share(long ownRoomMib, long outerMib, long outerRoomMib, long bindingMib) {
        tree.unified("/pod/own")
                .files(
                        V2 + "/pod/own",
                        KernelTree.unifiedLevel("" + 384 * MIB, "max", (384 - ownRoomMib) * MIB, 0))
                .files(
                        V2 + "/pod",
                        KernelTree.unifiedLevel(
                                "" + outerMib * MIB, "max", (outerMib - outerRoomMib) * MIB, 0))
                .file(V2 + "/memory.stat", "inactive_file 5\n");
        MemorySample sample = tree.sample(limitBytes -> Math.min(limitBytes / 100 * 8, 1024 * MIB));
        assertEquals(bindingMib * MIB, sample.bindingLimitBytes());
    }

    @Test
    @DisplayName("v2: without a memory controller in the own cgroup the nearest one above counts")
    void noController() {
        tree.unified("/pod/leaf")
                .file(V2 + "/pod/leaf/memory.pressure", KernelTree.pressure(9, 8))
                .files(V2 + "/pod", KernelTree.unifiedLevel("max", "max", 5 * MIB, MIB));
        MemorySample sample = tree.sample();
        assertEquals(4 * MIB, sample.workingSetBytes());
        assertEquals(1, sample.oomKillEvents());
        assertEquals(9, sample.somePressureMicros());
        assertTrue(sample.isReadable(MemorySource.USAGE));
    }

    @Test
    @DisplayName("v2 without any limit: unlimited, with the usage of the own cgroup")
    void unlimited() {
        tree.unified("/own").files(V2 + "/own", KernelTree.unifiedLevel("max", "max", 7 * MIB, 0));
        MemorySample sample = tree.sample();
        assertEquals(UNLIMITED, sample.limitBytes());
        assertEquals(UNLIMITED, sample.limitBytes());
        assertEquals(UNLIMITED, sample.hardLimitBytes());
        assertEquals(UNLIMITED, sample.headroomBytes());
        assertEquals(7 * MIB, sample.usageBytes());
    }

    @Test
    @DisplayName("v1: every number comes from its file, pressure from the machine")
    void legacy() {
        tree.legacy("/a")
                .files(V1 + "/a", KernelTree.legacyLevel(384 * MIB, 384 * MIB, 300 * MIB, 50 * MIB))
                .files(
                        V1,
                        KernelTree.legacyLevel(
                                LEGACY_UNLIMITED, LEGACY_UNLIMITED, 9000 * MIB, 2 * MIB))
                .file("proc/pressure/memory", KernelTree.pressure(11, 5));
        MemorySample sample = tree.sample();
        assertEquals(384 * MIB, sample.limitBytes());
        assertEquals(384 * MIB, sample.hardLimitBytes());
        assertEquals(300 * MIB, sample.usageBytes());
        assertEquals(250 * MIB, sample.workingSetBytes());
        assertEquals(134 * MIB, sample.headroomBytes());
        assertEquals(4, sample.oomKillEvents());
        assertEquals(4, sample.oomEvents());
        assertEquals(17, sample.highEvents());
        assertEquals(11, sample.somePressureMicros());
        assertEquals(5, sample.fullPressureMicros());
        assertTrue(sample.isPressureKnown());
        assertFalse(sample.isPressureOwn());
        assertEquals(0, sample.staleReads());
    }

    @Test
    @DisplayName("v1: a limit above what the container sees is known from memory.stat")
    void limitAbove() {
        tree.legacy("/")
                .files(V1, KernelTree.legacyLevel(LEGACY_UNLIMITED, 256 * MIB, 100 * MIB, 0));
        MemorySample sample = tree.sample();
        assertEquals(256 * MIB, sample.limitBytes());
        assertEquals(156 * MIB, sample.headroomBytes());
    }

    @Test
    @DisplayName("v1 unlimited, with pages of 4 and of 64 KiB")
    void legacyUnlimited() {
        for (long limit : new long[] {LEGACY_UNLIMITED, 9_223_372_036_854_710_272L}) {
            tree.legacy("/").files(V1, KernelTree.legacyLevel(limit, limit, 100 * MIB, 0));
            MemorySample sample = tree.sample();
            assertEquals(UNLIMITED, sample.limitBytes());
            assertEquals(UNLIMITED, sample.headroomBytes());
            assertEquals(100 * MIB, sample.workingSetBytes());
        }
    }

    @Test
    @DisplayName("no cgroup, no pressure: the process' own size, no limit, and that is said")
    void nothing() {
        MemorySample sample = tree.sample();
        assertEquals(434 * PAGE, sample.usageBytes());
        assertEquals(UNLIMITED, sample.limitBytes());
        assertFalse(sample.isPressureKnown());
        assertEquals(0, sample.staleReads());
        assertTrue(sample.isReadable(MemorySource.HOST));
        for (MemorySource source :
                List.of(MemorySource.USAGE, MemorySource.LIMIT, MemorySource.PRESSURE)) {
            assertFalse(sample.isReadable(source), source::name);
        }
    }

    @Test
    @DisplayName("not even a root: all unknown, nothing thrown")
    void noRoot() {
        MemorySample sample = new MemorySample();
        try (MemoryReader reader = MemoryReader.open(root.resolve("none"))) {
            reader.sample(sample);
            reader.sample(sample);
            assertEquals("no memory cgroup is visible", reader.describe());
        }
        assertEquals(0, sample.residentBytes());
        assertEquals(0, sample.totalBytes());
        assertEquals(0, sample.staleReads());
    }

    @Test
    @DisplayName("a changed limit is there in the next sample")
    void resize() {
        tree.unified("/").files(V2, KernelTree.unifiedLevel("536870912", "max", MIB, 0));
        MemorySample sample = new MemorySample();
        try (MemoryReader reader = MemoryReader.open(root)) {
            reader.sample(sample);
            assertEquals(512 * MIB, sample.limitBytes());
            tree.file(V2 + "/memory.max", "268435456\n");
            reader.sample(sample);
            assertEquals(256 * MIB, sample.limitBytes());
            tree.file(V2 + "/memory.max", "max\n");
            reader.sample(sample);
            assertEquals(UNLIMITED, sample.limitBytes());
        }
    }

    @Test
    @DisplayName("half a file, an empty one and garbage leave the last good number, counted")
    void stale() {
        tree.unified("/").files(V2, KernelTree.unifiedLevel("536870912", "max", 300 * MIB, 0));
        MemorySample sample = new MemorySample();
        try (MemoryReader reader = MemoryReader.open(root)) {
            reader.sample(sample);
            int stale = 0;
            for (String damaged : List.of("53687091", "", "garbage\n", "-1\n", "\0\0\0\n")) {
                tree.file(V2 + "/memory.max", damaged);
                reader.sample(sample);
                stale++;
                assertEquals(512 * MIB, sample.limitBytes(), damaged);
                assertFalse(sample.isReadable(MemorySource.LIMIT));
                assertEquals(stale, sample.staleReads());
            }
            tree.file(V2 + "/memory.max", "1048576\n");
            reader.sample(sample);
            assertEquals(MIB, sample.limitBytes());
            assertTrue(sample.isReadable(MemorySource.LIMIT));
            assertEquals(stale, sample.staleReads());
        }
    }

    @Test
    @DisplayName("each file may be missing: what the others say is there")
    void missing() throws IOException {
        Map<String, String> level = KernelTree.unifiedLevel("536870912", "max", 300 * MIB, MIB);
        for (String name : level.keySet()) {
            tree.unified("/").files(V2, level);
            Files.delete(tree.path(V2 + "/" + name));
            MemorySample sample = tree.sample();
            assertEquals(0, sample.staleReads());
            assertEquals(name.equals("memory.max") ? UNLIMITED : 512 * MIB, sample.limitBytes());
            assertEquals(
                    name.equals("memory.current") ? 434 * PAGE : 300 * MIB, sample.usageBytes());
            assertEquals(name.equals("memory.events") ? 0 : 1, sample.oomKillEvents());
            assertEquals(!name.equals("memory.pressure"), sample.isPressureKnown());
        }
    }

    @Test
    @DisplayName("a file that comes later is found")
    void comesLater() {
        tree.unified("/").files(V2, KernelTree.unifiedLevel("max", "max", MIB, 0));
        Path late = tree.path(V2 + "/memory.max");
        MemorySample sample = new MemorySample();
        assertTrue(late.toFile().delete());
        try (MemoryReader reader = MemoryReader.open(root)) {
            reader.sample(sample);
            assertEquals(UNLIMITED, sample.limitBytes());
            tree.file(V2 + "/memory.max", "1048576\n");
            for (int samples = 0; samples < 64 && sample.limitBytes() == UNLIMITED; samples++) {
                reader.sample(sample);
            }
            assertEquals(MIB, sample.limitBytes());
        }
    }

    @Test
    @DisplayName(
            "permission denied, a directory and a link in a circle are files that are not there")
    void unreadable() throws IOException {
        // Not even root may read this one.
        Path writeOnly = Path.of("/sys/bus/cpu/uevent");
        tree.unified("/").files(V2, KernelTree.unifiedLevel("536870912", "max", MIB, 0));
        replaceByLink(tree.path(V2 + "/memory.stat"), writeOnly);
        replaceByLink(tree.path(V2 + "/memory.events"), tree.path(V2 + "/memory.events"));
        Files.delete(tree.path(V2 + "/memory.pressure"));
        Files.createDirectory(tree.path(V2 + "/memory.pressure"));
        MemorySample sample = tree.sample();
        assertEquals(512 * MIB, sample.limitBytes());
        assertEquals(0, sample.inactiveFileBytes());
        assertEquals(0, sample.oomKillEvents());
        assertFalse(sample.isPressureKnown());
        assertFalse(sample.isReadable(MemorySource.STATISTICS));
        assertFalse(sample.isReadable(MemorySource.EVENTS));
        assertFalse(sample.isReadable(MemorySource.PRESSURE));
    }

    private static void replaceByLink(Path file, Path target) throws IOException {
        Files.delete(file);
        Files.createSymbolicLink(file, target);
    }

    @Test
    @DisplayName("a process that is moved to another cgroup is followed; a half-read move is not")
    void moved() {
        tree.unified("/a")
                .files(V2 + "/a", KernelTree.unifiedLevel("536870912", "max", MIB, 0))
                .files(V2 + "/b", KernelTree.unifiedLevel("268435456", "max", 2 * MIB, 0));
        MemorySample sample = new MemorySample();
        try (MemoryReader reader = MemoryReader.open(root)) {
            reader.sample(sample);
            assertEquals(512 * MIB, sample.limitBytes());
            tree.file("proc/self/cgroup", "0:");
            reader.sample(sample);
            assertEquals(512 * MIB, sample.limitBytes());
            assertEquals(1, sample.staleReads());
            tree.unified("/b");
            reader.sample(sample);
            assertEquals(256 * MIB, sample.limitBytes());
            assertEquals(2 * MIB, sample.usageBytes());
            assertTrue(reader.describe().contains("/b of version 2"), reader.describe());
        }
    }

    @Test
    @DisplayName("after close a sample is the caller's mistake; a second close is none")
    void close() {
        MemoryReader reader = MemoryReader.open(root);
        reader.close();
        reader.close();
        MemorySample sample = new MemorySample();
        assertThrows(IllegalStateException.class, () -> reader.sample(sample));
    }

    @Test
    @DisplayName("damage at random never throws, and numbers that cannot be read stay")
    void damage() {
        Map<String, String> level = KernelTree.unifiedLevel("536870912", "400000000", 9 * MIB, MIB);
        List<String> names = level.keySet().stream().sorted().toList();
        OpSequence.forEachSeed(
                "MemoryReaderTest#damage",
                5,
                200,
                sequence -> {
                    tree.unified("/").files(V2, level);
                    MemorySample sample = new MemorySample();
                    try (MemoryReader reader = MemoryReader.open(root)) {
                        reader.sample(sample);
                        while (sequence.hasMore()) {
                            String name = sequence.oneOf(names);
                            String content = damaged(sequence, level.getOrDefault(name, ""));
                            sequence.note(name + " = " + content);
                            tree.file(V2 + "/" + name, content);
                            reader.sample(sample);
                            assertTrue(sample.limitBytes() >= 0 && sample.usageBytes() >= 0);
                            assertTrue(sample.inactiveFileBytes() <= sample.usageBytes());
                            assertTrue(sample.limitBytes() <= sample.hardLimitBytes());
                            tree.files(V2, level);
                            reader.sample(sample);
                            assertEquals(400_000_000, sample.limitBytes());
                            assertEquals(8 * MIB, sample.workingSetBytes());
                        }
                    }
                });
    }

    private static String damaged(OpSequence sequence, String original) {
        byte[] bytes = original.getBytes(StandardCharsets.ISO_8859_1);
        for (int flips = sequence.below(4); flips > 0; flips--) {
            bytes[sequence.below(bytes.length)] = (byte) sequence.below(256);
        }
        int length = sequence.between(0, bytes.length);
        return new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
    }
}
