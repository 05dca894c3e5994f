package dev.zspool.zsmalloc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.zspool.page.MoveOutcome;
import dev.zspool.testkit.Engines;
import dev.zspool.testkit.Racers;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Leases that end while others begin, and the edges of a listing.
@DisplayName("PageLeases, many callers")
class PageLeasesConcurrencyTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_000);
    private static final int ROUNDS = 20_000;

    @RegisterExtension final Engines engines = new Engines();

    private final ZsPool pool = engines.heapPool(8);
    private final PoolPages pages = pool.pages();

    @Test
    @DisplayName("a page that is leased anew while the lease before ends is still leased")
    void leasedAnew() throws InterruptedException {
        long handle = pool.allocate(new byte[100], 0, 100);
        int frame = pages.list(PageFilter.ALL, -1, 1).pages().getFirst().frame();
        try (PageLeases leases = new PageLeases(pool, InstantSource.fixed(NOW), new Random(1))) {
            Racers racers = new Racers();
            for (int thread = 0; thread < 3; thread++) {
                racers.add(() -> {
                    for (int round = 0; round < ROUNDS; round++) {
                        leases.isolate(frame, Duration.ofSeconds(1));
                        leases.putBack(frame, OptionalLong.empty());
                    }
                });
            }
            racers.run();
            int leased = leases.count();
            int isolated = pages.isolatedPages();
            if (isolated > leased) {
                // Else nobody could close the pool.
                assertEquals(MoveOutcome.PUT_BACK, pages.putBack(frame));
            }
            assertEquals(leased, isolated);
        }
        assertEquals(FreeOutcome.FREED, pool.free(handle));
    }
}
