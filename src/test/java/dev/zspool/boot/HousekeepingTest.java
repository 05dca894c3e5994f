package dev.zspool.boot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.blob.BlobHost;
import dev.zspool.blob.BlobStore;
import dev.zspool.codec.BlockCompressor;
import dev.zspool.page.ArenaOptions;
import dev.zspool.page.Frames;
import dev.zspool.page.PageArena;
import dev.zspool.testkit.Engines;
import dev.zspool.testkit.HeapPages;
import java.time.InstantSource;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class HousekeepingTest {
    private static final long SECOND_NANOS = 1_000_000_000L;
    private static final int BLOCK = Frames.PAGEBLOCK_FRAMES;

    @RegisterExtension final Engines engines = new Engines();

    @Test
    @DisplayName("huge pages are asked for once a second, where they are wanted")
    void hugePages() {
        assertEquals(1, leftAfter(true, 0));
        assertEquals(1, leftAfter(true, SECOND_NANOS - 1));
        assertEquals(0, leftAfter(true, SECOND_NANOS));
        assertEquals(0, leftAfter(false, SECOND_NANOS));
    }

    /// @return the whole pageblocks that nobody has asked huge pages for after one step
    private int leftAfter(boolean wanted, long nanos) {
        PageArena arena =
                engines.arena(
                        new HeapPages(),
                        new ArenaOptions(2 * Frames.PAGEBLOCK_BYTES, 2L * BLOCK, 0, wanted));
        int[] frames = new int[BLOCK];
        assertTrue(arena.acquire(frames, BLOCK));
        assertEquals(0, new Housekeeping(arena, noPools(arena), 77).step(77 + nanos));
        int left = arena.adviseHugePages();
        arena.release(frames, BLOCK);
        return left;
    }

    private static BlobStore noPools(PageArena arena) {
        return new BlobStore(
                new BlobHost(
                        arena,
                        BlockCompressor.create(),
                        Runnable::run,
                        InstantSource.system(),
                        new Random(1),
                        1L << 20),
                1);
    }

    @Test
    @DisplayName("free frames beyond the stock are given back at every step")
    void surplus() {
        PageArena arena =
                engines.arena(
                        new HeapPages(),
                        new ArenaOptions(2 * Frames.PAGEBLOCK_BYTES, 2L * BLOCK, 10));
        Housekeeping housekeeping = new Housekeeping(arena, noPools(arena), 0);
        int[] frames = new int[BLOCK];
        for (int step = 0; step < 3; step++) {
            assertTrue(arena.acquire(frames, BLOCK));
            arena.release(frames, BLOCK);
            assertTrue(housekeeping.step(step) > 0);
            assertTrue(arena.stats().warmFrames() <= 10);
        }
    }
}
