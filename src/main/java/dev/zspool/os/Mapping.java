package dev.zspool.os;

import java.util.Optional;

/// The first line of a mapping in `/proc/self/smaps`.
///
/// @param permissions as `rw-p`
/// @param name a path, a name in brackets, or nothing
record Mapping(long start, long end, String permissions, String name) {
    private static final int LEAST_STACK_BYTES = 64 << 10;
    private static final int MOST_STACK_BYTES = 64 << 20;

    /// The guard that the C library puts below a stack is one page, the JVM's is four.
    private static final int MOST_GUARD_BYTES = 16 << 10;

    /// Of a line `start-end permissions offset device inode name`; empty for any other line.
    static Optional<Mapping> parse(String line) {
        String[] fields = line.split(" +", 6);
        int dash = fields[0].indexOf('-');
        if (fields.length < 5 || dash < 1 || fields[1].length() != 4) {
            return Optional.empty();
        }
        try {
            long start = Long.parseUnsignedLong(fields[0].substring(0, dash), 16);
            long end = Long.parseUnsignedLong(fields[0].substring(dash + 1), 16);
            String name = fields.length < 6 ? "" : fields[5].strip();
            return end > start
                    ? Optional.of(new Mapping(start, end, fields[1], name))
                    : Optional.empty();
        } catch (NumberFormatException damaged) {
            return Optional.empty();
        }
    }

    long sizeBytes() {
        return end - start;
    }

    /// What of it lies below an address.
    Optional<Mapping> upTo(long address) {
        return part(start, Math.min(end, address));
    }

    /// What of it lies from an address on.
    Optional<Mapping> from(long address) {
        return part(Math.max(start, address), end);
    }

    /// The kernel's own, at the end of the address space, is nobody's.
    private Optional<Mapping> part(long from, long to) {
        return start >= 0 && from < to
                ? Optional.of(new Mapping(from, to, permissions, name))
                : Optional.empty();
    }

    /// What it is for, by its name, its permissions and what lies below it.
    MappedUse use(Optional<Mapping> below, StackPointers stacks) {
        if (name.startsWith("/") && !name.startsWith("/memfd:") && !name.startsWith("/dev/zero")) {
            return MappedUse.FILES;
        }
        if (name.startsWith("[") && name.contains("stack")) {
            return MappedUse.THREAD_STACKS;
        }
        if (!name.isEmpty()) {
            return MappedUse.OTHER_ANONYMOUS;
        }
        if (permissions.charAt(2) == 'x') {
            return MappedUse.CODE_CACHE;
        }
        boolean isStack = stacks.isAnyWithin(start, end) || hasShapeOfStack(below);
        return isStack ? MappedUse.THREAD_STACKS : MappedUse.OTHER_ANONYMOUS;
    }

    private boolean hasShapeOfStack(Optional<Mapping> below) {
        return permissions.equals("rw-p")
                && sizeBytes() >= LEAST_STACK_BYTES
                && sizeBytes() <= MOST_STACK_BYTES
                && below.filter(guard ->
                                guard.end == start
                                        && guard.name.isEmpty()
                                        && guard.permissions.equals("---p")
                                        && guard.sizeBytes() <= MOST_GUARD_BYTES)
                        .isPresent();
    }
}
