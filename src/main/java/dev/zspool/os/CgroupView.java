package dev.zspool.os;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// The cgroups that count for this process, as far as they can be seen: its own and those above.
///
/// Found through `/proc/self/cgroup` and `/proc/self/mountinfo` (`cgroups(7)`,
/// `cgroup_namespaces(7)`). With a private namespace the own cgroup is `/` and the mount begins
/// there; in a container of v1 the mount begins at the cgroup that the process is in; a cgroup that
/// the mount does not show (`/../..`) is taken for the one where the mount begins, which is its
/// nearest ancestor or the container itself.
///
/// @param isUnified whether memory is accounted by cgroup v2; of no meaning without levels
/// @param levels the directories with the memory files: first the own cgroup, or the nearest one
///   above it where memory is accounted; the mount point last
/// @param pressureDirectory the cgroup v2 that this process is in, on a hybrid machine another than
///   the first level
record CgroupView(boolean isUnified, List<Path> levels, Optional<Path> pressureDirectory) {
    static final CgroupView NONE = new CgroupView(false, List.of(), Optional.empty());

    /// Deeper than anybody nests; it bounds what a damaged file can ask for.
    private static final int MOST_LEVELS = 64;

    CgroupView {
        levels = List.copyOf(levels);
    }

    /// Looks for them below a root; a file that cannot be read is taken for an empty one.
    static CgroupView find(Path root) {
        return find(
                root,
                readOrEmpty(root.resolve("proc/self/cgroup")),
                readOrEmpty(root.resolve("proc/self/mountinfo")));
    }

    /// The same, from the text of the two files.
    static CgroupView find(Path root, String memberships, String mountinfo) {
        List<CgroupMount> mounts = CgroupMount.parse(mountinfo);
        Optional<String> unified = membership(memberships, "");
        Optional<String> memory = membership(memberships, "memory");
        List<CgroupMount> unifiedMounts = mounts.stream().filter(CgroupMount::isUnified).toList();
        List<CgroupMount> memoryMounts = mounts.stream().filter(CgroupMount::hasMemory).toList();
        List<Path> unifiedLevels =
                unified.map(cgroup -> levels(root, cgroup, unifiedMounts)).orElse(List.of());
        Optional<Path> own = unifiedLevels.stream().findFirst();
        if (memory.isPresent()) {
            List<Path> levels = levels(root, memory.get(), memoryMounts);
            return new CgroupView(false, accounted(levels, "memory.usage_in_bytes"), own);
        }
        return new CgroupView(true, accounted(unifiedLevels, "memory.current"), own);
    }

    /// In v2 a cgroup may have no memory controller: what is used there counts for the next one
    /// above that has it.
    private static List<Path> accounted(List<Path> levels, String usageFile) {
        List<Path> found =
                levels.stream()
                        .dropWhile(level -> !Files.exists(level.resolve(usageFile)))
                        .toList();
        return found.isEmpty() ? levels : found;
    }

    /// The cgroup of this process in the hierarchy of a controller; `` is v2's (`0::/path`).
    private static Optional<String> membership(String memberships, String controller) {
        return memberships
                .lines()
                .map(line -> line.split(":", 3))
                .filter(fields -> fields.length == 3 && fields[2].startsWith("/"))
                .filter(fields ->
                        controller.isEmpty()
                                ? fields[0].equals("0") && fields[1].isEmpty()
                                : List.of(fields[1].split(",", -1)).contains(controller))
                .map(fields -> withoutMark(fields[2]))
                .findFirst();
    }

    private static String withoutMark(String cgroup) {
        String mark = " (deleted)";
        return cgroup.endsWith(mark)
                ? cgroup.substring(0, cgroup.length() - mark.length())
                : cgroup;
    }

    private static List<Path> levels(Path root, String cgroup, List<CgroupMount> mounts) {
        // The mount with the shortest root shows the most ancestors.
        List<CgroupMount> best =
                mounts.stream()
                        .filter(mount -> mount.below(cgroup).isPresent())
                        .sorted(Comparator.comparingInt(mount -> mount.root().length()))
                        .toList();
        for (CgroupMount mount : best) {
            List<Path> found = upwards(root, mount, mount.below(cgroup).orElse(""));
            if (!found.isEmpty()) {
                return found;
            }
        }
        for (CgroupMount mount : mounts) {
            List<Path> found = upwards(root, mount, "");
            if (!found.isEmpty()) {
                return found;
            }
        }
        return List.of();
    }

    /// The directories from a cgroup up to the mount point, those that are there.
    private static List<Path> upwards(Path root, CgroupMount mount, String below) {
        List<Path> found = new ArrayList<>();
        try {
            Path top = root.resolve(mount.mountPoint().substring(1)).normalize();
            Path at = top.resolve(below.isEmpty() ? "" : below.substring(1)).normalize();
            while (at != null && at.startsWith(top) && found.size() < MOST_LEVELS) {
                if (Files.isDirectory(at)) {
                    found.add(at);
                }
                at = at.equals(top) ? null : at.getParent();
            }
        } catch (InvalidPathException damaged) {
            return List.of();
        }
        return found;
    }

    private static String readOrEmpty(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (IOException absent) {
            return "";
        }
    }
}
