package dev.zspool.zsmalloc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.page.PageArena;
import dev.zspool.testkit.Contents;
import dev.zspool.testkit.Engines;
import dev.zspool.testkit.PoolAssert;
import dev.zspool.testkit.Resources;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Replays what a running kernel recorded, from one thread with chain size 8.
class TraceReplayTest {
    private static final long ARENA_BYTES = 256L << 20;

    @RegisterExtension final Engines engines = new Engines();

    private final Map<Integer, Long> handles = new HashMap<>();
    private final Map<Integer, Integer> lengths = new HashMap<>();

    @ParameterizedTest
    @ValueSource(strings = {"real", "uniform", "small"})
    @DisplayName(
            "every page count and every compaction of the kernel comes out, byte for byte intact")
    void replay(String trace) throws IOException {
        PageArena arena = engines.mappedArena(ARENA_BYTES);
        ZsPool pool = engines.pool(arena, new PoolOptions(8, Long.MAX_VALUE));
        List<String> lines = Resources.lines("/golden/trace-" + trace + ".csv");
        int compared = 0;
        for (int number = 1; number <= lines.size(); number++) {
            compared += step(pool, lines.get(number - 1), trace + " line " + number);
        }
        assertTrue(compared > 30, "compared " + compared);
        PoolAssert.assertThat(pool).isSound().hasLiveObjects(handles.size());
        handles.forEach((id, handle) ->
                PoolAssert.assertThat(pool)
                        .holds(handle, Contents.of(id, lengths.getOrDefault(id, 0))));
        handles.values().forEach(pool::free);
        PoolAssert.assertThat(pool).isSound().hasPages(0);
    }

    /// @return how many numbers of the kernel were compared
    private int step(ZsPool pool, String line, String where) {
        String[] fields = line.split(",", -1);
        int first = Integer.parseInt(fields[1]);
        switch (fields[0]) {
            case "malloc" -> {
                int length = Integer.parseInt(fields[2]);
                long handle = pool.allocate(Contents.of(first, length), 0, length);
                assertTrue(handle > 0, where);
                handles.put(first, handle);
                lengths.put(first, length);
                return 0;
            }
            case "free" -> {
                assertEquals(
                        FreeOutcome.FREED,
                        pool.free(Objects.requireNonNull(handles.remove(first), where)),
                        where);
                return 0;
            }
            case "pages" -> assertEquals(first, pool.stats().allocatedPages(), where);
            case "compact" -> assertEquals(first, pool.compact(), where);
            default -> throw new AssertionError(where + ": " + line);
        }
        return 1;
    }
}
