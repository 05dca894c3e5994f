package dev.zspool.upkeep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Who hears what.
@DisplayName("EventFeed")
class EventFeedTest {
    private final EventFeed feed = new EventFeed(InstantSource.fixed(Instant.EPOCH));
    private final List<Long> heard = new ArrayList<>();

    private void publish(int count) {
        for (int i = 0; i < count; i++) {
            feed.publish(EventKind.COMPACTION_STARTED, Optional.empty(), Map.of());
        }
    }

    private EventFeed.Subscription listen(long after) {
        return feed.subscribe(after, event -> heard.add(event.id()));
    }

    @Test
    @DisplayName("who listens hears every event once, in order, until he leaves")
    void order() {
        publish(3);
        EventFeed.Subscription subscription = listen(Long.MAX_VALUE);
        publish(4);
        subscription.close();
        publish(1);
        assertEquals(List.of(4L, 5L, 6L, 7L), heard);
        assertEquals(0, feed.listeners());
    }

    @Test
    @DisplayName("who comes back hears what he missed, as far as it is kept")
    void resume() {
        publish(300);
        try (EventFeed.Subscription _ = listen(290)) {
            assertEquals(LongStream.rangeClosed(291, 300).boxed().toList(), heard);
        }
        heard.clear();
        try (EventFeed.Subscription _ = listen(0)) {
            assertEquals(EventFeed.KEPT_EVENTS, heard.size());
            assertEquals(45L, heard.getFirst());
        }
    }

    @Test
    @DisplayName(
            "results are kept when progress floods everything else away, the last of each topic")
    void results() {
        feed.publish(EventKind.SHRINK_FINISHED, Optional.empty(), Map.of());
        for (int i = 0; i < 40; i++) {
            feed.publish(EventKind.COMPACTION_FINISHED, Optional.empty(), Map.of());
        }
        for (int i = 0; i < 1000; i++) {
            feed.publish(EventKind.DEFRAGMENTATION_PROGRESS, Optional.empty(), Map.of());
        }
        try (EventFeed.Subscription _ = listen(0)) {
            assertEquals(1 + EventFeed.KEPT_RESULTS + EventFeed.KEPT_EVENTS, heard.size());
            assertEquals(1L, heard.getFirst());
            assertEquals(10L, heard.get(1));
            assertEquals(heard.stream().sorted().distinct().toList(), heard);
        }
        heard.clear();
        try (EventFeed.Subscription _ = listen(41)) {
            assertEquals(EventFeed.KEPT_EVENTS, heard.size());
        }
        assertTrue(heard.size() < EventFeed.mostReplayed());
    }

    @Test
    @DisplayName("when the feed ends, everyone is told once, and who comes later at once")
    void end() {
        List<String> told = new ArrayList<>();
        EventFeed.Subscription gone =
                feed.subscribe(Long.MAX_VALUE, event -> {}, () -> told.add("gone"));
        gone.close();
        try (EventFeed.Subscription _ =
                feed.subscribe(Long.MAX_VALUE, event -> {}, () -> told.add("here"))) {
            feed.end();
            feed.end();
            assertEquals(List.of("here"), told);
            assertEquals(0, feed.listeners());
        }
        publish(1);
        try (EventFeed.Subscription _ =
                feed.subscribe(0, event -> heard.add(event.id()), () -> told.add("late"))) {
            assertEquals(List.of(1L), heard);
            assertEquals(List.of("here", "late"), told);
        }
        assertEquals(0, feed.listeners());
    }

    @Test
    @DisplayName("a listener may leave while it is told something")
    void leavesWhileTold() {
        List<EventFeed.Subscription> own = new ArrayList<>();
        own.add(feed.subscribe(Long.MAX_VALUE, event -> own.getFirst().close()));
        try (EventFeed.Subscription _ = listen(Long.MAX_VALUE)) {
            publish(2);
        }
        assertEquals(List.of(1L, 2L), heard);
    }
}
