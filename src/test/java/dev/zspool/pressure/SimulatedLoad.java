package dev.zspool.pressure;

/// What the simulated service is made of, and how fast it is.
///
/// @param cache whether what is evicted is lost
/// @param baseMib what it takes without any blob
/// @param noiseMib by how much that swings
/// @param fixedMib blobs that cannot be given up
/// @param evictableMib blobs that can
/// @param compactableMib pages that compaction frees
/// @param configuredMib the budget without pressure
/// @param writersMibPerSecond what writers bring if they get room
/// @param writesPermille the share of it that can be evicted again; the rest stays
/// @param releaseMibPerSecond how fast steps release
/// @param delayTicks how many ticks late
record SimulatedLoad(
        boolean cache,
        int baseMib,
        int noiseMib,
        int fixedMib,
        int evictableMib,
        int compactableMib,
        int configuredMib,
        int writersMibPerSecond,
        int writesPermille,
        int releaseMibPerSecond,
        int delayTicks) {

    /// A durable pool that is full, with writers at full speed.
    static SimulatedLoad durable() {
        return new SimulatedLoad(false, 150, 1, 10, 170, 10, 200, 100, 1000, 150, 0);
    }

    /// A pool that refuses, full of what cannot be given up.
    static SimulatedLoad reject() {
        return new SimulatedLoad(false, 150, 1, 180, 0, 10, 200, 100, 0, 150, 0);
    }

    /// A cache.
    static SimulatedLoad evict() {
        return new SimulatedLoad(true, 150, 1, 0, 190, 0, 200, 100, 1000, 150, 0);
    }

    /// Nothing in it yet.
    static SimulatedLoad empty() {
        return new SimulatedLoad(false, 150, 1, 0, 0, 0, 200, 300, 1000, 150, 0);
    }

    SimulatedLoad withRelease(int mibPerSecond, int ticksLate) {
        return new SimulatedLoad(
                cache,
                baseMib,
                noiseMib,
                fixedMib,
                evictableMib,
                compactableMib,
                configuredMib,
                writersMibPerSecond,
                writesPermille,
                mibPerSecond,
                ticksLate);
    }
}
