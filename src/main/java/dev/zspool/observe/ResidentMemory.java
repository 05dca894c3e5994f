package dev.zspool.observe;

import dev.zspool.os.AddressRange;
import dev.zspool.os.MappedUse;
import dev.zspool.os.MemoryMaps;
import dev.zspool.page.Frames;
import dev.zspool.page.PageArena;
import dev.zspool.persist.Journal;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.management.JMException;
import javax.management.ObjectName;

/// What of the process is in memory, by what for: one table that adds up to the resident size.
///
/// The kernel tells which mappings are in memory; the JVM and the arena tell whose they are; what
/// the journal, the buffers and the classes say that they have is taken out of what nobody names.
final class ResidentMemory {
    /// The names of its parts.
    static final List<String> PARTS =
            List.of(
                    "frames",
                    "tables",
                    "heap",
                    "codeCache",
                    "classSpace",
                    "metaspace",
                    "threadStacks",
                    "files",
                    "journal",
                    "directBuffers",
                    "otherNative");

    private static final Path ROOT = Path.of("/");

    private final PageArena arena;
    private final List<AddressRange> ranges;

    ResidentMemory(PageArena arena) {
        this.arena = arena;
        this.ranges = new ArrayList<>(AddressRange.ofVmInfo(vmInfo()));
        ranges.add(AddressRange.of(arena.memory(), MappedUse.ARENA));
    }

    private static String vmInfo() {
        try {
            return String.valueOf(
                    ManagementFactory.getPlatformMBeanServer()
                            .invoke(
                                    new ObjectName("com.sun.management:type=DiagnosticCommand"),
                                    "vmInfo",
                                    new Object[] {},
                                    new String[] {}));
        } catch (JMException unknown) {
            // Another JVM: its parts are not told apart then.
            return "";
        }
    }

    /// The table; empty where the system does not tell. Takes some milliseconds.
    ///
    /// @param journal whose memory is told on its own, if there is one
    List<MemorySnapshot.ResidentPart> now(Optional<Journal> journal) {
        return MemoryMaps.read(ROOT, ranges).map(maps -> parts(maps, journal)).orElse(List.of());
    }

    private List<MemorySnapshot.ResidentPart> parts(MemoryMaps maps, Optional<Journal> journal) {
        Table table = new Table(maps.residentBytes(MappedUse.OTHER_ANONYMOUS));
        table.add("frames", maps.residentBytes(MappedUse.ARENA));
        long tables = arena.budget().tablePages() << Frames.FRAME_SHIFT;
        table.addOfRest("tables", tables);
        table.add("heap", maps.residentBytes(MappedUse.JAVA_HEAP));
        table.add("codeCache", maps.residentBytes(MappedUse.CODE_CACHE));
        long classSpace = maps.residentBytes(MappedUse.CLASS_SPACE);
        table.add("classSpace", classSpace);
        // The JVM counts the class space as a part of the metaspace.
        long metaspace = JvmMemory.now().metaspaceBytes() - classSpace;
        table.addOfRest("metaspace", Math.max(0, metaspace));
        table.add("threadStacks", maps.residentBytes(MappedUse.THREAD_STACKS));
        table.add("files", maps.residentBytes(MappedUse.FILES));
        table.addOfRest("journal", journal.map(open -> open.stats().nativeBytes()).orElse(0L));
        table.addOfRest("directBuffers", directBytes());
        table.add("otherNative", table.restBytes);
        return table.parts;
    }

    private static long directBytes() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }

    private static final class Table {
        private final List<MemorySnapshot.ResidentPart> parts = new ArrayList<>();
        private long restBytes;

        Table(long restBytes) {
            this.restBytes = restBytes;
        }

        void add(String name, long bytes) {
            parts.add(new MemorySnapshot.ResidentPart(name, bytes));
        }

        /// One whose owner says what it has, somewhere among what nobody names. Not all of it need
        /// be in memory.
        void addOfRest(String name, long wantedBytes) {
            long bytes = Math.min(wantedBytes, restBytes);
            restBytes -= bytes;
            add(name, bytes);
        }
    }
}
