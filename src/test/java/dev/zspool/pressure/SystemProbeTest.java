package dev.zspool.pressure;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.zspool.os.KernelTree;
import dev.zspool.os.MemoryReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What counts up becomes what happened since the last look, once.
class SystemProbeTest {
    private static final long MIB = 1 << 20;
    private static final String CGROUPS = "sys/fs/cgroup";

    @TempDir Path root = Path.of("");

    private final PressureInputs in = new PressureInputs();
    private KernelTree tree = new KernelTree(Path.of("target"));
    private MemoryReader reader = MemoryReader.open(Path.of("target"));
    private SystemProbe probe = new SystemProbe(reader);

    @BeforeEach
    void begin() {
        reader.close();
        tree = new KernelTree(root).unified("/own");
        for (String level : new String[] {"", "/own", "/other"}) {
            tree.files(
                    CGROUPS + level,
                    KernelTree.unifiedLevel(
                            level.isEmpty() ? "max" : "536870912", "max", 100 * MIB, 0));
        }
        events("/own", 3, 2, 1);
        reader = MemoryReader.open(root);
        probe = new SystemProbe(reader);
    }

    @AfterEach
    void close() {
        reader.close();
    }

    private void events(String level, int high, int oom, int kills) {
        tree.file(
                CGROUPS + level + "/memory.events",
                "low 0\nhigh " + high + "\nmax 0\noom " + oom + "\noom_kill " + kills + "\n");
    }

    private void look() {
        in.nowNanos += 100_000_000;
        probe.fill(in);
    }

    @Test
    @DisplayName("what happened before the start does not count")
    void before() {
        look();
        assertEquals(0, in.oomEvents);
        assertEquals(0, in.highEvents);
        assertEquals(100 * MIB, in.tightestWorkingSetBytes);
    }

    @Test
    @DisplayName("a kill counts once, though the kernel counts it twice")
    void kill() {
        look();
        events("/own", 5, 3, 2);
        look();
        assertEquals(1, in.oomEvents);
        assertEquals(2, in.highEvents);
        look();
        assertEquals(0, in.oomEvents);
        assertEquals(0, in.highEvents);
    }

    @Test
    @DisplayName("running out without a kill, and a kill for somebody else's limit, count, too")
    void either() {
        look();
        events("/own", 3, 4, 1);
        look();
        assertEquals(2, in.oomEvents);
        events("/own", 3, 4, 2);
        look();
        assertEquals(1, in.oomEvents);
    }

    @Test
    @DisplayName("what another cgroup has counted is nothing new")
    void moved() {
        events("/other", 90, 50, 40);
        look();
        tree.unified("/other");
        look();
        assertEquals(0, in.oomEvents);
        assertEquals(0, in.highEvents);
        events("/other", 91, 51, 41);
        look();
        assertEquals(1, in.oomEvents);
        assertEquals(1, in.highEvents);
    }

    @Test
    @DisplayName("a kill while the file could not be read for a moment counts")
    void unreadable() {
        look();
        tree.file(CGROUPS + "/own/memory.events", "oom_k");
        look();
        assertEquals(0, in.oomEvents);
        events("/own", 3, 3, 2);
        look();
        assertEquals(1, in.oomEvents);
    }

    @Test
    @DisplayName("a file that can be read only later brings nothing new")
    void late() throws IOException {
        Path file = root.resolve(CGROUPS + "/own/memory.events");
        String told = Files.readString(file);
        Files.delete(file);
        reader.close();
        reader = MemoryReader.open(root);
        probe = new SystemProbe(reader);
        look();
        Files.writeString(file, told);
        // A file that was not there is looked for again now and then.
        for (int at = 0; at < 100; at++) {
            look();
            assertEquals(0, in.oomEvents);
        }
        events("/own", 3, 3, 2);
        look();
        assertEquals(1, in.oomEvents);
    }
}
