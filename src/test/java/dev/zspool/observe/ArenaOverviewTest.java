package dev.zspool.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.zspool.blob.BlobHost;
import dev.zspool.blob.BlobStore;
import dev.zspool.codec.BlockCompressor;
import dev.zspool.page.Frames;
import dev.zspool.page.PageArena;
import dev.zspool.testkit.Engines;
import java.time.InstantSource;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A picture of the largest arena costs little.
@DisplayName("ArenaOverview")
final class ArenaOverviewTest {
    private static final int MOST_BYTES = 200_000;

    @RegisterExtension final Engines engines = new Engines();

    private static int sum(Iterable<Integer> counts) {
        int sum = 0;
        for (int count : counts) {
            sum += count;
        }
        return sum;
    }

    @Test
    @DisplayName("64 GiB: no frame is looked at, and the answer is small; a window is looked at")
    void large() throws JsonProcessingException {
        PageArena arena = engines.mappedArena(64L << 30);
        int total = arena.totalFrames();
        try (BlobStore store = new BlobStore(host(arena), 4)) {
            int[] taken = new int[1_000_000];
            assertTrue(arena.acquire(taken, taken.length));
            ArenaOverview overview = new ArenaOverview(arena, store);
            ArenaMap all = overview.map(0, OptionalInt.of(total), 2048);
            assertEquals(0, all.lookedAtFrames());
            assertEquals(8192, all.framesPerCell());
            assertEquals(taken.length, sum(all.used()));
            assertEquals(total - taken.length, sum(all.released()));
            int bytes = new ObjectMapper().writeValueAsBytes(all).length;
            assertTrue(bytes < MOST_BYTES, bytes + " bytes");
            ArenaMap used = overview.map(0, OptionalInt.empty(), 1024);
            assertEquals(
                    Math.ceilDiv(taken.length, Frames.PAGEBLOCK_FRAMES) * Frames.PAGEBLOCK_FRAMES,
                    used.frames());
            ArenaMap window =
                    overview.map(0, OptionalInt.of(ArenaOverview.MOST_DETAILED_FRAMES), 2048);
            assertEquals(ArenaOverview.MOST_DETAILED_FRAMES, window.lookedAtFrames());
            assertEquals(ArenaOverview.MOST_DETAILED_FRAMES, sum(window.used()));
            arena.release(taken, taken.length);
        }
    }

    private static BlobHost host(PageArena arena) {
        return new BlobHost(
                arena,
                BlockCompressor.create(),
                Runnable::run,
                InstantSource.system(),
                new Random(1),
                1 << 20);
    }
}
