package dev.zspool.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import dev.zspool.upkeep.Event;
import dev.zspool.upkeep.EventFeed;
import dev.zspool.upkeep.EventKind;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.operators.multi.processors.UnicastProcessor;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// What happens to pools and the arena, as server-sent events.
@Path("/v1/events")
@NonBlocking
public final class EventResource {
    /// How many may listen at once.
    static final int MOST_LISTENERS = 64;

    /// Events that a listener may be behind; beyond that its stream ends, and it comes back.
    private static final int BEHIND_EVENTS = EventFeed.mostReplayed();

    /// Often enough that nothing on the way takes the stream for dead.
    private static final Duration HEARTBEAT = Duration.ofSeconds(15);

    private final EventFeed feed;
    private final ObjectWriter json;

    EventResource(EventFeed feed, ObjectMapper mapper) {
        this.feed = feed;
        this.json = mapper.writerFor(EventData.class);
    }

    /// Streams events from now on, or from the one after `Last-Event-ID` if it is still kept.
    @GET
    @RolesAllowed(Roles.READER)
    @Produces(MediaType.SERVER_SENT_EVENTS)
    public Multi<OutboundSseEvent> events(
            @HeaderParam("Last-Event-ID") Optional<String> lastEventId, @Context Sse sse) {
        long after = lastEventId.map(EventResource::parseId).orElse(Long.MAX_VALUE);
        if (feed.listeners() >= MOST_LISTENERS) {
            throw new ProblemException(
                    ProblemCode.TOO_MANY_LISTENERS,
                    "At most " + MOST_LISTENERS + " may listen at once.");
        }
        Multi<OutboundSseEvent> events = listen(sse, after);
        Multi<OutboundSseEvent> heartbeat =
                Multi.createFrom()
                        .ticks()
                        .every(HEARTBEAT)
                        .onOverflow()
                        .drop()
                        .map(tick -> sse.newEventBuilder().comment("still here").build());
        // Neither ends without the other but by a failure.
        return Multi.createBy()
                .merging()
                .streams(events.onCompletion().failWith(FeedEndedException::new), heartbeat)
                .onFailure(FeedEndedException.class)
                .recoverWithCompletion();
    }

    /// Listens at once, and not when the stream is asked for: whoever has the head of the answer
    /// misses nothing from then on.
    private Multi<OutboundSseEvent> listen(Sse sse, long after) {
        AtomicReference<EventFeed.@Nullable Subscription> own = new AtomicReference<>();
        UnicastProcessor<OutboundSseEvent> queue =
                UnicastProcessor.create(
                        new ArrayBlockingQueue<>(BEHIND_EVENTS),
                        () -> {
                            EventFeed.Subscription subscription = own.get();
                            if (subscription != null) {
                                subscription.close();
                            }
                        });
        own.set(feed.subscribe(after, event -> queue.onNext(toSse(event, sse)), queue::onComplete));
        return queue;
    }

    private OutboundSseEvent toSse(Event event, Sse sse) {
        return sse.newEventBuilder()
                .id(Long.toString(event.id()))
                .name(event.kind().topic())
                .data(String.class, jsonOf(event))
                .build();
    }

    /// As text: with a media type of its own the framework would add a field that the standard does
    /// not know.
    private String jsonOf(Event event) {
        try {
            return json.writeValueAsString(EventData.of(event));
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("event " + event.id(), impossible);
        }
    }

    private static long parseId(String text) {
        try {
            return Long.parseLong(text.strip());
        } catch (NumberFormatException noNumber) {
            // Some other server's; the standard has no error for it.
            return Long.MAX_VALUE;
        }
    }

    private static final class FeedEndedException extends Exception {
        private static final long serialVersionUID = 1;

        FeedEndedException() {
            super("the service stops", null, false, false);
        }
    }

    /// The data of an event.
    ///
    /// @param kind what happened
    /// @param at when
    /// @param pool in which pool; absent for the arena
    /// @param figures numbers by name, with their units in the names
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    public record EventData(
            EventKind kind, Instant at, Optional<String> pool, Map<String, Long> figures) {

        static EventData of(Event event) {
            return new EventData(event.kind(), event.at(), event.pool(), event.figures());
        }
    }
}
