package dev.zspool.http;

import dev.zspool.observe.Figure;
import dev.zspool.observe.MemorySamples;
import dev.zspool.observe.SampleWindow;
import dev.zspool.pressure.PressureLevel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Figures over time: a column each, as long as there are samples.
///
/// @param intervalMillis how often a sample is taken
/// @param from the number of the first sample; they count up by one
/// @param atMillis when each was taken, in milliseconds since 1970
/// @param levels how short memory was then
/// @param figures the figures by name, with their units in the names; null where nobody knew
public record SampleSeries(
        int intervalMillis,
        long from,
        List<Long> atMillis,
        List<PressureLevel> levels,
        Map<String, List<@Nullable Long>> figures) {

    static SampleSeries of(SampleWindow window) {
        List<Long> times = new ArrayList<>(window.size());
        List<PressureLevel> levels = new ArrayList<>(window.size());
        for (int at = 0; at < window.size(); at++) {
            times.add(window.atMillis(at));
            levels.add(window.level(at));
        }
        Map<String, List<@Nullable Long>> figures = new LinkedHashMap<>();
        for (Figure figure : Figure.values()) {
            List<@Nullable Long> column = new ArrayList<>(window.size());
            for (int at = 0; at < window.size(); at++) {
                column.add(known(window.value(figure, at)));
            }
            figures.put(figure.label(), column);
        }
        return new SampleSeries(
                MemorySamples.INTERVAL_MILLIS, window.from(), times, levels, figures);
    }

    private static @Nullable Long known(long value) {
        return value == Figure.UNKNOWN ? null : value;
    }

    /// One sample, as it is streamed.
    ///
    /// @param atMillis when it was taken, in milliseconds since 1970
    /// @param level how short memory was then
    /// @param figures the figures by name; null where nobody knew
    public record Sample(long atMillis, PressureLevel level, Map<String, @Nullable Long> figures) {

        static Sample of(SampleWindow window) {
            Map<String, @Nullable Long> figures = new LinkedHashMap<>();
            for (Figure figure : Figure.values()) {
                figures.put(figure.label(), known(window.value(figure, 0)));
            }
            return new Sample(window.atMillis(0), window.level(0), figures);
        }
    }
}
