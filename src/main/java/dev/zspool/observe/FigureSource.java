package dev.zspool.observe;

import dev.zspool.pressure.PressureLevel;

/// Whoever knows the figures of a sample. One thread at a time asks.
@FunctionalInterface
interface FigureSource {

    /// Reads the figures of this moment.
    ///
    /// @param into receives all of them, by the place of the {@link Figure}
    /// @return how short memory is
    PressureLevel read(long[] into);
}
