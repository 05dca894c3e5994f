package dev.zspool.os;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.testkit.OpSequence;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemoryMapsTest {
    private static final long KIB = 1024;

    private static final String SMAPS =
            """
            f0000000-ffe00000 rw-p 00000000 00:00 0
            Size:             260096 kB
            Rss:               26768 kB
            Pss:               26768 kB
            AnonHugePages:         0 kB
            VmFlags: rd wr mr mw me ac
            ffe00000-fff24000 rw-p 00dc9000 fe:00 328742       /usr/lib/jvm/lib/server/classes.jsa
            Rss:                1168 kB
            08000000-08040000 rw-p 00000000 00:00 0
            Rss:                 256 kB
            5581d0000000-5581d0021000 rw-p 00000000 00:00 0    [heap]
            Rss:                  40 kB
            7fe8a0000000-7fe8a0744000 rw-p 00000000 00:00 0
            Rss:                7400 kB
            7fe8a0744000-7fe8a4000000 ---p 00000000 00:00 0
            Rss:                   0 kB
            7fe8e2b00000-7fe8e2b04000 ---p 00000000 00:00 0
            Rss:                   0 kB
            7fe8e2b04000-7fe8e2c00000 rw-p 00000000 00:00 0
            Rss:                  88 kB
            7fe8e43ff000-7fe8e466f000 rwxp 00000000 00:00 0
            Rss:                2360 kB
            7fe8e5000000-7fe8e5100000 rw-p 00000000 00:00 0
            Rss:                 100 kB
            7fe8e6000000-7fe8e6100000 rw-p 00000000 00:00 0    [anon: glibc: pthread stack: 17]
            Rss:                  12 kB
            7fe8e7000000-7fe8e7100000 rw-s 00000000 00:01 9    /memfd:x (deleted)
            Rss:                   8 kB
            7fe9008e3000-7fe90196f000 r-xp 002e3000 fe:00 32   /usr/lib/jvm/lib/server/libjvm.so
            Rss:               13808 kB
            7ffd0a000000-7ffd0a021000 rw-p 00000000 00:00 0    [stack]
            Rss:                  32 kB
            ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0   [vsyscall]
            Rss:                   0 kB
            """;

    @TempDir private Path root;

    private MemoryMaps parse(List<AddressRange> known) {
        return MemoryMaps.read(root, known).orElseThrow();
    }

    @Test
    @DisplayName("each mapping goes to its use, by name, permissions, shape and known ranges")
    void split() {
        new KernelTree(root)
                .file("proc/self/smaps", SMAPS)
                .file("proc/self/task/1/syscall", "running\n")
                .file(
                        "proc/self/task/2/syscall",
                        "202 0x7 0x0 0x0 0x0 0x0 0x0 0x7fe8e50ff000 0x1\n");
        MemoryMaps maps =
                parse(
                        List.of(
                                new AddressRange(0xf0000000L, 0x100000000L, MappedUse.JAVA_HEAP),
                                new AddressRange(0x8000000, 0x48000000, MappedUse.CLASS_SPACE)));
        assertEquals((26_768 + 1168) * KIB, maps.residentBytes(MappedUse.JAVA_HEAP));
        assertEquals(256 * KIB, maps.residentBytes(MappedUse.CLASS_SPACE));
        assertEquals(2360 * KIB, maps.residentBytes(MappedUse.CODE_CACHE));
        assertEquals((88 + 100 + 12 + 32) * KIB, maps.residentBytes(MappedUse.THREAD_STACKS));
        assertEquals(13_808 * KIB, maps.residentBytes(MappedUse.FILES));
        assertEquals((40 + 7400 + 8) * KIB, maps.residentBytes(MappedUse.OTHER_ANONYMOUS));
        assertEquals(0, maps.residentBytes(MappedUse.ARENA));
        assertEquals(52_040 * KIB, maps.totalBytes());
    }

    @Test
    @DisplayName("a mapping that reaches beyond a known range is split in proportion")
    void proportion() {
        new KernelTree(root)
                .file("proc/self/smaps", "10000-20000 rw-p 0 00:00 0\nRss: 64 kB\n")
                .file("proc/self/task/1/syscall", "");
        MemoryMaps maps =
                parse(
                        List.of(
                                new AddressRange(0x4000, 0x14000, MappedUse.ARENA),
                                new AddressRange(0x18000, 0x1c000, MappedUse.JAVA_HEAP),
                                new AddressRange(0x20000, 0x30000, MappedUse.JAVA_HEAP)));
        assertEquals(16 * KIB, maps.residentBytes(MappedUse.ARENA));
        assertEquals(16 * KIB, maps.residentBytes(MappedUse.JAVA_HEAP));
        assertEquals(64 * KIB, maps.totalBytes());
    }

    @Test
    @DisplayName("without /proc there is no answer")
    void absent() {
        assertEquals(Optional.empty(), MemoryMaps.read(root, List.of()));
    }

    @Test
    @DisplayName("what the JVM says about its ranges is understood")
    void vmInfo() {
        String told =
                """
                Heap address: 0x00000000f0000000, size: 256 MB, Compressed Oops mode: 32-bit

                CDS archive(s) mapped at: [0x0000000007000000-0x0000000007d95000-0x0000000007d95000)
                Compressed class space mapped at: 0x0000000008000000-0x0000000048000000, reserved
                CodeHeap 'non-nmethods': size=5692Kb used=1540Kb max_used=1571Kb free=4151Kb
                 bounds [0x00007fe8eb938000, 0x00007fe8ebba8000, 0x00007fe8ebec7000]
                CodeCache: size=49152Kb used=3919Kb max_used=3919Kb free=45232Kb
                 bounds [0x00007f9cd0600000, 0x00007f9cd09e0000, 0x00007f9cd3600000]
                """;
        assertEquals(
                List.of(
                        new AddressRange(0xf0000000L, 0x100000000L, MappedUse.JAVA_HEAP),
                        new AddressRange(0x8000000, 0x48000000, MappedUse.CLASS_SPACE),
                        new AddressRange(0x7fe8eb938000L, 0x7fe8ebec7000L, MappedUse.CODE_CACHE),
                        new AddressRange(0x7f9cd0600000L, 0x7f9cd3600000L, MappedUse.CODE_CACHE)),
                AddressRange.ofVmInfo(told));
        assertEquals(List.of(), AddressRange.ofVmInfo("Heap address: none"));
    }

    @Test
    @DisplayName("page by page and mapping by mapping are the same, whatever is in the arena")
    void bothWays() {
        MapResult result = NativeMemory.reserve(64 << 20, 2 << 20);
        MemorySegment arena = ((MapResult.Mapped) result).segment();
        try {
            arena.asSlice(4 << 20, 24 << 20).fill((byte) 1);
            Path here = Path.of("/");
            List<AddressRange> known = List.of(AddressRange.of(arena, MappedUse.ARENA));
            MemoryMaps pages = MemoryMaps.readPages(here, known).orElseThrow();
            MemoryMaps mappings = MemoryMaps.readMappings(here, known).orElseThrow();
            for (MappedUse use : MappedUse.values()) {
                long other = mappings.residentBytes(use);
                // The process goes on meanwhile, and the kernel rounds what it counts by processor.
                assertTrue(
                        Math.abs(pages.residentBytes(use) - other) < other / 20 + (16 << 20),
                        () -> use + ": " + pages + " and " + mappings);
            }
        } finally {
            assertEquals(Errno.NONE, NativeMemory.unmap(arena));
        }
    }

    /// A MiB for each thread of Java, whatever the suite has started before, and for the JVM's own.
    private static long mostStackBytes() {
        return (ManagementFactory.getThreadMXBean().getThreadCount() + 64L) << 20;
    }

    @Test
    @DisplayName("this process: the parts add up to its size, an arena is found, stacks are too")
    void real() {
        MapResult result = NativeMemory.reserve(8 << 20, 2 << 20);
        MemorySegment arena = ((MapResult.Mapped) result).segment();
        try {
            arena.fill((byte) 1);
            Path here = Path.of("/");
            MemoryMaps maps =
                    MemoryMaps.readMappings(here, List.of(AddressRange.of(arena, MappedUse.ARENA)))
                            .orElseThrow();
            assertEquals(8 << 20, maps.residentBytes(MappedUse.ARENA));
            assertTrue(maps.residentBytes(MappedUse.THREAD_STACKS) > 100 * KIB, maps::toString);
            assertTrue(
                    maps.residentBytes(MappedUse.THREAD_STACKS) < mostStackBytes(), maps::toString);
            assertTrue(maps.residentBytes(MappedUse.CODE_CACHE) > 1 << 20, maps::toString);
            assertTrue(maps.residentBytes(MappedUse.FILES) > 1 << 20, maps::toString);
            long resident = ProcessMemory.residentBytes().orElseThrow();
            assertTrue(
                    Math.abs(maps.totalBytes() - resident) < resident / 20,
                    () -> resident + " but " + maps);
        } finally {
            assertEquals(Errno.NONE, NativeMemory.unmap(arena));
        }
    }

    @Test
    @DisplayName("stack pointers are read where they are told")
    void stackPointers() {
        assertEquals(0, StackPointers.parse("running\n"));
        assertEquals(0, StackPointers.parse(""));
        assertEquals(0, StackPointers.parse("-1 0xzz 0x1\n"));
        assertEquals(0x7ffc7, StackPointers.parse("-1 0x7ffc7 0x7f08\n"));
    }

    @Test
    @DisplayName("damaged text never throws, and no part becomes larger than its mapping")
    void damage() throws IOException {
        KernelTree tree = new KernelTree(root);
        tree.file("proc/self/task/1/syscall", "");
        Path smaps = Files.createDirectories(root.resolve("proc/self")).resolve("smaps");
        List<AddressRange> known =
                List.of(new AddressRange(0xf0000000L, 0x100000000L, MappedUse.JAVA_HEAP));
        OpSequence.forEachSeed(
                "MemoryMapsTest#damage",
                5,
                200,
                sequence -> {
                    while (sequence.hasMore()) {
                        byte[] text = SMAPS.getBytes(StandardCharsets.ISO_8859_1);
                        StringBuilder changes = new StringBuilder();
                        for (int flips = sequence.between(1, 8); flips > 0; flips--) {
                            int place = sequence.below(text.length);
                            text[place] = (byte) sequence.below(256);
                            changes.append(place).append('=').append(text[place]).append(' ');
                        }
                        sequence.note(changes.toString());
                        Files.write(smaps, text);
                        MemoryMaps maps = MemoryMaps.read(root, known).orElseThrow();
                        for (MappedUse use : MappedUse.values()) {
                            assertTrue(maps.residentBytes(use) >= 0, maps::toString);
                        }
                    }
                });
    }
}
