package dev.zspool.persist;

import org.rocksdb.RocksDBException;

/// Finds the end of damage: the least number behind it from which on a walk can go on.
final class FirstReadable {
    private FirstReadable() {}

    /// Whether a walk can begin at a number.
    @FunctionalInterface
    interface Probe {
        boolean isReadable(long from) throws RocksDBException;
    }

    /// Searches by doubling steps, then by halving them; numbers are without sign.
    ///
    /// @return the least readable number that is greater than this one, 0 when there is none
    static long behind(long unreadable, Probe probe) throws RocksDBException {
        long low = unreadable;
        long step = 1;
        long high = low + step;
        while (Long.compareUnsigned(high, low) > 0 && !probe.isReadable(high)) {
            low = high;
            step <<= 1;
            high = low + step;
        }
        if (Long.compareUnsigned(high, low) <= 0) {
            high = -1;
            if (low == -1 || !probe.isReadable(high)) {
                return 0;
            }
        }
        while (high - low != 1) {
            long middle = low + ((high - low) >>> 1);
            if (probe.isReadable(middle)) {
                high = middle;
            } else {
                low = middle;
            }
        }
        return high;
    }
}
