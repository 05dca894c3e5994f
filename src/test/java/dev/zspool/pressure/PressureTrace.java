package dev.zspool.pressure;

import java.util.function.LongUnaryOperator;

/// What others do to the service over time. Each line is a function of milliseconds.
///
/// @param name what a report calls it
/// @param limitBytes the group's limit
/// @param neighbourBytes what others in the group have in memory
/// @param stallPermille the share of the time in which some task stands still
/// @param quietFromMillis from here on nothing presses any more
record PressureTrace(
        String name,
        LongUnaryOperator limitBytes,
        LongUnaryOperator neighbourBytes,
        LongUnaryOperator stallPermille,
        long quietFromMillis) {
    static final long MIB = 1L << 20;
    static final long LIMIT = 384 * MIB;

    /// A neighbour under a limit of 384 MiB.
    static PressureTrace neighbour(String name, LongUnaryOperator mib, long quietFromMillis) {
        return new PressureTrace(
                name,
                _ -> LIMIT,
                millis -> millis < quietFromMillis ? mib.applyAsLong(millis) * MIB : 0,
                _ -> 0,
                quietFromMillis);
    }

    /// A limit that moves.
    static PressureTrace limit(String name, LongUnaryOperator mib, long quietFromMillis) {
        return new PressureTrace(
                name,
                millis -> millis < quietFromMillis ? mib.applyAsLong(millis) * MIB : LIMIT,
                _ -> 0,
                _ -> 0,
                quietFromMillis);
    }

    /// Tasks that stand still, with all the memory that there is.
    static PressureTrace stalls(String name, LongUnaryOperator permille, long quietFromMillis) {
        return new PressureTrace(
                name,
                _ -> LIMIT,
                _ -> 0,
                millis -> millis < quietFromMillis ? permille.applyAsLong(millis) : 0,
                quietFromMillis);
    }

    /// Whether nothing has moved since.
    boolean isConstant(long fromMillis, long toMillis) {
        for (long at = fromMillis; at < toMillis; at += SimulatedMachine.TICK_MILLIS) {
            if (limitBytes.applyAsLong(at) != limitBytes.applyAsLong(fromMillis)
                    || neighbourBytes.applyAsLong(at) != neighbourBytes.applyAsLong(fromMillis)
                    || stallPermille.applyAsLong(at) != stallPermille.applyAsLong(fromMillis)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return name;
    }
}
