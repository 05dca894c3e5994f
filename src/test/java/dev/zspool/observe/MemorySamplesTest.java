package dev.zspool.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.pressure.PressureLevel;
import dev.zspool.testkit.TestClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Samples are kept in order, bounded, and handed to who listens.
@DisplayName("MemorySamples")
final class MemorySamplesTest {
    private static final long START = 1_000_000;

    private final TestClock clock = new TestClock(Instant.ofEpochMilli(START));
    private final List<Long> heard = new ArrayList<>();
    private final List<String> told = new ArrayList<>();
    private int reads;

    /// The figure at place p of the n-th sample is 1000 n + p.
    private final MemorySamples samples =
            new MemorySamples(
                    into -> {
                        reads++;
                        for (int place = 0; place < into.length; place++) {
                            into[place] = 1000L * reads + place;
                        }
                        return reads % 2 == 0 ? PressureLevel.TIGHT : PressureLevel.CALM;
                    },
                    clock);

    private void take(int count) {
        for (int i = 0; i < count; i++) {
            clock.advance(Duration.ofMillis(MemorySamples.INTERVAL_MILLIS));
            samples.take();
        }
    }

    private void assertWindow(SampleWindow window, long from, int size) {
        assertEquals(from, window.from());
        assertEquals(size, window.size());
        for (int at = 0; at < size; at++) {
            long number = from + at;
            assertEquals(START + number * MemorySamples.INTERVAL_MILLIS, window.atMillis(at));
            assertEquals(
                    number % 2 == 0 ? PressureLevel.TIGHT : PressureLevel.CALM, window.level(at));
            for (Figure figure : Figure.values()) {
                assertEquals(1000 * number + figure.place(), window.value(figure, at));
            }
        }
    }

    @Test
    @DisplayName("the last ones are there, in order, and no more than are kept")
    void bounded() {
        assertWindow(samples.last(10), 1, 0);
        take(1);
        assertWindow(samples.last(1), 1, 1);
        take(4);
        assertWindow(samples.last(3), 3, 3);
        assertWindow(samples.last(MemorySamples.KEPT), 1, 5);
        take(MemorySamples.KEPT);
        assertWindow(samples.last(MemorySamples.KEPT), 6, MemorySamples.KEPT);
        assertWindow(samples.last(Integer.MAX_VALUE), 6, MemorySamples.KEPT);
        take(2 * MemorySamples.KEPT + 7);
        assertWindow(samples.last(2), 911, 2);
    }

    @Test
    @DisplayName("a copy does not change when samples come")
    void copy() {
        take(3);
        SampleWindow window = samples.last(2);
        take(MemorySamples.KEPT);
        assertWindow(window, 2, 2);
    }

    private MemorySamples.Listening listen(String name) {
        return samples.listen(sample -> heard.add(sample.from()), () -> told.add(name));
    }

    @Test
    @DisplayName("who listens hears each sample from the next one on, until he leaves")
    void listening() {
        take(2);
        MemorySamples.Listening one = listen("one");
        assertEquals(1, samples.listeners());
        take(2);
        one.close();
        take(1);
        assertEquals(List.of(3L, 4L), heard);
        samples.end();
        assertEquals(List.of(), told);
        assertEquals(0, samples.listeners());
    }

    @Test
    @DisplayName("at the end everyone is told once, and who comes later at once")
    void end() {
        try (MemorySamples.Listening _ = listen("here")) {
            samples.end();
            samples.end();
            assertEquals(List.of("here"), told);
        }
        try (MemorySamples.Listening _ = listen("late")) {
            assertEquals(List.of("here", "late"), told);
            assertEquals(0, samples.listeners());
        }
        take(1);
        assertEquals(List.of(), heard);
        assertWindow(samples.last(1), 1, 1);
    }

    @Test
    @DisplayName("what is no problem of the service is not counted as one")
    void requestCounts() {
        RequestCounts counts = new RequestCounts();
        for (int status : List.of(200, 304, 400, 401, 404, 412, 500, 501, 503, 505, 507)) {
            counts.problem(status);
        }
        assertEquals(5, counts.refused(), "400, 401, 412, 503, 507");
        assertEquals(3, counts.failed(), "500, 501, 505");
        assertTrue(Figure.READS.isCounter() && !Figure.POOL_BYTES.isCounter());
    }
}
