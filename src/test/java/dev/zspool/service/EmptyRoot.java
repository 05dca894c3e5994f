package dev.zspool.service;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A root folder with nothing in it but the distribution, the C and C++ libraries, `/proc`, two
/// devices, and two places to write to; all else is read-only, as in a locked-down container.
final class EmptyRoot {

    /// Of Debian's packages libc6, libstdc++6 and libgcc-s1.
    private static final Set<String> LIBRARIES =
            Set.of(
                    "libc.so.6",
                    "libdl.so.2",
                    "libgcc_s.so.1",
                    "libm.so.6",
                    "libpthread.so.0",
                    "librt.so.1",
                    "libstdc++.so.6");

    private static final String LOADER = "ld-linux";

    private final Path home;
    private final Path root;
    private final Set<String> given = new TreeSet<>();

    private EmptyRoot(Path home, Path root) {
        this.home = home;
        this.root = root;
    }

    /// Skips the test where no other root can be entered.
    static void assumePossible() throws IOException, InterruptedException {
        boolean isPossible =
                Tools.isInstalled("unshare")
                        && new ProcessBuilder("unshare", "--mount", "true").start().waitFor() == 0;
        assumeTrue(isPossible, "an empty root needs root");
    }

    /// Makes one.
    ///
    /// @param home the unpacked distribution, which will be `/opt/zspool` there
    static EmptyRoot around(Path home, Path root) throws Exception {
        EmptyRoot made = new EmptyRoot(home, root);
        for (String place : List.of("opt/zspool", "proc", "dev", "tmp", "var/lib/zspool")) {
            Files.createDirectories(root.resolve(place));
        }
        Files.createFile(root.resolve("dev/null"));
        Files.createFile(root.resolve("dev/urandom"));
        made.copyLibraries();
        return made;
    }

    /// Where the machine has what the native libraries ask for, at the same places.
    private void copyLibraries() throws Exception {
        Set<String> paths = new TreeSet<>();
        for (String needing : List.of("bin/java", "lib/server/libjvm.so", "lib/librocksdbjni.so")) {
            String said =
                    Tools.run(
                                    root.getParent(),
                                    List.of("ldd", home.resolve("runtime/" + needing).toString()))
                            .expectSuccess();
            said.lines()
                    .map(line -> line.replaceAll(".*=> ", "").strip().replaceAll(" .*", ""))
                    .filter(path -> path.startsWith("/"))
                    .filter(path -> !path.startsWith(home.toString()))
                    .forEach(paths::add);
        }
        for (String path : paths) {
            String name = String.valueOf(Path.of(path).getFileName());
            if (name.startsWith(LOADER) || LIBRARIES.contains(name)) {
                Path copy = root.resolve(path.substring(1));
                Files.createDirectories(copy.getParent());
                // The file, not a link to it.
                Files.write(copy, Files.readAllBytes(Path.of(path)));
                copy.toFile().setExecutable(true, false);
                given.add(name);
            }
        }
    }

    /// The command line that runs what an image runs, as the image's user.
    List<String> entering(Dockerfile image, Map<String, String> environment) throws IOException {
        Map<String, String> all = new TreeMap<>(image.environment());
        all.putAll(environment);
        String user = image.only("USER");
        String mounts =
                String.join(
                        " && ",
                        "set -e; cd '" + root + "'; mount --bind . .",
                        "cd '" + root + "'",
                        "mount --bind '" + home + "' opt/zspool",
                        "mount -o remount,ro,bind opt/zspool",
                        "mount --bind /proc proc",
                        "mount --bind /dev/null dev/null",
                        "mount --bind /dev/urandom dev/urandom",
                        "mount -t tmpfs -o noexec,mode=1777 none tmp",
                        "mount -t tmpfs -o noexec,mode=0700,uid=10001,gid=10001 none var/lib/zspool",
                        "mount -o remount,ro,bind . ",
                        "exec env -i \"$@\"");
        List<String> command = new ArrayList<>(List.of("unshare", "--mount", "sh", "-c", mounts));
        command.add("enter");
        all.forEach((name, value) -> command.add(name + "=" + value));
        command.addAll(List.of("/usr/sbin/chroot", "--userspec=" + user, root.toString()));
        command.addAll(image.entryPoint());
        return command;
    }

    /// The libraries of the machine that the root has.
    Set<String> librariesGiven() {
        return given;
    }

    /// Those that a process has open.
    Set<String> librariesUsed(long pid) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + pid + "/maps")).stream()
                .map(line -> line.replaceAll("^[^/]*", ""))
                .filter(path -> path.contains(".so") && !path.contains("/runtime/"))
                .map(path -> path.substring(path.lastIndexOf('/') + 1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /// Files that were not there before.
    List<String> writtenOutsideOfVolumes() throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> !given.contains(name))
                    .filter(name -> !name.equals("null") && !name.equals("urandom"))
                    .toList();
        }
    }
}
