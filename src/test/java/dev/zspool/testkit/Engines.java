package dev.zspool.testkit;

import dev.zspool.page.ArenaOptions;
import dev.zspool.page.ArenaStats;
import dev.zspool.page.Frames;
import dev.zspool.page.MappedPages;
import dev.zspool.page.PageArena;
import dev.zspool.page.PageSource;
import dev.zspool.zsmalloc.PoolOptions;
import dev.zspool.zsmalloc.ZsPool;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// The only door through which a test gets an arena or a pool, so that no test can forget to look
/// them over: after every test each pool is checked and closed, and each arena must then own
/// nothing, charge nothing and be sound.
///
/// Register it as an instance field:
///
/// ```java
/// @RegisterExtension final Engines engines = new Engines();
/// ```
///
/// A test that breaks something on purpose puts it back before it ends.
public final class Engines implements AfterEachCallback, AutoCloseable {
    /// Large enough for a few hundred zspages, small enough to make thousands of.
    public static final long SMALL_BYTES = 4 * Frames.PAGEBLOCK_BYTES;

    private final Map<ZsPool, PageArena> pools = new LinkedHashMap<>();
    private final List<PageArena> arenas = new ArrayList<>();

    /// An arena over any source.
    public synchronized PageArena arena(PageSource source, ArenaOptions options) {
        PageArena arena = new PageArena(source, options);
        arenas.add(arena);
        return arena;
    }

    /// An arena over the heap, as large as its limit.
    public PageArena heapArena(long sizeBytes) {
        return arena(new HeapPages(), ArenaOptions.ofSize(sizeBytes));
    }

    /// An arena over memory of the system, as large as its limit.
    public PageArena mappedArena(long sizeBytes) {
        return arena(new MappedPages(), ArenaOptions.ofSize(sizeBytes));
    }

    public ZsPool pool(PageArena arena, PoolOptions options) {
        return adopt(new ZsPool(arena, options), arena);
    }

    /// The arena of a pool of this factory.
    public synchronized PageArena arenaOf(ZsPool pool) {
        return Objects.requireNonNull(pools.get(pool));
    }

    /// A pool without a limit of its own over the heap.
    public ZsPool heapPool(int chainSize) {
        return pool(heapArena(SMALL_BYTES), new PoolOptions(chainSize, Long.MAX_VALUE));
    }

    /// Takes a pool in that was made elsewhere, over an arena of this factory.
    public synchronized ZsPool adopt(ZsPool pool, PageArena arena) {
        pools.put(pool, arena);
        return pool;
    }

    /// Looks a pool over, closes it and forgets it, for tests that make thousands.
    public synchronized void close(ZsPool pool) {
        List<String> violations = pool.check();
        pools.remove(pool);
        pool.close();
        if (!violations.isEmpty()) {
            throw new AssertionError("Closed:\n  " + String.join("\n  ", violations));
        }
    }

    @Override
    public void afterEach(ExtensionContext context) {
        close();
    }

    /// Looks everything over and closes it; once, whatever it finds.
    @Override
    public synchronized void close() {
        List<String> violations = new ArrayList<>();
        for (ZsPool pool : pools.keySet()) {
            violations.addAll(pool.check());
            pool.close();
        }
        pools.clear();
        for (PageArena arena : arenas) {
            violations.addAll(check(arena));
            arena.close();
        }
        arenas.clear();
        if (!violations.isEmpty()) {
            throw new AssertionError("After the test:\n  " + String.join("\n  ", violations));
        }
    }

    private static List<String> check(PageArena arena) {
        List<String> violations = new ArrayList<>(arena.check());
        ArenaStats stats = arena.stats();
        if (stats.ownedFrames() != 0 || stats.tablePages() != 0 || stats.inTransitFrames() != 0) {
            violations.add("not given back: " + stats);
        }
        // The budget itself has no getter: what fits tells what it holds.
        if (!arena.budget().chargeTablePages(stats.limitPages())) {
            violations.add("the budget is charged for nothing: " + stats);
            return violations;
        }
        if (arena.budget().chargeTablePages(1)) {
            violations.add("the budget allows more than its limit: " + stats);
            arena.budget().dischargeTablePages(1);
        }
        arena.budget().dischargeTablePages(stats.limitPages());
        return violations;
    }
}
