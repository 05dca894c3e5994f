package dev.zspool.boot;

import dev.zspool.page.ArenaOptions;
import dev.zspool.page.MappedPages;
import dev.zspool.page.PageArena;
import dev.zspool.zsmalloc.PoolOptions;
import dev.zspool.zsmalloc.ZsPool;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// `./zspool replay FILE...`: replays kernel traces, each on a fresh pool with the kernel's default
/// chain size.
///
/// Prints one line a file, and ends with 1 when some number differs, with 2 when a file cannot be
/// read.
final class ReplayTrace {
    private static final int DIFFERENT = 1;
    private static final int UNREADABLE = 2;

    /// Address space only: what is not touched costs nothing.
    private static final long ARENA_BYTES = 16L << 30;

    private ReplayTrace() {}

    /// The entry point.
    ///
    /// @param files the traces
    public static void main(String[] files) {
        int status = 0;
        for (String file : files) {
            status = Math.max(status, replay(Path.of(file)));
        }
        if (status != 0) {
            System.exit(status);
        }
    }

    private static int replay(Path file) {
        try (BufferedReader trace = Files.newBufferedReader(file, StandardCharsets.UTF_8);
                PageArena arena =
                        new PageArena(new MappedPages(), ArenaOptions.ofSize(ARENA_BYTES));
                ZsPool pool = new ZsPool(arena, PoolOptions.defaults())) {
            TraceReplay replay = new TraceReplay(pool);
            Optional<String> difference = replay.replay(trace);
            if (difference.isPresent()) {
                System.out.println(file + ": " + difference.get());
                return DIFFERENT;
            }
            System.out.println(
                    file
                            + ": "
                            + replay.lines()
                            + " lines, "
                            + replay.comparisons()
                            + " numbers compared, all equal");
            return 0;
        } catch (IOException unreadable) {
            System.err.println(file + ": cannot be read: " + unreadable);
            return UNREADABLE;
        }
    }
}
