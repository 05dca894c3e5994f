package dev.zspool.os;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.testkit.OpSequence;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Where a process' cgroups are found, for every way in which machines and containers show them.
class CgroupViewTest {
    private static final String V2 = KernelTree.V2_MOUNT;
    private static final String V1 = KernelTree.V1_MOUNT;

    @TempDir private Path root;

    /// @param directories that are there
    /// @param levels expected, without what all have before them, the own one first
    /// @param pressure expected, or nothing
    record Case(
            String name,
            String memberships,
            String mountinfo,
            List<String> directories,
            List<String> levels,
            String pressure) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> cases() {
        return Stream.of(unified(), odd(), legacy()).flatMap(same -> same);
    }

    private static Stream<Case> unified() {
        return Stream.of(
                new Case(
                        "v2 outside a namespace, nested",
                        "0::/kube.slice/pod1/c1\n",
                        V2,
                        List.of("kube.slice/pod1/c1"),
                        List.of("/kube.slice/pod1/c1", "/kube.slice/pod1", "/kube.slice", ""),
                        "/kube.slice/pod1/c1"),
                new Case("v2 in a private namespace", "0::/\n", V2, List.of(""), List.of(""), ""),
                new Case(
                        "v2 in a child of a private namespace",
                        "0::/inner\n",
                        V2,
                        List.of("inner"),
                        List.of("/inner", ""),
                        "/inner"),
                new Case(
                        "v2 outside of the root of the namespace",
                        "0::/../..\n",
                        V2,
                        List.of(""),
                        List.of(""),
                        ""),
                new Case(
                        "v2 in a sibling of the namespace's root, with that mounted",
                        "0::/../other\n",
                        "31 23 0:28 /.. /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n",
                        List.of("other"),
                        List.of("/other", ""),
                        "/other"),
                new Case(
                        "v2 mounted from above the namespace",
                        "0::/\n",
                        "31 23 0:28 /../../.. /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n",
                        List.of(""),
                        List.of(""),
                        ""),
                new Case(
                        "v2 of the host, bound into a container without a namespace",
                        "0::/docker/abc/sub\n",
                        "31 23 0:28 /docker/abc /sys/fs/cgroup ro - cgroup2 cgroup rw\n",
                        List.of("sub"),
                        List.of("/sub", ""),
                        "/sub"));
    }

    private static Stream<Case> odd() {
        return Stream.of(
                new Case(
                        "a mount root that is a prefix of a name, not of a path",
                        "0::/docker/abcdef\n",
                        "31 23 0:28 /docker/abc /sys/fs/cgroup ro - cgroup2 cgroup rw\n",
                        List.of("def"),
                        List.of(""),
                        ""),
                new Case(
                        "v2 whose own directory is hidden or was removed",
                        "0::/a/b/gone (deleted)\n",
                        V2,
                        List.of("a/b"),
                        List.of("/a/b", "/a", ""),
                        "/a/b"),
                new Case(
                        "a path that would climb out of the mount",
                        "0::/a/../../../etc\n",
                        V2,
                        List.of("a"),
                        List.of(""),
                        ""),
                new Case(
                        "of two mounts the one that shows more, and the escape of a space",
                        "0::/a/b\n",
                        """
                        31 23 0:28 /a /mnt/part rw - cgroup2 cgroup2 rw
                        32 23 0:28 / /sys/fs/cgroup/with\\040space rw - cgroup2 x rw
                        """,
                        List.of("with space/a/b"),
                        List.of("/with space/a/b", "/with space/a", "/with space"),
                        "/with space/a/b"),
                new Case("no mount", "0::/a\n", "", List.of("a"), List.of(), ""),
                new Case("no membership", "", V2, List.of("a"), List.of(), ""),
                new Case(
                        "half a mount line",
                        "0::/a\n",
                        V2.substring(0, V2.length() - 25),
                        List.of("a"),
                        List.of(),
                        ""));
    }

    private static Stream<Case> legacy() {
        return Stream.of(
                new Case(
                        "v1 outside a container",
                        "9:name=systemd:/\n4:memory:/api/x\n0::/\n",
                        V1,
                        List.of("memory/api/x"),
                        List.of("/memory/api/x", "/memory/api", "/memory"),
                        ""),
                new Case(
                        "v1 joint with other controllers",
                        "4:cpuset,memory,pids:/a\n",
                        "35 31 0:32 / /sys/fs/cgroup/all rw - cgroup cgroup rw,cpuset,memory,pids\n",
                        List.of("all/a"),
                        List.of("/all/a", "/all"),
                        ""),
                new Case(
                        "v1 in a container: the mount begins at its cgroup",
                        "4:memory:/docker/abc\n",
                        "35 31 0:32 /docker/abc /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n",
                        List.of("memory"),
                        List.of("/memory"),
                        ""),
                new Case(
                        "v1 in a namespace, mounted from above it",
                        "4:memory:/\n",
                        "35 31 0:32 /.. /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n",
                        List.of("memory"),
                        List.of("/memory"),
                        ""),
                new Case(
                        "hybrid: memory in v1, pressure in v2",
                        "4:memory:/m\n0::/system.slice/z.service\n",
                        V1 + "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n",
                        List.of("memory/m", "unified/system.slice/z.service"),
                        List.of("/memory/m", "/memory"),
                        "/unified/system.slice/z.service"),
                new Case(
                        "hybrid: memory in v2, another controller in v1",
                        "3:cpuset:/\n0::/z\n",
                        """
                        34 31 0:31 / /sys/fs/cgroup/cpuset rw - cgroup cgroup rw,cpuset
                        41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw
                        """,
                        List.of("unified/z"),
                        List.of("/unified/z", "/unified"),
                        "/unified/z"),
                new Case(
                        "a colon in the name",
                        "4:memory:/a:b\n",
                        V1,
                        List.of("memory/a:b"),
                        List.of("/memory/a:b", "/memory"),
                        ""));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    @DisplayName("levels and the directory of the pressure file")
    void finds(Case wanted) throws IOException {
        Path cgroups = Files.createDirectories(root.resolve("sys/fs/cgroup"));
        for (String directory : wanted.directories()) {
            Files.createDirectories(cgroups.resolve(directory));
        }
        CgroupView view = CgroupView.find(root, wanted.memberships(), wanted.mountinfo());
        assertEquals(
                wanted.levels(),
                view.levels().stream()
                        .map(level -> level.toString().substring(cgroups.toString().length()))
                        .toList());
        assertEquals(
                wanted.pressure(),
                view.pressureDirectory()
                        .map(found -> found.toString().substring(cgroups.toString().length()))
                        .orElse(""));
        if (!wanted.levels().isEmpty()) {
            assertEquals(!wanted.memberships().contains("memory"), view.isUnified());
        }
    }

    @Test
    @DisplayName("a root without any file has no cgroups")
    void nothing() {
        assertEquals(List.of(), CgroupView.find(root).levels());
    }

    @Test
    @DisplayName("damaged text never throws and never leads out of the mount")
    void damage() throws IOException {
        Path cgroups = root.resolve("sys/fs/cgroup");
        Files.createDirectories(cgroups.resolve("memory/a/b"));
        List<String> memberships = List.of("0::/a/b\n", "4:memory:/a/b\n0::/\n", "0::/../..\n");
        OpSequence.forEachSeed(
                "CgroupViewTest#damage",
                10,
                300,
                sequence -> {
                    while (sequence.hasMore()) {
                        String membership = damaged(sequence, sequence.oneOf(memberships));
                        String mounts = damaged(sequence, V2 + V1);
                        sequence.note(membership + mounts);
                        for (Path level : CgroupView.find(root, membership, mounts).levels()) {
                            assertTrue(level.startsWith(root), level::toString);
                        }
                    }
                });
    }

    private static String damaged(OpSequence sequence, String original) {
        StringBuilder text = new StringBuilder(original);
        for (int flips = sequence.below(4); flips > 0; flips--) {
            text.setCharAt(sequence.below(text.length()), (char) sequence.below(128));
        }
        text.setLength(sequence.between(0, text.length()));
        return text.toString();
    }
}
