package dev.zspool.observe;

import dev.zspool.pressure.PressureLevel;

/// Samples in the order of time: a copy that does not change.
public final class SampleWindow {
    private final long from;
    private final long[] atMillis;
    private final PressureLevel[] levels;
    private final long[] values;

    /// @param from the number of the first one
    /// @param values all figures of the first sample, of the second, and so on
    SampleWindow(long from, long[] atMillis, PressureLevel[] levels, long[] values) {
        this.from = from;
        this.atMillis = atMillis;
        this.levels = levels;
        this.values = values;
    }

    /// The number of the first sample; they count up by one from the start of the process.
    public long from() {
        return from;
    }

    /// How many samples there are.
    public int size() {
        return atMillis.length;
    }

    /// When a sample was taken, in milliseconds since 1970.
    ///
    /// @param at 0 for the first
    public long atMillis(int at) {
        return atMillis[at];
    }

    /// How short memory was then.
    ///
    /// @param at 0 for the first
    public PressureLevel level(int at) {
        return levels[at];
    }

    /// A figure of a sample, {@link Figure#UNKNOWN} where nobody knew.
    ///
    /// @param at 0 for the first
    public long value(Figure figure, int at) {
        return values[at * Figure.values().length + figure.place()];
    }
}
