package dev.zspool.blob;

import java.util.concurrent.atomic.AtomicLongArray;

/// Remembers which blobs were read from the journal within the last minute, so that only what is
/// used twice comes into a full memory, and a scan does not push everything else out.
///
/// A table of fixed size in which a later blob overwrites an earlier one: forgetting too soon costs
/// one more read. Thread-safe, without a lock; two reads at the same moment count as one.
///
/// ```
///  bit  63                           32 31                        0
///       +------------------------------+---------------------------+
///       | upper half of the hash       | second of the read        |
///       +------------------------------+---------------------------+
/// ```
final class RecentReads {
    static final long WINDOW_SECONDS = 60;
    private static final int PLACES = 8192;

    private final AtomicLongArray places = new AtomicLongArray(PLACES);

    /// Notes a read.
    ///
    /// @return whether there was another one of the same blob in the last minute
    boolean isSecond(long hash, long epochSecond) {
        int place = (int) hash & PLACES - 1;
        long before = places.get(place);
        places.set(place, (hash & 0xFFFF_FFFF_0000_0000L) | (epochSecond & 0xFFFF_FFFFL));
        long age = epochSecond - (before & 0xFFFF_FFFFL);
        return before >>> Integer.SIZE == hash >>> Integer.SIZE
                && before != 0
                && age >= 0
                && age <= WINDOW_SECONDS;
    }
}
