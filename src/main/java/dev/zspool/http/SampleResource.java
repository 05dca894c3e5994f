package dev.zspool.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import dev.zspool.observe.MemorySamples;
import dev.zspool.observe.SampleWindow;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.operators.multi.processors.UnicastProcessor;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Figures over time, as the service keeps them, and each new sample as a server-sent event.
@Path("/v1/memory/samples")
public final class SampleResource {
    /// How many may listen at once.
    static final int MOST_LISTENERS = 64;

    /// Samples that wait for a listener who does not read; later ones are lost to him.
    private static final int BEHIND_SAMPLES = 4;

    private final MemorySamples samples;
    private final ObjectWriter json;

    SampleResource(MemorySamples samples, ObjectMapper mapper) {
        this.samples = samples;
        this.json = mapper.writerFor(SampleSeries.Sample.class);
    }

    /// The last samples, all that are kept if not said otherwise.
    @GET
    @RolesAllowed(Roles.READER)
    @Produces(MediaType.APPLICATION_JSON)
    @Blocking
    public SampleSeries samples(@Context UriInfo uri) {
        int last =
                QueryParameters.of(uri)
                        .number("last", 1, MemorySamples.KEPT)
                        .orElse(MemorySamples.KEPT);
        return SampleSeries.of(samples.last(last));
    }

    /// Streams samples from the next one on. They come often enough that nothing on the way takes
    /// the stream for dead.
    @GET
    @RolesAllowed(Roles.READER)
    @Path("/stream")
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @NonBlocking
    public Multi<OutboundSseEvent> stream(@Context Sse sse) {
        if (samples.listeners() >= MOST_LISTENERS) {
            throw new ProblemException(
                    ProblemCode.TOO_MANY_LISTENERS,
                    "At most " + MOST_LISTENERS + " may listen at once.");
        }
        AtomicReference<MemorySamples.@Nullable Listening> own = new AtomicReference<>();
        ArrayBlockingQueue<OutboundSseEvent> behind = new ArrayBlockingQueue<>(BEHIND_SAMPLES);
        UnicastProcessor<OutboundSseEvent> queue =
                UnicastProcessor.create(
                        behind,
                        () -> {
                            MemorySamples.Listening listening = own.get();
                            if (listening != null) {
                                listening.close();
                            }
                        });
        own.set(
                samples.listen(
                        sample -> {
                            // Nobody else adds to it, so what is free stays free.
                            if (behind.remainingCapacity() > 0) {
                                queue.onNext(toSse(sample, sse));
                            }
                        },
                        queue::onComplete));
        return queue;
    }

    private OutboundSseEvent toSse(SampleWindow sample, Sse sse) {
        return sse.newEventBuilder()
                .id(Long.toString(sample.from()))
                .name("sample")
                .data(String.class, jsonOf(sample))
                .build();
    }

    /// As text: with a media type of its own the framework would add a field that the standard does
    /// not know.
    private String jsonOf(SampleWindow sample) {
        try {
            return json.writeValueAsString(SampleSeries.Sample.of(sample));
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("sample " + sample.from(), impossible);
        }
    }
}
