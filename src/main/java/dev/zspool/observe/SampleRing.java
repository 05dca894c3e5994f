package dev.zspool.observe;

import dev.zspool.pressure.PressureLevel;

/// The last samples, in arrays that are made once.
///
/// Not thread-safe: guarded by the lock of {@link MemorySamples}.
final class SampleRing {
    private static final int FIGURES = Figure.values().length;

    private final long[] atMillis;
    private final PressureLevel[] levels;
    private final long[] values;

    /// How many there were since the start; also the number of the last one.
    private long taken;

    SampleRing(int kept) {
        atMillis = new long[kept];
        levels = new PressureLevel[kept];
        values = new long[kept * FIGURES];
    }

    void add(long nowMillis, PressureLevel level, long[] figures) {
        int place = placeOf(++taken);
        atMillis[place] = nowMillis;
        levels[place] = level;
        System.arraycopy(figures, 0, values, place * FIGURES, FIGURES);
    }

    private int placeOf(long number) {
        return (int) (number % atMillis.length);
    }

    /// Copies the last ones, or as many as there are.
    SampleWindow last(int most) {
        int size = (int) Math.min(Math.min(most, atMillis.length), taken);
        long from = taken - size + 1;
        long[] times = new long[size];
        PressureLevel[] then = new PressureLevel[size];
        long[] figures = new long[size * FIGURES];
        for (int at = 0; at < size; at++) {
            int place = placeOf(from + at);
            times[at] = atMillis[place];
            then[at] = levels[place];
            System.arraycopy(values, place * FIGURES, figures, at * FIGURES, FIGURES);
        }
        return new SampleWindow(from, times, then, figures);
    }
}
