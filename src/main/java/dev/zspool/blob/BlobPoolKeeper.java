package dev.zspool.blob;

import dev.zspool.page.Pace;
import dev.zspool.zsmalloc.PageLeases;
import dev.zspool.zsmalloc.ZsPool;
import java.util.Optional;

/// What somebody has to do for a pool now and then, off the hot path. Nothing of it is done for a
/// pool that is shut. Thread-safe.
public final class BlobPoolKeeper {
    private final PoolGate gate;
    private final ZsPool pool;
    private final PageLeases leases;
    private final ExpirySweep sweep;
    private final Evictor evictor;
    private final BlobEviction eviction;
    private final Optional<DurableBlobs> durable;

    BlobPoolKeeper(
            PoolGate gate,
            ZsPool pool,
            PageLeases leases,
            ExpirySweep sweep,
            Evictor evictor,
            Optional<DurableBlobs> durable) {
        this.gate = gate;
        this.pool = pool;
        this.leases = leases;
        this.sweep = sweep;
        this.evictor = evictor;
        this.eviction = new BlobEviction(gate, evictor);
        this.durable = durable;
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

    /// Eviction on demand.
    public BlobEviction eviction() {
        return eviction;
    }

    /// Pages that compaction could free now, at best. Does not allocate.
    public long reclaimablePages() {
        return gate.isShut() ? 0 : pool.reclaimablePages();
    }

    /// Keeps some of the limit free in a pool whose blobs may leave memory, so that writers find
    /// room.
    ///
    /// @param mostBlobs how many blobs to let go at most, about
    /// @return how many left
    public int keepReserve(int mostBlobs) {
        return gate.inside(() -> evictor.keepReserve(mostBlobs), 0);
    }

    /// Gives unused pages of the pool's tables back. Call it at most once a second.
    ///
    /// @return how many
    public long giveBackTablePages() {
        return gate.inside(() -> pool.giveBackHandlePages() + sweep.giveBackPages(), 0L);
    }

    /// Whether there is so much room that blobs come into memory for which nobody waits.
    boolean hasFreeRoom() {
        return evictor.hasFreeRoom();
    }

    /// Removes blobs from the journal whose life is over. Waits for the disk.
    ///
    /// @param mostBlobs how many at most
    public void removeExpired(int mostBlobs) {
        durable.ifPresent(blobs -> gate.inside(() -> blobs.removeExpired(mostBlobs), 0));
    }

    /// Saves which blobs are in memory, if not all are, so that the same ones come back after a
    /// start. Waits for the disk.
    ///
    /// @return false when that could not be written
    public boolean saveResidents() {
        return durable.map(DurableBlobs::saveResidents).orElse(true);
    }

    /// Brings blobs back into memory after a start. Waits for the disk; one thread at a time.
    ///
    /// @param mostBlobs how many to look at, about
    /// @return whether there is more to do
    public boolean warmUp(int mostBlobs) {
        return durable.isPresent()
                && gate.inside(() -> durable.get().warmUp.step(mostBlobs), false);
    }

    /// Reads every blob from the disk and verifies it; repairs what memory has sound. Takes long.
    ///
    /// @param pace asked after every blob; its unit is blobs
    public ScrubResult scrub(Pace pace) {
        return durable.map(blobs ->
                        blobs.scrub((done, goal) -> !gate.isShut() && pace.proceed(done, goal)))
                .orElse(ScrubResult.NOTHING);
    }

    /// How far that has come.
    public WarmUpProgress warmUpProgress() {
        return durable.map(blobs -> blobs.warmUp.progress()).orElse(WarmUpProgress.NOTHING);
    }

    /// Puts the pages back whose leases have expired.
    ///
    /// @return how many
    public int endLeases() {
        return gate.inside(leases::expire, 0);
    }
}
