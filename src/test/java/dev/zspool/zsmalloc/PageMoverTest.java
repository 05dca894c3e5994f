package dev.zspool.zsmalloc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.zspool.page.Frames;
import dev.zspool.page.MoveOutcome;
import dev.zspool.page.PageArena;
import dev.zspool.testkit.Engines;
import dev.zspool.testkit.PoolAssert;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Isolation, migration and putting back, one thread.
@DisplayName("PageMover")
class PageMoverTest {
    @RegisterExtension final Engines engines = new Engines();

    private final PageArena arena = engines.heapArena(Engines.SMALL_BYTES);
    private final ZsPool pool = engines.pool(arena, new PoolOptions(16, Long.MAX_VALUE));
    private final PoolFixture fixture = new PoolFixture(pool);
    private final PoolPages pages = pool.pages();

    private List<PageInfo> all() {
        return pages.list(PageFilter.ALL, -1, 10_000).pages();
    }

    @CanIgnoreReturnValue
    private int migrate(int frame) {
        int target = pages.acquireTarget();
        assertEquals(MoveOutcome.MIGRATED, pages.migrate(frame, target));
        return target;
    }

    @Test
    @DisplayName(
            "every page of a full zspage of every class can be migrated, and all its objects are there")
    void everyPageOfEveryClass() {
        for (SizeClassShape shape : pool.sizeClasses().shapes()) {
            for (int i = 0; i < shape.slotsPerZspage(); i++) {
                fixture.put(shape.maxPayloadBytes());
            }
            List<PageInfo> before = all();
            assertEquals(shape.pagesPerZspage(), before.size(), shape::toString);
            for (PageInfo page : before) {
                assertEquals(MoveOutcome.ISOLATED, pages.isolate(page.frame()));
                PoolAssert.assertThat(pool).isSound();
                assertNotEquals(page.frame(), migrate(page.frame()));
                fixture.verify();
            }
            assertEquals(0, pages.isolatedPages());
            fixture.freeAll();
        }
        PoolAssert.assertThat(pool).hasPages(0);
    }

    @ParameterizedTest
    @ValueSource(ints = {4096, 3800, 40})
    @DisplayName(
            "nothing is allocated from an isolated zspage, and everything again when it is put back")
    void noAllocationWhileIsolated(int length) {
        fixture.put(length);
        PageInfo page = all().getFirst();
        assertEquals(MoveOutcome.ISOLATED, pages.isolate(page.frame()));
        fixture.put(length);
        assertEquals(2, pool.stats().allocatedPages() / page.pagesPerZspage());
        assertEquals(MoveOutcome.PUT_BACK, pages.putBack(page.frame()));
        if (page.zspageSlots() > 2) {
            fixture.put(length);
            assertEquals(2, pool.stats().allocatedPages() / page.pagesPerZspage());
        }
        fixture.verify();
        fixture.freeAll();
    }

    @Test
    @DisplayName("isolate-all-16-pages: every page of a chain of sixteen is isolated at once (B19)")
    void isolateAllSixteenPages() {
        SizeClassShape shape =
                pool.sizeClasses().shapes().stream()
                        .filter(candidate -> candidate.pagesPerZspage() == 16)
                        .findFirst()
                        .orElseThrow();
        fixture.put(shape.maxPayloadBytes());
        List<PageInfo> chain = all();
        assertEquals(16, chain.size());
        for (PageInfo page : chain) {
            assertEquals(MoveOutcome.ISOLATED, pages.isolate(page.frame()));
            assertEquals(MoveOutcome.BUSY, pages.isolate(page.frame()));
        }
        assertEquals(16, pages.isolatedPages());
        assertEquals(1, pool.classStats().stream().mapToLong(ClassStats::isolatedZspages).sum());
        for (PageInfo page : chain) {
            PoolAssert.assertThat(pool).isSound();
            migrate(page.frame());
        }
        assertEquals(0, pages.isolatedPages());
        assertEquals(0, pool.classStats().stream().mapToLong(ClassStats::isolatedZspages).sum());
        fixture.verify();
        fixture.freeAll();
    }

    @Test
    @DisplayName("last-free-between-isolate-and-putback: the pages go when it is put back (B7)")
    void lastFreeBeforePutBack() {
        long handle = fixture.put(3000);
        List<PageInfo> chain = all();
        assertEquals(MoveOutcome.ISOLATED, pages.isolate(chain.get(0).frame()));
        assertEquals(MoveOutcome.ISOLATED, pages.isolate(chain.get(1).frame()));
        fixture.free(handle);
        PoolAssert.assertThat(pool).isSound();
        assertEquals(MoveOutcome.EMPTY, pages.isolate(chain.get(2).frame()));
        assertEquals(MoveOutcome.PUT_BACK, pages.putBack(chain.get(0).frame()));
        PoolAssert.assertThat(pool).hasPages(chain.size());
        assertEquals(MoveOutcome.PUT_BACK, pages.putBack(chain.get(1).frame()));
        PoolAssert.assertThat(pool).hasPages(0);
        assertEquals(MoveOutcome.GONE, pages.putBack(chain.get(1).frame()));
    }

    @Test
    @DisplayName(
            "free-all-between-isolate-and-migrate: migration finds nothing, and the pages go (B27)")
    void lastFreeBeforeMigrate() {
        long handle = fixture.put(100);
        int frame = all().getFirst().frame();
        assertEquals(MoveOutcome.ISOLATED, pages.isolate(frame));
        fixture.free(handle);
        int target = pages.acquireTarget();
        assertEquals(MoveOutcome.EMPTY, pages.migrate(frame, target));
        PoolAssert.assertThat(pool).hasPages(0);
        pages.releaseTarget(target);
        assertEquals(MoveOutcome.GONE, pages.migrate(frame, target));
        assertEquals(0, arena.stats().ownedFrames());
    }

    @Test
    @DisplayName(
            "bad calls change nothing: no such frame, a free one, not isolated, another pool's")
    void badCalls() {
        ZsPool other = engines.pool(arena, PoolOptions.defaults());
        fixture.put(100);
        int frame = all().getFirst().frame();
        for (int bad :
                new int[] {-1, Integer.MIN_VALUE, arena.totalFrames(), Integer.MAX_VALUE, 77}) {
            assertEquals(MoveOutcome.GONE, pages.isolate(bad));
            assertEquals(MoveOutcome.GONE, pages.migrate(bad, 0));
            assertEquals(MoveOutcome.GONE, pages.putBack(bad));
        }
        assertEquals(MoveOutcome.GONE, other.pages().isolate(frame));
        assertEquals(MoveOutcome.NOT_ISOLATED, pages.migrate(frame, 0));
        assertEquals(MoveOutcome.NOT_ISOLATED, pages.putBack(frame));
        fixture.verify();
        assertEquals(16, pages.count(MoveOutcome.GONE) + 1);
        fixture.freeAll();
    }

    @Test
    @DisplayName("an isolated zspage is left out of compaction and of what it would free")
    void compactionLeavesIsolatedAlone() {
        SizeClassShape shape = pool.sizeClasses().forPayload(100);
        for (int zspage = 0; zspage < 3; zspage++) {
            fixture.putMany(shape.slotsPerZspage(), 100);
        }
        List<Long> handles = fixture.handles();
        for (int i = 0; i < handles.size(); i++) {
            if (i % 3 != 0) {
                fixture.free(handles.get(i));
            }
        }
        long free = pool.reclaimablePages();
        assertTrue(free > 0);
        int frame = all().getFirst().frame();
        assertEquals(MoveOutcome.ISOLATED, pages.isolate(frame));
        assertTrue(pool.reclaimablePages() < free);
        pool.compact();
        fixture.verify();
        assertTrue(pages.describe(frame).isPresent());
        assertEquals(MoveOutcome.PUT_BACK, pages.putBack(frame));
        pool.compact();
        PoolAssert.assertThat(pool).isFullyCompacted();
        fixture.verify();
        fixture.freeAll();
    }

    @Test
    @DisplayName("a full arena has no frame to migrate to")
    void noTarget() {
        while (fixture.tryPut(Frames.FRAME_BYTES) > 0) {
            // Until no frame is left.
        }
        int frame = all().getFirst().frame();
        assertEquals(MoveOutcome.ISOLATED, pages.isolate(frame));
        List<Integer> targets = new ArrayList<>();
        int target = pages.acquireTarget();
        while (target != Frames.NO_FRAME) {
            targets.add(target);
            target = pages.acquireTarget();
        }
        assertEquals(arena.totalFrames(), arena.stats().ownedFrames());
        targets.forEach(pages::releaseTarget);
        assertEquals(MoveOutcome.PUT_BACK, pages.putBack(frame));
    }

    @Test
    @DisplayName("a listing from behind the last frame is empty and ends")
    void behindTheEnd() {
        PageListing nothing = new PageListing(List.of(), OptionalInt.empty());
        assertEquals(nothing, pages.list(PageFilter.ALL, Integer.MAX_VALUE, 1));
        assertEquals(nothing, pages.list(PageFilter.ALL, 1 << 25, 1));
    }
}
