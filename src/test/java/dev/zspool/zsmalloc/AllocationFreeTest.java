package dev.zspool.zsmalloc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.zspool.page.PageArena;
import dev.zspool.testkit.Engines;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Objects come and go without one of the heap: a million more blobs must not make it larger.
class AllocationFreeTest {
    private static final int WARM_UP = 30_000;
    private static final int MEASURED = 20_000;

    /// Of a compiler that is not done yet, and of the measurement itself.
    private static final long MOST_BYTES = 8 * MEASURED / 10;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @RegisterExtension final Engines engines = new Engines();

    private final PageArena arena = engines.mappedArena(64L << 20);
    private final ZsPool pool = engines.pool(arena, PoolOptions.defaults());
    private final byte[] source = new byte[ZsPool.MAX_OBJECT_BYTES];
    private final byte[] copy = new byte[ZsPool.MAX_OBJECT_BYTES];
    private final long[] held = new long[1000];

    private void measure(Runnable operations) {
        operations.run();
        long least = Long.MAX_VALUE;
        for (int attempt = 0; attempt < 5; attempt++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            operations.run();
            least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
        }
        long bytes = least;
        assertTrue(bytes <= MOST_BYTES, () -> bytes + " bytes in " + MEASURED + " operations");
    }

    private void allocateReadFree(int operations) {
        for (int i = 0; i < operations; i++) {
            int place = i * 31 % held.length;
            if (held[place] != 0) {
                assertTrue(pool.read(held[place], copy, 0) > 0);
                pool.free(held[place]);
            }
            held[place] = pool.allocate(source, 0, 1 + i * 61 % 4096);
        }
    }

    @Test
    @DisplayName("allocate, read and free allocate nothing")
    void operations() {
        allocateReadFree(WARM_UP);
        measure(() -> allocateReadFree(MEASURED));
        for (long handle : held) {
            assertEquals(FreeOutcome.FREED, pool.free(handle));
        }
    }

    @Test
    @DisplayName("compaction, give-back and a refused free allocate nothing")
    void maintenance() {
        Runnable round =
                () -> {
                    for (int i = 0; i < MEASURED / 2000; i++) {
                        allocateReadFree(2000);
                        for (int place = 0; place < held.length; place += 2) {
                            pool.free(held[place]);
                            held[place] = 0;
                        }
                        pool.compact();
                        pool.free(ZsPool.OUT_OF_MEMORY);
                        pool.giveBackHandlePages();
                    }
                };
        round.run();
        round.run();
        measure(round);
        for (long handle : held) {
            pool.free(handle);
        }
    }
}
