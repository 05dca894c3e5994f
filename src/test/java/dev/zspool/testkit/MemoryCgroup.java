package dev.zspool.testkit;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// A real memory cgroup of version 1, removed at the end. Where none can be made, its test skips
/// itself.
public final class MemoryCgroup implements AutoCloseable {
    /// `.ci/run` knows this phrase.
    private static final String NEEDS = "a memory cgroup of our own needs root and cgroup v1";

    private static final Path MOUNT = Path.of("/sys/fs/cgroup/memory");
    private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final Path directory;

    private MemoryCgroup(Path directory) {
        this.directory = directory;
    }

    /// A new one below the root of the hierarchy.
    public static MemoryCgroup make() {
        long process = ProcessHandle.current().pid();
        Path directory = MOUNT.resolve("zspool-test-" + process + "-" + COUNT.incrementAndGet());
        boolean isMade = Files.exists(MOUNT.resolve("memory.limit_in_bytes"));
        try {
            if (isMade) {
                Files.createDirectory(directory);
            }
        } catch (IOException refused) {
            isMade = false;
        }
        assumeTrue(isMade, NEEDS);
        return new MemoryCgroup(directory);
    }

    /// A cgroup within this one; close it first.
    public MemoryCgroup child(String name) throws IOException {
        return new MemoryCgroup(Files.createDirectory(directory.resolve(name)));
    }

    public Path directory() {
        return directory;
    }

    /// Its path in the hierarchy, as `/proc/self/cgroup` has it.
    public String path() {
        return "/" + MOUNT.relativize(directory);
    }

    public void limit(long bytes) throws IOException {
        Files.writeString(directory.resolve("memory.limit_in_bytes"), Long.toString(bytes));
    }

    /// Moves a process into it; what it has by now stays where it was charged.
    public void add(long process) throws IOException {
        Files.writeString(directory.resolve("cgroup.procs"), Long.toString(process));
    }

    /// A command line that enters it, then becomes a program.
    public List<String> entering(List<String> command) {
        String enter = "echo $$ > " + directory.resolve("cgroup.procs") + "; exec \"$@\"";
        List<String> whole = new ArrayList<>(List.of("sh", "-c", enter, "sh"));
        whole.addAll(command);
        return whole;
    }

    /// The same, for a program that cannot see that it is in one: no group is mounted where it is.
    public List<String> enteringBlind(List<String> command) {
        List<String> whole =
                new ArrayList<>(
                        List.of(
                                "unshare",
                                "--mount",
                                "sh",
                                "-c",
                                "umount -R -l /sys/fs/cgroup && exec \"$@\"",
                                "sh"));
        whole.addAll(command);
        return entering(whole);
    }

    /// What counts against its limit, without what the kernel drops first: usage less
    /// `total_inactive_file`.
    public long workingSetBytes() throws IOException {
        long usage =
                Long.parseLong(Files.readString(directory.resolve("memory.usage_in_bytes")).trim());
        return usage - figure("memory.stat", "total_inactive_file");
    }

    /// How many of its processes were killed for want of memory.
    public long oomKills() throws IOException {
        return figure("memory.oom_control", "oom_kill");
    }

    /// A number of one of its files.
    public long figure(String file, String name) throws IOException {
        return Files.readAllLines(directory.resolve(file)).stream()
                .filter(line -> line.startsWith(name + " "))
                .mapToLong(line -> Long.parseLong(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new IOException(file + " has no " + name));
    }

    /// Runs a program in it, and waits for its end.
    public void run(String... command) throws IOException, InterruptedException {
        List<String> whole = entering(List.of(command));
        Process process =
                new ProcessBuilder(whole)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS), () -> whole + " does not end");
    }

    /// Removes it; what ran in it has to be over.
    @Override
    public void close() {
        long startNanos = System.nanoTime();
        while (Files.exists(directory)) {
            try {
                Files.delete(directory);
            } catch (IOException busy) {
                // The last process may not have left quite yet.
                if (System.nanoTime() - startNanos > MOST_NANOS) {
                    throw new UncheckedIOException(busy);
                }
                Thread.onSpinWait();
            }
        }
    }
}
