package dev.zspool.blob;

/// Guesses from a pool's counters whether a body will find room. A pure function.
///
/// Only bytes that are there can be compressed, so it takes the mean of what is stored for a guide,
/// and half of that for its error: a body that might fit is let in.
final class RoomEstimate {
    /// What LZ4 makes of the most regular content: a 255th.
    private static final double BEST_RATIO = 1.0 / 255;

    private static final double MARGIN = 0.5;

    private RoomEstimate() {}

    static boolean isTooFull(BlobPoolStats stats, long declaredBytes) {
        long freePagesBytes = stats.limitBytes() - stats.poolBytes();
        if (freePagesBytes < 0) {
            return true;
        }
        double ratio =
                stats.logicalBytes() == 0
                        ? BEST_RATIO
                        : (double) stats.storedBytes() / stats.logicalBytes();
        double need = Math.max(0, declaredBytes) * Math.clamp(ratio, BEST_RATIO, 1.0) * MARGIN;
        return need > freePagesBytes + Math.max(0, stats.poolBytes() - stats.storedBytes());
    }
}
