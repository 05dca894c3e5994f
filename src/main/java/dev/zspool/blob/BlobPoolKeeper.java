package dev.zspool.blob;

import dev.zspool.zsmalloc.PageLeases;
import dev.zspool.zsmalloc.ZsPool;

/// What somebody has to do for a pool now and then, off the hot path. Nothing of it is done for a
/// pool that is shut. Thread-safe.
public final class BlobPoolKeeper {
    private final PoolGate gate;
    private final ZsPool pool;
    private final PageLeases leases;
    private final ExpiryQueue expiry;
    private final ExpirySweep sweep;
    private final Evictor evictor;

    BlobPoolKeeper(
            PoolGate gate,
            ZsPool pool,
            PageLeases leases,
            ExpiryQueue expiry,
            ExpirySweep sweep,
            Evictor evictor) {
        this.gate = gate;
        this.pool = pool;
        this.leases = leases;
        this.expiry = expiry;
        this.sweep = sweep;
        this.evictor = evictor;
    }

    /// Frees blobs whose life is over; readers do not see them any more in any case.
    ///
    /// @param mostBlobs how many at most
    /// @return how many it took; fewer than that when no more are due
    public int sweepExpired(int mostBlobs) {
        return gate.inside(() -> sweep.sweep(mostBlobs), 0);
    }

    /// Looks at some entries of the queue of ends that belong to blobs that are gone, if there are
    /// too many.
    ///
    /// @param mostEntries how many at most
    public void tidyExpiry(int mostEntries) {
        gate.inside(() -> sweep.tidy(mostEntries), 0);
    }

    /// Keeps some of the limit free in a pool that is a cache, so that writers find room.
    ///
    /// @param mostBlobs how many blobs to delete at most, about
    /// @return how many it deleted
    public int keepReserve(int mostBlobs) {
        return gate.inside(() -> evictor.keepReserve(mostBlobs), 0);
    }

    /// Gives unused pages of the pool's tables back. Call it at most once a second.
    ///
    /// @return how many
    public long giveBackTablePages() {
        return gate.inside(() -> pool.giveBackHandlePages() + expiry.giveBackPages(), 0L);
    }

    /// Puts the pages back whose leases have expired.
    ///
    /// @return how many
    public int endLeases() {
        return gate.inside(leases::expire, 0);
    }
}
