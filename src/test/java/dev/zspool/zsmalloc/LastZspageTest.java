package dev.zspool.zsmalloc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.page.ArenaOptions;
import dev.zspool.page.PageArena;
import dev.zspool.testkit.Contents;
import dev.zspool.testkit.Engines;
import dev.zspool.testkit.HeapPages;
import dev.zspool.testkit.HookedPages;
import dev.zspool.testkit.HookedPages.Kind;
import dev.zspool.testkit.PoolAssert;
import dev.zspool.testkit.Racers;
import dev.zspool.testkit.WaitingThread;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// One makes the last zspage that the limit or the budget allows; others want what it has room for.
class LastZspageTest {
    private static final int LENGTH = 1100;

    @RegisterExtension final Engines engines = new Engines();

    private final HookedPages pages = new HookedPages();

    /// Runs an action while a zspage is being made: when its first frame is described.
    private void whileBuilding(Runnable action) {
        pages.once(
                access ->
                        access.region() == HookedPages.DESCRIPTORS
                                && access.kind() == Kind.STORE
                                && !access.isDone(),
                action);
    }

    private static long put(ZsPool pool, int id) {
        return pool.allocate(Contents.of(id, LENGTH), 0, LENGTH);
    }

    /// Another thread wants room while the first one makes the last zspage.
    private void bothFit(ZsPool pool) throws InterruptedException {
        long[] handles = new long[2];
        AtomicReference<WaitingThread> second = new AtomicReference<>();
        whileBuilding(() -> second.set(WaitingThread.start(() -> handles[1] = put(pool, 2))));
        handles[0] = put(pool, 1);
        assertTrue(pages.isStruck());
        second.get().join();
        PoolAssert.assertThat(pool).holds(handles[0], Contents.of(1, LENGTH));
        PoolAssert.assertThat(pool).holds(handles[1], Contents.of(2, LENGTH));
        int chain = pool.sizeClasses().forPayload(LENGTH).pagesPerZspage();
        PoolAssert.assertThat(pool).isSound().hasPages(chain);
    }

    @Test
    @DisplayName("below the limit: the second waits for the first one's zspage")
    void limit() throws InterruptedException {
        PageArena arena = engines.arena(pages, ArenaOptions.ofSize(Engines.SMALL_BYTES));
        ZsPool pool = engines.pool(arena, PoolOptions.defaults());
        // Room for one zspage of this class and for one page less than two.
        int chain = pool.sizeClasses().forPayload(LENGTH).pagesPerZspage();
        assertTrue(chain > 1);
        pool.setLimitPages(2L * chain - 1);
        bothFit(pool);
    }

    @Test
    @DisplayName("a limit that is lowered meanwhile is a refusal, and nobody waits for ever")
    void limitLowered() throws InterruptedException {
        PageArena arena = engines.arena(pages, ArenaOptions.ofSize(Engines.SMALL_BYTES));
        ZsPool pool = engines.pool(arena, PoolOptions.defaults());
        pool.setLimitPages(pool.sizeClasses().forPayload(LENGTH).pagesPerZspage());
        long[] handles = new long[2];
        AtomicReference<WaitingThread> second = new AtomicReference<>();
        whileBuilding(() -> {
            second.set(WaitingThread.start(() -> handles[1] = put(pool, 2)));
            pool.setLimitPages(1);
        });
        handles[0] = put(pool, 1);
        second.get().join();
        assertTrue(handles[0] > 0, "charged before the limit was lowered");
        assertEquals(ZsPool.LIMIT_REACHED, handles[1]);
        PoolAssert.assertThat(pool).isSound().hasLiveObjects(1);
    }

    @Test
    @DisplayName(
            "below the arena's budget, where the second comes too late for a zspage of its own")
    void budget() throws InterruptedException {
        PageArena arena = engines.arena(pages, new ArenaOptions(Engines.SMALL_BYTES, 1000, 0));
        ZsPool pool = engines.pool(arena, PoolOptions.defaults());
        int chain = pool.sizeClasses().forPayload(LENGTH).pagesPerZspage();
        // A page of handles, its descriptor, a page of zspage descriptors, and one zspage.
        long held = 1000L - 3 - chain;
        assertTrue(arena.budget().chargeTablePages(held));
        bothFit(pool);
        arena.budget().dischargeTablePages(held);
    }

    @Test
    @DisplayName("9 threads fill what the limit allows to the last slot, and no page more")
    void toTheLastSlot() throws InterruptedException {
        for (int round = 0; round < 50; round++) {
            PageArena arena =
                    engines.arena(new HeapPages(), ArenaOptions.ofSize(Engines.SMALL_BYTES));
            ZsPool pool = engines.pool(arena, PoolOptions.defaults());
            SizeClassShape shape = pool.sizeClasses().forPayload(LENGTH);
            int zspages = 3;
            pool.setLimitPages((long) zspages * shape.pagesPerZspage());
            // As many as fit, 54: each has to find room.
            int share = zspages * shape.slotsPerZspage() / 9;
            AtomicInteger refused = new AtomicInteger();
            Racers racers = new Racers();
            for (int thread = 0; thread < 9; thread++) {
                int first = thread * share;
                racers.add(() -> {
                    for (int i = 0; i < share; i++) {
                        refused.addAndGet(put(pool, first + i) > 0 ? 0 : 1);
                    }
                });
            }
            racers.run();
            assertEquals(0, refused.get());
            PoolAssert.assertThat(pool).isSound().hasLiveObjects(9L * share);
            assertTrue(pool.stats().peakPages() <= pool.stats().limitPages());
            engines.close();
        }
    }
}
