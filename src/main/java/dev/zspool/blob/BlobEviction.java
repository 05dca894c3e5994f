package dev.zspool.blob;

import dev.zspool.page.Pace;

/// Eviction of a pool's blobs on demand: from a durable pool they leave memory and stay in the
/// journal; from a cache they are deleted. Takes long for a large pool: not for an event loop.
/// Thread-safe.
public final class BlobEviction {
    private final PoolGate gate;
    private final Evictor evictor;

    BlobEviction(PoolGate gate, Evictor evictor) {
        this.gate = gate;
        this.evictor = evictor;
    }

    /// Evicts blobs until a target is reached: idle ones first, and of these the ones whose leaving
    /// frees most pages for the fewest bytes.
    ///
    /// @param pace asked after every step; its unit is pages
    public EvictionResult run(EvictionTarget target, Pace pace) {
        return gate.inside(() -> evictor.evict(target, pace), EvictionResult.GONE);
    }

    /// Pages that could become free at most; 0 for a pool whose blobs may not leave now. Does not
    /// allocate.
    public long evictablePages() {
        return evictor.evictablePages();
    }

    /// Tells what that would do now, about, and changes nothing.
    public EvictionResult preview(EvictionTarget target) {
        return gate.inside(() -> evictor.preview(target), EvictionResult.GONE);
    }
}
