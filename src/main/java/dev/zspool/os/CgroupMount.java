package dev.zspool.os;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// A mounted cgroup hierarchy, as a line of `/proc/self/mountinfo` tells it (`proc(5)`).
///
/// @param isUnified whether it is cgroup v2
/// @param root which directory of the hierarchy is mounted; may begin with `/..` when that lies
///   above our cgroup namespace
/// @param mountPoint where it is mounted
/// @param controllers of cgroup v1; empty for v2
record CgroupMount(boolean isUnified, String root, String mountPoint, List<String> controllers) {
    private static final int ROOT = 3;
    private static final int MOUNT_POINT = 4;
    private static final int FIRST_OPTIONAL = 6;

    CgroupMount {
        controllers = List.copyOf(controllers);
    }

    /// The cgroup mounts, in the order in which they were made. Lines that make no sense are not
    /// there.
    static List<CgroupMount> parse(String mountinfo) {
        return mountinfo.lines().map(CgroupMount::parseLine).flatMap(Optional::stream).toList();
    }

    private static Optional<CgroupMount> parseLine(String line) {
        String[] fields = line.split(" ", -1);
        int dash = FIRST_OPTIONAL;
        while (dash < fields.length && !fields[dash].equals("-")) {
            dash++;
        }
        if (dash + 3 >= fields.length || !fields[MOUNT_POINT].startsWith("/")) {
            return Optional.empty();
        }
        String root = unescape(fields[ROOT]);
        String mountPoint = unescape(fields[MOUNT_POINT]);
        return switch (fields[dash + 1]) {
            case "cgroup2" -> Optional.of(new CgroupMount(true, root, mountPoint, List.of()));
            case "cgroup" ->
                    Optional.of(
                            new CgroupMount(
                                    false,
                                    root,
                                    mountPoint,
                                    Arrays.asList(fields[dash + 3].split(",", -1))));
            default -> Optional.empty();
        };
    }

    /// Whether this is the v1 hierarchy of the memory controller, alone or with others.
    boolean hasMemory() {
        return controllers.contains("memory");
    }

    /// Where a cgroup lies below the mount point, as `` or `/a/b`; empty when the mount does not
    /// show it.
    Optional<String> below(String cgroup) {
        String base = root.equals("/") ? "" : root;
        boolean isInside = cgroup.equals(base) || cgroup.startsWith(base + "/");
        String rest = isInside ? cgroup.substring(base.length()) : "";
        boolean climbs = Stream.of(rest.split("/", -1)).anyMatch(".."::equals);
        return isInside && !climbs ? Optional.of(rest.equals("/") ? "" : rest) : Optional.empty();
    }

    /// Spaces, tabs, newlines and backslashes are written in octal.
    private static String unescape(String field) {
        return field.replace("\\040", " ")
                .replace("\\011", "\t")
                .replace("\\012", "\n")
                .replace("\\134", "\\");
    }
}
