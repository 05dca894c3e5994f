package dev.zspool.zsmalloc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.os.Errno;
import dev.zspool.page.ArenaOptions;
import dev.zspool.page.PageArena;
import dev.zspool.page.PageSource;
import dev.zspool.page.Region;
import dev.zspool.page.Words;
import dev.zspool.testkit.Engines;
import dev.zspool.testkit.HeapPages;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A system that takes nothing back, as one does whose pages are locked in memory, or that fails in
/// the middle.
class GiveBackRefusalTest {
    /// Runs when a call has done its work and nobody knows yet.
    private Runnable behindTheCall = () -> {};

    @RegisterExtension final Engines engines = new Engines();

    private final AtomicBoolean refuses = new AtomicBoolean();
    private final AtomicBoolean fails = new AtomicBoolean();

    @Test
    @DisplayName("a system that takes nothing back ends the pass, and a later pass succeeds")
    void refusedForEver() {
        ZsPool pool = poolWithEmptyHandlePages(arena());
        long pages = pool.stats().handlePages();

        refuses.set(true);
        int given = assertTimeoutPreemptively(Duration.ofSeconds(5), pool::giveBackHandlePages);
        assertEquals(0, given);
        assertEquals(pages, pool.stats().handlePages());
        assertEquals(List.of(), pool.check());

        refuses.set(false);
        // All but the first page, which has no cell 0, and one that stays in stock.
        assertEquals(pages - 2, pool.giveBackHandlePages());
    }

    @Test
    @DisplayName("a call that throws loses no handle page")
    void throwingForHandlePages() {
        ZsPool pool = poolWithEmptyHandlePages(arena());
        long pages = pool.stats().handlePages();

        fails.set(true);
        assertThrows(IllegalStateException.class, pool::giveBackHandlePages);
        assertEquals(List.of(), pool.check());

        fails.set(false);
        assertEquals(pages - 3, pool.giveBackHandlePages());
        assertEquals(2, pool.stats().handlePages());
    }

    @Test
    @DisplayName("a page whose call has returned and is not entered yet breaks nothing")
    void checkedInBetween() {
        ZsPool pool = poolWithEmptyHandlePages(arena());
        List<String> violations = new ArrayList<>();
        behindTheCall = () -> violations.addAll(pool.check());
        assertTrue(pool.giveBackHandlePages() > 0);
        behindTheCall = () -> {};
        assertEquals(List.of(), violations);
    }

    @Test
    @DisplayName("a call that throws loses no frame, and nobody waits for it for ever")
    void throwingForFrames() {
        PageArena arena = arena();
        int all = arena.totalFrames();
        int[] frames = new int[all];
        assertTrue(arena.acquire(frames, all));
        arena.release(frames, all);

        fails.set(true);
        assertThrows(IllegalStateException.class, () -> arena.giveBack(0));
        fails.set(false);

        assertEquals(List.of(), arena.check());
        assertEquals(0, arena.stats().inTransitFrames());
        assertTrue(
                assertTimeoutPreemptively(Duration.ofSeconds(5), () -> arena.acquire(frames, all)));
        arena.release(frames, all);
    }

    private PageArena arena() {
        return engines.arena(
                new RefusingPages(new HeapPages()), ArenaOptions.ofSize(Engines.SMALL_BYTES));
    }

    private ZsPool poolWithEmptyHandlePages(PageArena arena) {
        ZsPool pool = engines.pool(arena, PoolOptions.defaults());
        List<Long> handles = new ArrayList<>();
        for (int i = 0; i < 10 * HandleTable.CELLS_PER_PAGE; i++) {
            handles.add(pool.allocate(new byte[1], 0, 1));
        }
        handles.forEach(pool::free);
        return pool;
    }

    private final class RefusingPages implements PageSource {
        private final PageSource inner;

        RefusingPages(PageSource inner) {
            this.inner = inner;
        }

        @Override
        public Region reserve(long sizeBytes) {
            return new RefusingRegion(inner.reserve(sizeBytes));
        }

        @Override
        public void close() {
            inner.close();
        }
    }

    private final class RefusingRegion implements Region {
        private final Region inner;

        RefusingRegion(Region inner) {
            this.inner = inner;
        }

        @Override
        public MemorySegment memory() {
            return inner.memory();
        }

        @Override
        public Words words() {
            return inner.words();
        }

        @Override
        public Errno giveBack(long offset, long lengthBytes) {
            if (fails.get()) {
                // After the deed, which is the worse half.
                var _ = inner.giveBack(offset, lengthBytes);
                throw new IllegalStateException("madvise");
            }
            if (refuses.get()) {
                return Errno.EINVAL;
            }
            Errno errno = inner.giveBack(offset, lengthBytes);
            behindTheCall.run();
            return errno;
        }
    }
}
