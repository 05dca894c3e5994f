package dev.zspool.os;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/// Where the stacks of this process' threads are: `/proc/self/task/*/syscall` has the stack pointer
/// of each thread that does not run just now (`proc(5)`).
final class StackPointers {
    private final long[] sorted;

    private StackPointers(long[] sorted) {
        this.sorted = sorted;
    }

    /// Those that can be had; none where the kernel does not tell.
    static StackPointers read(Path root) {
        long[] found = new long[0];
        try (DirectoryStream<Path> tasks =
                Files.newDirectoryStream(root.resolve("proc/self/task"))) {
            for (Path task : tasks) {
                long pointer = readOne(task.resolve("syscall"));
                if (pointer != 0) {
                    found = Arrays.copyOf(found, found.length + 1);
                    found[found.length - 1] = pointer;
                }
            }
        } catch (IOException absent) {
            return new StackPointers(new long[0]);
        }
        Arrays.sort(found);
        return new StackPointers(found);
    }

    /// The thread may have ended meanwhile.
    private static long readOne(Path file) {
        try {
            return parse(Files.readString(file, StandardCharsets.ISO_8859_1));
        } catch (IOException ended) {
            return 0;
        }
    }

    /// The last but one field; 0 for `running` and what makes no sense.
    static long parse(String syscall) {
        String[] fields = syscall.strip().split(" ", -1);
        if (fields.length < 3 || !fields[fields.length - 2].matches("0x[0-9a-f]{1,16}")) {
            return 0;
        }
        return Long.parseUnsignedLong(fields[fields.length - 2].substring(2), 16);
    }

    boolean isAnyWithin(long start, long end) {
        int place = Arrays.binarySearch(sorted, start);
        int first = place >= 0 ? place : -place - 1;
        return first < sorted.length && sorted[first] < end;
    }
}
