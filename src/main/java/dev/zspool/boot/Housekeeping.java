package dev.zspool.boot;

import dev.zspool.blob.BlobPool;
import dev.zspool.blob.BlobStore;
import dev.zspool.page.PageArena;
import java.util.function.Consumer;
import java.util.function.ObjIntConsumer;

/// Gives memory that nobody uses back to the system, off the hot path: blobs whose life is over,
/// pools that were destroyed and free frames beyond the warm stock at every step, empty pages of
/// handle tables at most once a second. As often it asks for huge pages, where they are wanted. And
/// it ends what people left behind.
///
/// One thread at a time calls it; the time is handed in.
final class Housekeeping {
    private static final long RARE_INTERVAL_NANOS = 1_000_000_000L;

    /// Of one pool in one step, so that the next pool's turn comes soon.
    private static final int MOST_EXPIRED = 16 * 1024;

    private final PageArena arena;
    private final BlobStore store;
    private long nextRareNanos;

    /// @param nowNanos the time at the start
    Housekeeping(PageArena arena, BlobStore store, long nowNanos) {
        this.arena = arena;
        this.store = store;
        this.nextRareNanos = nowNanos + RARE_INTERVAL_NANOS;
    }

    /// Does what is due.
    ///
    /// @param nowNanos a time that never goes back
    /// @return how many pages were given back
    long step(long nowNanos) {
        store.closeLeaving();
        for (BlobPool pool : store.pools()) {
            pool.keeper().sweepExpired(MOST_EXPIRED);
            pool.keeper().tidyExpiry(MOST_EXPIRED);
            pool.keeper().keepReserve(MOST_EXPIRED);
        }
        long pages = arena.giveBackSurplus();
        if (nowNanos - nextRareNanos >= 0) {
            nextRareNanos = nowNanos + RARE_INTERVAL_NANOS;
            for (BlobPool pool : store.pools()) {
                pages += pool.keeper().giveBackTablePages();
                pool.keeper().removeExpired(MOST_EXPIRED);
            }
            arena.adviseHugePages();
        }
        return pages;
    }

    /// Saves which blobs are in memory, so that the same ones come back after a start.
    ///
    /// @param failed is told of each pool of which that could not be written
    void saveResidents(Consumer<String> failed) {
        for (BlobPool pool : store.pools()) {
            if (!pool.keeper().saveResidents()) {
                failed.accept(pool.name());
            }
        }
    }

    /// Puts the pages back whose leases have expired.
    ///
    /// @param told is told of each pool and how many of its pages that were, if there were any
    void endLeases(ObjIntConsumer<String> told) {
        for (BlobPool pool : store.pools()) {
            int ofPool = pool.keeper().endLeases();
            if (ofPool > 0) {
                told.accept(pool.name(), ofPool);
            }
        }
    }
}
