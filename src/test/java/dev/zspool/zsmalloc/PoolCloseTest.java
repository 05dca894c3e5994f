package dev.zspool.zsmalloc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.os.NativeMemory;
import dev.zspool.page.ArenaOptions;
import dev.zspool.page.MappedPages;
import dev.zspool.page.PageArena;
import dev.zspool.page.PageSource;
import dev.zspool.page.Region;
import dev.zspool.testkit.Contents;
import dev.zspool.testkit.Engines;
import dev.zspool.testkit.PoolAssert;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PoolCloseTest {
    @RegisterExtension final Engines engines = new Engines();

    /// Real memory that remembers its regions, to see what is still resident in them.
    private static final class RememberingPages implements PageSource {
        private final MappedPages inner = new MappedPages();
        private final List<Region> regions = new ArrayList<>();

        @Override
        public Region reserve(long sizeBytes) {
            Region region = inner.reserve(sizeBytes);
            regions.add(region);
            return region;
        }

        @Override
        public void close() {
            inner.close();
        }

        long residentPages() {
            return regions.stream()
                    .mapToLong(region -> NativeMemory.residentPages(region.memory()))
                    .sum();
        }
    }

    private static List<Long> fill(ZsPool pool, int objects) {
        List<Long> handles = new ArrayList<>();
        for (int i = 0; i < objects; i++) {
            int length = 1 + i * 37 % 4096;
            long handle = pool.allocate(Contents.of(i, length), 0, length);
            assertTrue(handle > 0, "handle " + handle);
            handles.add(handle);
        }
        return handles;
    }

    @Test
    @DisplayName("a closed pool leaves nothing resident, its tables included")
    void nothingStaysResident() {
        RememberingPages source = new RememberingPages();
        PageArena arena = engines.arena(source, ArenaOptions.ofSize(16L << 20));
        ZsPool first = engines.pool(arena, PoolOptions.defaults());
        List<Long> ignored = fill(first, 1000);
        assertEquals(1000, ignored.size());
        first.close();
        arena.giveBack(0);
        // What describes the frames: eight bytes and two for each frame that was ever in use.
        long descriptorPages = 3;
        assertTrue(source.residentPages() <= descriptorPages, source.residentPages() + " pages");
    }

    @Test
    @DisplayName("close of a full pool frees all that its owner did not, for the next pool")
    void closeFreesEverything() {
        PageArena arena = engines.heapArena(Engines.SMALL_BYTES);
        for (int i = 0; i < 3; i++) {
            ZsPool pool = engines.pool(arena, PoolOptions.defaults());
            assertEquals(800, fill(pool, 800).size());
            pool.close();
            assertEquals(0, arena.stats().ownedFrames());
            assertEquals(0, arena.stats().tablePages());
        }
    }

    @Test
    @DisplayName("a second close changes nothing")
    void closeTwice() {
        PageArena arena = engines.heapArena(Engines.SMALL_BYTES);
        ZsPool other = engines.pool(arena, PoolOptions.defaults());
        assertEquals(300, fill(other, 300).size());
        long used = arena.stats().backedPages();
        ZsPool pool = engines.pool(arena, PoolOptions.defaults());
        assertEquals(300, fill(pool, 300).size());
        pool.close();
        pool.close();
        assertEquals(used, arena.stats().ownedFrames() + arena.stats().tablePages());
        PoolAssert.assertThat(other).isSound();
    }

    @Test
    @DisplayName("handles of a closed pool name nothing")
    void handlesAfterClose() {
        ZsPool pool = engines.heapPool(8);
        List<Long> handles = fill(pool, 50);
        pool.close();
        for (long handle : handles) {
            PoolAssert.assertThat(pool).doesNotHold(handle);
            assertEquals(FreeOutcome.NOT_LIVE, pool.free(handle));
        }
    }
}
