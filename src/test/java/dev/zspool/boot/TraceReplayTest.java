package dev.zspool.boot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.page.ArenaOptions;
import dev.zspool.page.MappedPages;
import dev.zspool.page.PageArena;
import dev.zspool.zsmalloc.PoolOptions;
import dev.zspool.zsmalloc.ZsPool;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The kernel's traces reproduce, and a number that is wrong is found with its line.
final class TraceReplayTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden");

    @ParameterizedTest
    @ValueSource(strings = {"trace-real.csv", "trace-small.csv", "trace-uniform.csv"})
    void everyNumberOfTheKernelIsReproduced(String trace) throws IOException {
        String text = Files.readString(GOLDEN.resolve(trace));
        assertEquals(Optional.empty(), replay(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"pages", "compact"})
    void aWrongNumberIsFoundWithItsLine(String event) throws IOException {
        List<String> lines = new ArrayList<>(Files.readAllLines(GOLDEN.resolve("trace-small.csv")));
        int wrong = lastIndexOf(lines, event + ",");
        long number = Long.parseLong(lines.get(wrong).substring(event.length() + 1));
        lines.set(wrong, event + "," + (number + 1));
        Optional<String> difference = replay(String.join("\n", lines));
        assertTrue(
                difference.orElse("").startsWith("line " + (wrong + 1) + ": " + event),
                difference.toString());
    }

    @Test
    void whatIsNoTraceIsSaidWithItsLine() throws IOException {
        for (String bad :
                List.of(
                        "malloc,1",
                        "malloc,1,0",
                        "malloc,1,4097",
                        "malloc,1,many",
                        "free,7",
                        "pages,",
                        "shrink,1")) {
            Optional<String> difference = replay("# a comment\n\nmalloc,0,100\n" + bad + "\n");
            assertTrue(difference.orElse("").startsWith("line 4: " + bad), bad + difference);
        }
    }

    private static int lastIndexOf(List<String> lines, String prefix) {
        int last = -1;
        for (int i = 0; i < lines.size(); i++) {
            last = lines.get(i).startsWith(prefix) ? i : last;
        }
        return last;
    }

    private static Optional<String> replay(String trace) throws IOException {
        try (PageArena arena = new PageArena(new MappedPages(), ArenaOptions.ofSize(256L << 20));
                ZsPool pool = new ZsPool(arena, PoolOptions.defaults())) {
            return new TraceReplay(pool).replay(new BufferedReader(new StringReader(trace)));
        }
    }
}
