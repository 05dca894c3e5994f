package dev.zspool.upkeep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// The pace of one job.
@DisplayName("Job")
class JobTest {
    private final EventFeed events =
            new EventFeed(InstantSource.fixed(Instant.ofEpochSecond(1_000)));
    private final List<Event> seen = new ArrayList<>();
    private final List<Long> pauses = new ArrayList<>();
    private long nowNanos = 5;

    private Job job(int dutyPercent) {
        return new Job(
                new Job.Environment(events, () -> nowNanos, this::pause),
                EventKind.COMPACTION_PROGRESS,
                Optional.of("p"),
                "pages",
                dutyPercent);
    }

    private void pause(long nanos) {
        pauses.add(nanos);
        nowNanos += nanos;
    }

    @Test
    @DisplayName("at 30 % it rests 7 ns for 3 that it worked, and the rest is not counted as work")
    void dutyCycle() {
        Job job = job(30);
        nowNanos += 3_000;
        assertTrue(job.proceed(1, 10));
        nowNanos += 600;
        assertTrue(job.proceed(2, 10));
        assertEquals(List.of(7_000L, 1_400L), pauses);
    }

    @Test
    @DisplayName("at full speed it never rests")
    void fullSpeed() {
        Job job = job(100);
        nowNanos += 3_000;
        assertTrue(job.proceed(1, 10));
        assertEquals(List.of(), pauses);
    }

    @Test
    @DisplayName("it tells how far it is, four times a second at most")
    void progress() {
        try (EventFeed.Subscription _ = events.subscribe(Long.MAX_VALUE, seen::add)) {
            Job job = job(100);
            for (int slice = 1; slice <= 1_000; slice++) {
                nowNanos += 1_000_000;
                assertTrue(job.proceed(slice, 1_000));
            }
            assertEquals(4, seen.size());
            assertEquals(Map.of("pagesDone", 250L, "pagesGoal", 1_000L), seen.get(0).figures());
            assertEquals(Optional.of("p"), seen.get(3).pool());
            assertEquals(new JobProgress(1_000, 1_000), job.now());
        }
    }

    @Test
    @DisplayName("it ends after the slice in which it is cancelled, without another rest")
    void cancel() {
        Job job = job(30);
        job.cancel();
        nowNanos += 1_000;
        assertFalse(job.proceed(1, 10));
        assertEquals(List.of(), pauses);
    }

    @Test
    @DisplayName("after a slice of an hour, of a machine that slept, it does not rest for hours")
    void machineThatSlept() {
        Job job = job(30);
        nowNanos += 3_600_000_000_000L;
        assertTrue(job.proceed(1, 10));
        assertEquals(List.of(5_000_000_000L), pauses);
    }
}
